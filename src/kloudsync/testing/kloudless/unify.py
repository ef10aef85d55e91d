"""Between Google's events and the unified ones, as Kloudless shows them."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.times import parse_zone
from kloudsync.testing.kloudless.addresses import href
from kloudsync.testing.kloudless.ids import decode_id, encode_id

_REPLIES = {
    "needsAction": "pending",
    "accepted": "accepted",
    "declined": "declined",
    "tentative": "tentative",
}
_WORDS = {word: reply for reply, word in _REPLIES.items()}
_LONGEST = 6
_TEXTS = {"name": "summary", "description": "description", "location": "location"}


class Unifier:
    """Writes one calendar's events in Kloudless's form.

    Args:
        account: The account's number.
        calendar: The upstream calendar's id.
        zone: The calendar's zone.
        pointers: Whether occurrences name their series and their original start; payloads of
            2019 did neither, and had no `ical_uid`.
        uids: Whether events have an `ical_uid`.
    """

    def __init__(
        self, *, account: int, calendar: str, zone: ZoneInfo, pointers: bool, uids: bool
    ) -> None:
        self.account = account
        self.calendar: str = encode_id("calendar", calendar)
        self._zone = zone
        self._pointers = pointers
        self._uids = uids

    def event(self, google: Mapping[str, Any], *, raw: bool = False) -> Resource:
        """Write an event that takes place, or the stub of one that does not."""
        if google.get("status") == "cancelled":
            return self.stub(google)
        event = {
            **self._identity(google),
            **self._series(google),
            "creator": _person(google.get("creator")),
            "organizer": _person(google.get("organizer")),
            "on_organizer_calendar": bool(google.get("organizer", {}).get("self")),
            "attendees": [_attendee(guest) for guest in google.get("attendees", ())],
            "created": google["created"].replace(".000Z", "Z"),
            "modified": google["updated"].replace("Z", "000Z"),
            **self._times(google),
            **{name: google.get(theirs) for name, theirs in _TEXTS.items()},
            "status": google.get("status"),
            "visibility": google.get("visibility"),
            "attachments": [],
            "custom_properties": [],
            "use_default_reminder": google.get("reminders", {}).get("useDefault", False),
            "reminders": [],
            "reminder": None,
        }
        if raw:
            event |= {"raw_id": google["id"], "raw": {"id": google["id"], "object": dict(google)}}
        return event

    def stub(self, google: Mapping[str, Any]) -> Resource:
        """Write what is left of a deleted event: its id, and an occurrence's place."""
        identity = {"api": "calendar", "type": "event", "id": encode_id("event", google["id"])}
        if not self._pointers or "recurringEventId" not in google:
            return identity
        tie = self._series(google)
        return {**identity, "calendar_id": self.calendar, "status": "cancelled", **tie}

    def _identity(self, google: Mapping[str, Any]) -> Resource:
        event = encode_id("event", google["id"])
        path = f"accounts/{self.account}/cal/calendars/{self.calendar}/events/{event}"
        return {
            "api": "calendar",
            "type": "event",
            "id": event,
            "account_id": str(self.account),
            "calendar_id": self.calendar,
            **({"ical_uid": google.get("iCalUID")} if self._uids else {}),
            "href": href(path),
        }

    def _series(self, google: Mapping[str, Any]) -> Resource:
        if google.get("recurrence"):
            lines = [{"rrule": line} for line in google["recurrence"]]
            return {"recurrence_type": "recurring_master", "recurrence": lines}
        if "recurringEventId" not in google:
            return {"recurrence_type": "solo"}
        original = self._original(google["originalStartTime"])
        if not self._pointers:
            # Tied by nothing but UID and original start, where the payload has the former.
            return {"recurrence_type": "solo", **(original if self._uids else {})}
        master = encode_id("event", google["recurringEventId"])
        return {"recurrence_type": "recurring", "recurring_master_id": master, **original}

    def _original(self, field: Mapping[str, Any]) -> Resource:
        return {
            "original_start": self._moment(field),
            "original_start_time_zone": field.get("timeZone"),
            "all_day": "date" in field,
        }

    def _times(self, google: Mapping[str, Any]) -> Resource:
        start, end = google["start"], google["end"]
        return {
            "all_day": "date" in start,
            "start": self._moment(start),
            "start_time_zone": start.get("timeZone"),
            "end": self._moment(end),
            "end_time_zone": end.get("timeZone"),
        }

    def _moment(self, field: Mapping[str, Any]) -> str:
        return f"{field['date']}T00:00:00Z" if "date" in field else field["dateTime"]


def to_google(event: Mapping[str, Any], zone: ZoneInfo) -> Resource:
    """Write what a client sent as the upstream service takes it; unknown members are ignored."""
    google: Resource = {theirs: event[name] for name, theirs in _TEXTS.items() if name in event}
    for name in ("start", "end"):
        if event.get(name):
            google[name] = _field(event, name, zone)
    if event.get("recurrence") is not None:
        rules: list[Resource | None] = event["recurrence"]
        lines = [rule.get("rrule") for rule in rules if rule]
        google["recurrence"] = [line for line in lines if line is not None]
    if event.get("attendees") is not None:
        google["attendees"] = [_guest(guest or {}) for guest in event["attendees"]]
    for name in ("status", "visibility"):
        if event.get(name):
            google[name] = event[name]
    raw: Resource = event.get("raw") or {}
    own: Resource = raw.get("object") or {}
    return google | own


def _field(event: Mapping[str, Any], name: str, zone: ZoneInfo) -> Resource:
    text = event[name]
    if event.get("all_day") or len(text) == 10:
        return {"date": date.fromisoformat(text[:10]).isoformat()}
    moment = datetime.fromisoformat(text)
    named = event.get(f"{name}_time_zone") or event.get("start_time_zone") or zone.key
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=parse_zone(named))
    return {"dateTime": moment.isoformat(), "timeZone": named}


def _person(google: Mapping[str, Any] | None) -> Resource:
    held = google or {}
    return {"id": None, "name": held.get("displayName"), "email": held.get("email")}


def _attendee(google: Mapping[str, Any]) -> Resource:
    return {
        "id": None,
        "name": google.get("displayName"),
        "email": google.get("email"),
        "status": _REPLIES.get(google.get("responseStatus", ""), "pending"),
        "required": not google.get("optional", False),
        "resource": google.get("resource", False),
    }


def _guest(attendee: Mapping[str, Any]) -> Resource:
    guest = {
        "email": attendee.get("email"),
        "displayName": attendee.get("name"),
        "responseStatus": _WORDS.get(attendee.get("status", ""), "needsAction"),
        "optional": True if attendee.get("required") is False else None,
    }
    return {name: value for name, value in guest.items() if value is not None}


def upstream_event(name: str) -> str | None:
    """Return the upstream id of an event."""
    return decode_id("event", name)


def parse_duration(text: str) -> timedelta:
    """Read an ISO 8601 duration of hours, minutes and seconds; what is none is no time at all."""
    rest, total = text.removeprefix("PT"), timedelta()
    for letter, unit in (("H", "hours"), ("M", "minutes"), ("S", "seconds")):
        number, found, after = rest.partition(letter)
        if found:
            if not number.isdecimal() or len(number) > _LONGEST:
                return timedelta()
            total += timedelta(**{unit: int(number)})
            rest = after
    return total
