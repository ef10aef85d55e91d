"""Which events a list holds, by its parameters."""

from datetime import datetime, timedelta

import attrs

from kloudsync.testing.clock import EPOCH
from kloudsync.testing.encoding import decode
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import oracle
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.refusals import (
    empty_range,
    ordered_sync_token,
    refuse_invalid,
    restricted_sync_token,
    updated_min_too_old,
)
from kloudsync.testing.google.rows import Kind, Row

REFUSED = (
    "iCalUID", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin", "timeMax",
    "updatedMin",
)  # fmt: skip
"""Parameters that `events.list` refuses beside a sync token."""

HORIZON = timedelta(days=30)
_SEARCHED = ("summary", "description", "location")


def check_delta(call: Call) -> None:
    """Refuse what may not stand beside a sync token."""
    if "orderBy" in call.query:
        raise ordered_sync_token()
    hidden = "showDeleted" in call.query and not call.query.flag("showDeleted")
    if hidden or any(name in call.query for name in REFUSED):
        raise restricted_sync_token()


@attrs.frozen(kw_only=True)
class Filter:
    """What the parameters of a full pass ask for; see Google's `events.list`."""

    deleted: bool = False
    time_min: datetime | None = None
    time_max: datetime | None = None
    updated_min: datetime | None = None
    text: str = ""
    ical_uid: str = ""
    kinds: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()

    @property
    def content(self) -> bool:
        """Whether events must be read to decide."""
        return bool(
            self.time_min or self.time_max or self.text or self.ical_uid
            or self.kinds or self.private or self.shared
        )  # fmt: skip

    @property
    def tells_deleted(self) -> bool:
        """Whether what is gone is listed: always where changes since an instant are."""
        return self.deleted or self.updated_min is not None

    def is_recent(self, row: Row) -> bool:
        """Decide on a row by the time of its last change."""
        changed = EPOCH + timedelta(microseconds=row.changed)
        return self.updated_min is None or changed >= self.updated_min

    def keeps(self, book: Book, row: Row) -> bool:
        """Decide on a row: a single event, a series, an exception, a stub."""
        if not self.is_recent(row):
            return False
        if row.kind is Kind.DELETED:
            return self.tells_deleted and self._keeps_type(row)
        return not self.content or self._keeps_content(book, row)

    def _keeps_type(self, row: Row) -> bool:
        """Decide on a deletion by what the event was."""
        if not self.kinds or row.former is None:
            return True
        return decode(row.former).get("eventType", "default") in self.kinds

    def _keeps_content(self, book: Book, row: Row) -> bool:
        resource = row.resource()
        if row.kind is Kind.CANCELLED:
            return not (self.text or self.ical_uid or self.private or self.shared)
        return self.matches(resource) and self._in_window(book, row)

    def _in_window(self, book: Book, row: Row) -> bool:
        if self.time_min is None and self.time_max is None:
            return True
        found = oracle.resources(book, row, self.time_max)
        return any(oracle.overlaps(book, each, self.time_min, self.time_max) for each in found)

    def matches(self, resource: Resource) -> bool:
        """Decide on an event by its content, apart from time."""
        properties = resource.get("extendedProperties", {})
        return (
            self.text.lower() in _words(resource)
            and self.ical_uid in {"", resource.get("iCalUID")}
            and (not self.kinds or resource.get("eventType", "default") in self.kinds)
            and all(_has(properties.get("private", {}), pair) for pair in self.private)
            and all(_has(properties.get("shared", {}), pair) for pair in self.shared)
        )


def delta_filter(call: Call, calendar: FakeCalendar) -> Filter:
    """Read what narrows a delta: the types of events alone; generated calendars tell no deletion."""
    kinds = tuple(call.query.all("eventTypes"))
    return Filter(deleted=not calendar.is_forgetful, kinds=kinds)


def read_filter(call: Call) -> Filter:
    """Read the parameters of a full pass, refusing what Google refuses."""
    chosen = Filter(
        deleted=call.query.flag("showDeleted"),
        time_min=call.instant("timeMin"),
        time_max=call.instant("timeMax"),
        updated_min=call.instant("updatedMin"),
        text=call.query.get("q"),
        ical_uid=call.query.get("iCalUID"),
        kinds=tuple(call.query.all("eventTypes")),
        private=tuple(call.query.all("privateExtendedProperty")),
        shared=tuple(call.query.all("sharedExtendedProperty")),
    )
    if chosen.time_min and chosen.time_max and chosen.time_min >= chosen.time_max:
        raise empty_range()
    if chosen.updated_min and chosen.updated_min < call.state.clock.now() - HORIZON:
        raise updated_min_too_old()
    check_order(call)
    return chosen


def check_order(call: Call) -> None:
    """Refuse an ordering that the list does not have."""
    order = call.query.get("orderBy", "updated")
    allowed = {"updated", "startTime"} if call.query.flag("singleEvents") else {"updated"}
    if order not in allowed:
        message = "The requested ordering is not available for the particular query."
        raise refuse_invalid(message, "orderBy")


def _words(resource: Resource) -> str:
    guests: list[Resource] = resource.get("attendees", [])
    words = [resource.get(name, "") for name in _SEARCHED]
    words += [guest.get(name, "") for guest in guests for name in ("email", "displayName")]
    return " ".join(words).lower()


def _has(properties: Resource, pair: str) -> bool:
    name, _, value = pair.partition("=")
    return bool(properties.get(name) == value)
