"""Limits that the service documents, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from re import compile as pattern
from typing import Any, TypeVar, cast, get_args

from kloudsync.errors import UsageError
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.resources.recurrence_lines import check_recurrence
from kloudsync.providers.google.wire.event import Event, EventExtendedProperties
from kloudsync.providers.google.wire.reminders import EventReminder
from kloudsync.providers.google.wire.times import EventDateTime

W = TypeVar("W")

EVENT_ID = pattern("[a-v0-9]{5,1024}")
ATTACHMENTS = 25
REMINDERS = 5
REMINDER_MINUTES = 4 * 7 * 24 * 60
PROPERTY_NAME, PROPERTY_VALUE = 44, 1024
PROPERTIES, PROPERTIES_SIZE = 300, 32 * 1024
BESIDE_NO_TOKEN = (
    "iCalUID",
    "minAccessRole",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "showOwnOrganizationOnly",
    "timeMax",
    "timeMin",
    "updatedMin",
)


def expect_within(name: str, value: Any, most: int | None = None) -> None:
    """Refuse a count below 1, or above what the service gives."""
    if value is None or value is UNSET:
        return
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < 1 or (most is not None and value > most):
        bounds = "at least 1" if most is None else f"1 to {most}"
        raise UsageError(f"{name} is {value!r}; it has to be {bounds}")


def expect_aware(**times: object) -> None:
    """Refuse times that name no instant."""
    for name, time in times.items():
        if time is not None and not (isinstance(time, datetime) and time.tzinfo):
            raise UsageError(f"{name} is {time!r}; pass an aware datetime")


def expect_word(name: str, value: W, words: object) -> W:
    """Refuse a word that the service does not know, and return any other.

    Args:
        name: The parameter.
        value: What it is given; None for the service's default.
        words: The `Literal` that lists them.
    """
    known = get_args(words)
    if value is not None and not any(type(value) is type(one) and value == one for one in known):
        raise UsageError(f"{name} is {value!r}; it has to be one of {', '.join(map(repr, known))}")
    return value


def expect_pairs(**given: object) -> None:
    """Refuse conditions on extended properties that are not written as `name=value`."""
    for name, held in given.items():
        if held is not None and not _are_pairs(held):
            raise UsageError(f"{name} is {held!r}; pass a list of texts such as 'name=value'")


def _are_pairs(given: object) -> bool:
    if isinstance(given, str):
        return "=" in given
    if isinstance(given, Mapping) or not isinstance(given, Collection):
        return False
    listed = cast("Collection[object]", given)
    return all(isinstance(one, str) and "=" in one for one in listed)


def expect_order(time_min: datetime | None, time_max: datetime | None) -> None:
    """Refuse a window that ends before it begins."""
    if time_min is not None and time_max is not None and time_min >= time_max:
        raise UsageError(f"time_min {time_min} is not before time_max {time_max}")


def expect_syncable(parameters: Mapping[str, object]) -> None:
    """Refuse a sync token beside parameters that would make its answer incomplete."""
    if parameters.get("syncToken") is None:
        return
    beside = [name for name in BESIDE_NO_TOKEN if parameters.get(name) is not None]
    hides = [name for name in ("showDeleted", "showHidden") if parameters.get(name) is False]
    if beside or hides:
        raise UsageError(
            f"a sync token cannot go with {', '.join(beside + hides)}: its answer has to hold "
            "every change since"
        )


def check_event(event: Event) -> None:
    """Refuse an event that no write can carry.

    Raises:
        UsageError: A limit is passed, a time has neither offset nor zone, the end lies
            before the start, or a recurrence line is none (a `RecurrenceError` with its column).
    """
    _check_times(event.start, event.end)
    check_recurrence(event)
    if event.attachments and len(event.attachments) > ATTACHMENTS:
        raise UsageError(
            f"{len(event.attachments)} attachments; at most {ATTACHMENTS} are possible"
        )
    if event.reminders and event.reminders.overrides:
        _check_reminders(tuple(event.reminders.overrides))
    if event.extended_properties:
        _check_properties(event.extended_properties)


def check_whole_event(event: Event) -> None:
    """Refuse an event that cannot stand by itself, as one that is inserted or replaced has to."""
    if not event.start or not event.end:
        raise UsageError("a whole event needs start and end")
    check_event(event)


def check_new_event(event: Event) -> None:
    """Refuse an event that cannot be inserted."""
    check_whole_event(event)
    if event.id is not UNSET and not EVENT_ID.fullmatch(event.id):
        raise UsageError(
            f"{event.id!r} cannot be an event's id: 5 to 1024 of the characters a-v and 0-9; "
            "event_id() makes one"
        )


def _check_times(start: Maybe[EventDateTime | None], end: Maybe[EventDateTime | None]) -> None:
    begins = _moment("start", start) if start else None
    ends = _moment("end", end) if end else None
    if begins is None or ends is None:
        return
    if isinstance(begins, datetime) is not isinstance(ends, datetime):
        raise UsageError("start and end are both dates or both times")
    if _is_before(ends, begins):
        raise UsageError(f"the event ends at {ends}, before it starts at {begins}")
    if ends == begins and not isinstance(begins, datetime):
        raise UsageError("an all-day event ends on the day after its last; ends are exclusive")


def _moment(name: str, time: EventDateTime) -> date | datetime | None:
    if time.date and time.date_time:
        raise UsageError(f"{name} has a date and a time; give date for all-day events only")
    if not time.date_time:
        return time.date or None
    if time.date_time.tzinfo is None and not time.time_zone:
        raise UsageError(f"{name} {time.date_time} has neither an offset nor a time_zone")
    return time.date_time


def _is_before(one: date | datetime, other: date | datetime) -> bool:
    if isinstance(one, datetime) and isinstance(other, datetime):
        # A wall time and an instant cannot be compared without the zone's rules.
        comparable = (one.tzinfo is None) is (other.tzinfo is None)
        return comparable and one < other
    return one < other


def _check_reminders(reminders: tuple[EventReminder, ...]) -> None:
    if len(reminders) > REMINDERS:
        raise UsageError(f"{len(reminders)} reminders; at most {REMINDERS} are possible")
    for reminder in reminders:
        if not 0 <= (reminder.minutes or 0) <= REMINDER_MINUTES:
            raise UsageError(
                f"a reminder {reminder.minutes} minutes ahead; 0 to {REMINDER_MINUTES} are possible"
            )


def _check_properties(properties: EventExtendedProperties) -> None:
    held = [*_pairs(properties.private), *_pairs(properties.shared)]
    for name, value in held:
        if len(name) > PROPERTY_NAME or len(value) > PROPERTY_VALUE:
            raise UsageError(
                f"extended property {name[:PROPERTY_NAME]!r} is too long: names have at most "
                f"{PROPERTY_NAME} characters, values {PROPERTY_VALUE}"
            )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in held)
    if len(held) > PROPERTIES or size > PROPERTIES_SIZE:
        raise UsageError(
            f"{len(held)} extended properties of {size} bytes; an event holds at most "
            f"{PROPERTIES} of {PROPERTIES_SIZE} bytes in all"
        )


def _pairs(held: Maybe[Mapping[str, str | None] | None]) -> list[tuple[str, str]]:
    return [(name, value or "") for name, value in (held or {}).items()]
