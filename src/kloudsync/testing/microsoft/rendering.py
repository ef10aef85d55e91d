"""Events as the service writes them, in the form that a request prefers."""

import html
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.ids import change_key, ical_uid, occurrence_id, slot_name
from kloudsync.testing.microsoft.intake import plain_text
from kloudsync.testing.microsoft.items import Item, Occurrence
from kloudsync.testing.microsoft.times import (
    CUSTOM,
    instant_of,
    is_timed,
    stamped,
    write_field,
)

_PREVIEW = 255
_SENT = (
    "categories", "transactionId", "originalStartTimeZone", "originalEndTimeZone", "iCalUId",
    "reminderMinutesBeforeStart", "isReminderOn", "hasAttachments", "subject", "bodyPreview",
    "importance", "sensitivity", "originalStart", "isAllDay", "isCancelled", "isOrganizer",
    "responseRequested", "seriesMasterId", "showAs", "type", "webLink", "onlineMeetingUrl",
    "isOnlineMeeting", "onlineMeetingProvider", "allowNewTimeProposals", "isDraft",
    "hideAttendees", "responseStatus", "body", "start", "end", "location", "locations",
    "recurrence", "attendees", "organizer", "onlineMeeting",
)  # fmt: skip
"""The members of an event in the order of the wire, after those of every item."""


@attrs.frozen(kw_only=True)
class Form:
    """How a request wants its answer.

    Attributes:
        zone_name: The zone of `start` and `end`, as the request named it.
        zone: That zone.
        lasting: Whether ids are to be the immutable ones.
        text: Whether bodies are to be plain text.
        habits: What the service does by habit.
    """

    zone_name: str = "UTC"
    zone: ZoneInfo = attrs.field(factory=lambda: ZoneInfo("UTC"))
    lasting: bool = False
    text: bool = False
    habits: AbstractSet[Habit] = frozenset()

    def id(self, item: Item) -> str:
        """Write the id of an item."""
        return item.lasting if self.lasting else item.id

    def occurrence_id(self, one: Occurrence) -> str:
        """Write the id of an occurrence, or of the single event that it is."""
        return self.id(one.item) if one.day is None else occurrence_id(self.id(one.item), one.day)


def render_item(item: Item, form: Form) -> Resource:
    """Write a single event or a master."""
    event = _rendered(item.occurrence(None), form)
    if not item.is_series:
        return event
    recurrence = item.pattern.described() if item.pattern else None
    if recurrence and Habit.CUSTOM_ZONES in form.habits and not item.fields["isOrganizer"]:
        recurrence["range"]["recurrenceTimeZone"] = CUSTOM
    return event | {"type": "seriesMaster", "recurrence": recurrence}


def render_occurrence(one: Occurrence, form: Form) -> Resource:
    """Write an occurrence or an exception in full; a single event stays one."""
    event = _rendered(one, form)
    if one.day is None:
        return event
    return event | {
        "type": "exception" if one.deviation else "occurrence",
        "seriesMasterId": form.id(one.item),
        "originalStart": _original_start(one),
    }


def render_stub(one: Occurrence, form: Form) -> Resource:
    """Write what a delta says of an occurrence that nobody edited."""
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": _etag(one.item),
        "seriesMasterId": form.id(one.item),
        "type": "occurrence",
        "id": form.occurrence_id(one),
        "start": write_field(one.start, form.zone, form.zone_name),
        "end": write_field(one.end, form.zone, form.zone_name),
    }


def render_bare(event: Resource) -> Resource:
    """Keep what a row of `events/delta` holds of an event."""
    kept = ("@odata.type", "@odata.etag", "id", "type", "start", "end")
    return {name: event[name] for name in kept if name in event}


def cancelled_names(item: Item, form: Form) -> list[str]:
    """Write `cancelledOccurrences`."""
    return [slot_name(form.id(item), day) for day in sorted(item.cancelled)]


def exceptions(item: Item, form: Form) -> list[Resource]:
    """Write `exceptionOccurrences`."""
    return [render_occurrence(item.occurrence(day), form) for day in sorted(item.deviations)]


def _rendered(one: Occurrence, form: Form) -> Resource:
    item, fields = one.item, one.fields
    key = change_key(_changed(one))
    whole: Resource = fields | {
        "originalStartTimeZone": item.zone,
        "originalEndTimeZone": item.end_zone,
        "iCalUId": _uid(one, form),
        "hasAttachments": bool(item.attachments),
        "bodyPreview": plain_text(fields["body"])[:_PREVIEW],
        "isAllDay": not is_timed(one.start),
        "seriesMasterId": None,
        "type": "singleInstance",
        "webLink": f"https://outlook.office365.com/owa/?itemid={form.occurrence_id(one)}",
        "body": _body(fields["body"], form),
        "start": write_field(one.start, form.zone, form.zone_name),
        "end": write_field(one.end, form.zone, form.zone_name),
        "recurrence": None,
    }
    if whole["transactionId"] is None:
        del whole["transactionId"]
    return {
        "@odata.etag": f'W/"{key}"',
        "id": form.occurrence_id(one),
        "createdDateTime": stamped(one.deviation.born if one.deviation else item.born),
        "lastModifiedDateTime": stamped(_changed(one)),
        "changeKey": key,
        **{name: whole[name] for name in _SENT if name in whole},
    }


def _changed(one: Occurrence) -> int:
    return one.deviation.changed if one.deviation else one.item.changed


def _etag(item: Item) -> str:
    return f'W/"{change_key(item.changed)}"'


def _uid(one: Occurrence, form: Form) -> str | None:
    item = one.item
    if Habit.NULL_UIDS in form.habits and int(item.uid, 16) % 2:
        return None
    return ical_uid(item.uid, one.day)


def _original_start(one: Occurrence) -> str:
    """Write the slot: an instant in whole minutes, also of a date in its creator's zone."""
    assert one.day is not None
    slot = instant_of(one.item.slot(one.day), one.item.clock).astimezone(UTC)
    return slot.replace(second=0, microsecond=0).isoformat().replace("+00:00", "Z")


def _body(body: Mapping[str, Any], form: Form) -> Resource:
    if form.text:
        return {"contentType": "text", "content": plain_text(dict(body))}
    if body["contentType"] == "html":
        return dict(body)
    content = html.escape(str(body["content"]), quote=False).replace("\n", "<br>\n")
    return {"contentType": "html", "content": f"<html><body>\n{content}\n</body></html>"}
