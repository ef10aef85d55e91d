"""Events as the fake keeps them: found by their key, changed by what is sent, never removed."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from kloudsync.testing.exchange import Resource
from kloudsync.testing.salesloft.refusals import invalid, not_found, refuse
from kloudsync.testing.salesloft.shapes import EVENT
from kloudsync.testing.shapes import misfits

REQUIRED = ("id", "i_cal_uid", "calendar_id", "start_time", "end_time")
OPTIONAL = (
    "title",
    "description",
    "location",
    "organizer",
    "all_day",
    "status",
    "canceled_at",
    "recurring",
    "transparency",
)
_STATUSES = ("confirmed", "tentative", "cancelled")
_REPLIES = ("needsAction", "accepted", "tentative", "declined")
_KEYS = ("id", "i_cal_uid")


class Book:
    """The events of all calendars of a team.

    What null does is not documented; here it clears.

    Args:
        tenant: The number of the team.

    Attributes:
        guarded_by_server: Whether a write is stale if it is older than the last *write*,
            instead of older than what the last write said of its event. The documents leave
            open which of the two it is.
        refuses: Says why an event is refused (422), as validations do that no document lists; None
            takes it.
        struck: Asked once of each event: whether a fault strikes it, which refuses it alike.
        takes_empty_organizers: Whether an organizer's address may be empty, which no document
            says.
    """

    def __init__(self, tenant: int) -> None:
        self.guarded_by_server = False
        self.refuses: Callable[[Resource], str | None] = lambda _: None
        self.struck: Callable[[], bool] = lambda: False
        self.takes_empty_organizers = True
        self._tenant = tenant
        self._owners: dict[str, tuple[str, bool]] = {}
        self._rows: list[Resource] = []
        # Every key begins with the id, so that looking up rows by it finds all candidates.
        self._by_id: defaultdict[tuple[str, str], list[Resource]] = defaultdict(list)

    def open(self, calendar: str, owner: str, *, external: bool) -> None:
        """Add a calendar; one that is not external refuses writes."""
        self._owners[calendar] = (owner, external)

    def rows(self) -> Sequence[Resource]:
        """List every event, in order of first writing."""
        return self._rows

    def shown(self, *, cancelled: bool) -> list[Resource]:
        """List the events without what only the fake knows of them.

        Args:
            cancelled: Whether to list cancelled ones, too.
        """
        return [
            {name: value for name, value in row.items() if not name.startswith("~")}
            for row in self.rows()
            if cancelled or not row["canceled_at"]
        ]

    def upsert(self, sent: Mapping[str, Any], now: datetime) -> Resource:
        """Write an event; returns the answer's body.

        Raises:
            Refusal: A field is not valid, or the calendar is not there to be written.
        """
        _expect_valid(sent)
        self._expect_welcome(sent)
        owner = self._expect_open(str(sent["calendar_id"]))
        found = self._find(sent)
        row = found or self._added(sent, owner, now)
        changed = [] if found and self._stale(row, sent) else _apply(row, sent, now)
        shown = {name: value for name, value in row.items() if not name.startswith("~")}
        shown["extended_properties"] = {"changed_attributes": changed}
        return {"data": shown, "upsert_type": "update" if found else "create"}

    def _expect_welcome(self, sent: Mapping[str, Any]) -> None:
        reason = self.refuses(dict(sent))
        if reason is not None:
            raise invalid({"base": [reason]})
        if self.struck():
            raise invalid({"base": ["is invalid"]})
        if sent.get("organizer") == "" and not self.takes_empty_organizers:
            raise invalid({"organizer": ["can't be blank"]})

    def _expect_open(self, calendar: str) -> str:
        if not calendar.startswith("external_"):
            raise invalid({"calendar_id": ["is not an external calendar"]})
        if calendar not in self._owners:
            raise not_found()
        owner, external = self._owners[calendar]
        if not external:
            raise refuse(403, "The user has not connected an external calendar")
        return owner

    def _find(self, sent: Mapping[str, Any]) -> Resource | None:
        key = sent.get("upsert_key") or _KEYS
        if "id" not in key:
            raise invalid({"upsert_key": ["must hold id"]})
        same = self._by_id[sent["calendar_id"], sent["id"]]
        return next((row for row in same if all(row[name] == sent[name] for name in key)), None)

    def _added(self, sent: Mapping[str, Any], owner: str, now: datetime) -> Resource:
        row: Resource = {
            **dict.fromkeys(OPTIONAL),
            "id": sent["id"],
            "i_cal_uid": sent["i_cal_uid"],
            "calendar_id": sent["calendar_id"],
            "user_guid": owner,
            "tenant_id": self._tenant,
            "provider": "external",
            "attendees": [],
            "all_day": False,
            "recurring": False,
            "body_html": None,
            "conference_data": {},
            "creator": None,
            "html_link": None,
            # As the service shows it: without an offset.
            "created_at": f"{now:%Y-%m-%dT%H:%M:%S}",
            "updated_at": None,
        }
        self._rows.append(row)
        self._by_id[sent["calendar_id"], sent["id"]].append(row)
        return row

    def _stale(self, row: Resource, sent: Mapping[str, Any]) -> bool:
        mark = row["~written"] if self.guarded_by_server else row["~updated"]
        stamp = sent.get("updated_at")
        return bool(stamp and mark and _moment(stamp) < mark)


def _apply(row: Resource, sent: Mapping[str, Any], now: datetime) -> list[str]:
    before = dict(row)
    for name in ("id", "i_cal_uid"):
        row[name] = sent[name]
    for name in ("start_time", "end_time"):
        row[name] = _shown(_moment(sent[name]))
    row |= {name: sent[name] for name in OPTIONAL if name in sent}
    if "attendees" in sent:
        row["attendees"] = _attendees(row["attendees"], sent["attendees"] or [], now)
    _settle_status(row, sent, now)
    row["~written"] = now
    row["~updated"] = _moment(sent["updated_at"]) if sent.get("updated_at") else None
    row["updated_at"] = _shown(row["~updated"] or now)
    watched = (*OPTIONAL, "start_time", "end_time", "attendees")
    return sorted(name for name in watched if before.get(name) != row[name])


def _settle_status(row: Resource, sent: Mapping[str, Any], now: datetime) -> None:
    cancelled = row["status"] == "cancelled"
    if cancelled and not row["canceled_at"]:
        row["canceled_at"] = _shown(now)
    if "status" in sent and not cancelled and "canceled_at" not in sent:
        row["canceled_at"] = None
    if row["canceled_at"]:
        row["canceled_at"] = _shown(_moment(row["canceled_at"]))
    row["busy"] = not row["canceled_at"] and row["transparency"] != "transparent"


def _attendees(before: list[Resource], sent: list[Resource], now: datetime) -> list[Resource]:
    known = {one["email"]: one for one in before}
    listed = {one.get("email") for one in sent}
    shown: list[Resource] = []
    for one in sent:
        last = known.get(one.get("email"), {})
        status = one.get("status") or "needsAction"
        shown.append(
            {
                "name": one.get("name"),
                "email": one.get("email"),
                "organizer": bool(one.get("organizer")),
                "status": status,
                "status_changed": bool(last) and last["status"] != status,
                "deleted_at": None,
            }
        )
    gone = (one for one in before if one["email"] not in listed)
    return shown + [{**one, "deleted_at": one["deleted_at"] or _shown(now)} for one in gone]


def _expect_valid(sent: Mapping[str, Any]) -> None:
    for path in misfits(sent, EVENT):
        raise invalid({path: ["is not of its type"]})
    wrong = {name: ["can't be blank"] for name in REQUIRED if not sent.get(name)}
    for name in ("start_time", "end_time", "updated_at", "canceled_at"):
        if sent.get(name) and not is_moment(sent[name]):
            wrong[name] = ["is not an ISO 8601 date-time with an offset"]
    if not wrong and _moment(sent["end_time"]) < _moment(sent["start_time"]):
        wrong["end_time"] = ["must not be before start_time"]
    if sent.get("status") not in {None, *_STATUSES}:
        wrong["status"] = [f"must be one of {', '.join(_STATUSES)}"]
    if not set(cast("list[str]", sent.get("upsert_key") or [])) <= set(_KEYS):
        wrong["upsert_key"] = ["holds an unknown field"]
    wrong |= _wrong_attendees(sent.get("attendees"))
    if wrong:
        raise invalid(wrong)


def _wrong_attendees(attendees: object) -> dict[str, list[str]]:
    people = cast("list[Resource | None]", attendees or [])
    if None in people:
        return {"attendees": ["must hold people"]}
    if any((one or {}).get("status") not in {None, *_REPLIES} for one in people):
        return {"attendees": [f"status must be one of {', '.join(_REPLIES)}"]}
    return {}


def is_moment(text: object) -> bool:
    """Tell whether a text is a moment: a date and a time with an offset."""
    try:
        moment = datetime.fromisoformat(str(text))
        return moment.tzinfo is not None and bool(moment.astimezone(UTC))
    except (ValueError, OverflowError):
        return False


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _shown(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
