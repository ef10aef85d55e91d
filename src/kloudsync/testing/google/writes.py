"""Which events the service refuses to write, whoever asks."""

import re
from collections.abc import Callable, Mapping

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.habits import Habit
from kloudsync.testing.google.lines import check_recurrence
from kloudsync.testing.google.palettes import EVENT_COLORS
from kloudsync.testing.google.refusals import Refusal, empty_range, refuse_invalid

ON_PRIMARY = frozenset(("focusTime", "outOfOffice", "workingLocation"))
"""Types of events that primary calendars alone can have."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


def check_new(call: Call, book: Book) -> None:
    """Refuse a body that cannot be inserted or imported."""
    check_change(call, book)
    kind = call.body.get("eventType", "default")
    if kind not in _TYPES or (call.operation == "events.import" and kind != "default"):
        raise refuse_invalid("Invalid event type.")
    if kind in ON_PRIMARY and book.calendar != book.owner:
        raise refuse_invalid("This type of event can only be created on primary calendars.")
    _TYPES[kind](call.body)
    if call.operation == "events.import":
        _check_parties(call, book)


def check_change(call: Call, book: Book) -> None:
    """Refuse a body that no write can carry."""
    habits, body = call.state.habits, call.body
    frequent = Habit.NO_FREQUENT_RULES not in habits
    check_recurrence(body.get("recurrence") or [], frequent=frequent)
    _check_times(body, book, empty=Habit.NO_EMPTY_EVENTS not in habits)
    guests: list[Resource] = body.get("attendees") or []
    if not all(_ADDRESS.fullmatch(guest.get("email", "")) for guest in guests):
        raise refuse_invalid("Invalid attendee email.")
    known = Habit.NO_UNKNOWN_COLORS not in habits or body.get("colorId") in {None, *EVENT_COLORS}
    if not known:
        raise refuse_invalid("Invalid color ID.", "colorId")


def _check_times(body: Resource, book: Book, *, empty: bool) -> None:
    if not body.get("start") or not body.get("end"):
        return
    start, end = book.moment(body, "start"), book.moment(body, "end")
    if type(start) is not type(end):
        message = "Start and end times must either both be date or both be dateTime."
        raise refuse_invalid(message)
    if start == end and not empty:
        raise empty_range()


def _check_parties(call: Call, book: Book) -> None:
    """Refuse a copy of a meeting that is none of the owner's business."""
    body = call.body
    organizer: Resource = body.get("organizer", {})
    parties: list[Resource] = [organizer, *body.get("attendees", [])]
    foreign = organizer.get("email") and book.owner not in {one.get("email") for one in parties}
    if foreign and Habit.NO_FOREIGN_IMPORTS in call.state.habits:
        message = "The owner of the calendar must either be the organizer or an attendee."
        raise Refusal(400, "participantIsNeitherOrganizerNorAttendee", message, domain="calendar")


def _check_nothing(_: Resource) -> None:
    """Leave it."""


def _refuse_type(_: Resource) -> None:
    raise refuse_invalid("This type of event cannot be created.")


def _is_all_day(body: Resource) -> bool:
    start: Resource = body.get("start", {})
    return bool(start.get("date"))


def _check_timed(body: Resource) -> None:
    if _is_all_day(body):
        raise refuse_invalid(f"An event of type {body['eventType']} cannot be all-day.")


def _check_place(body: Resource) -> None:
    if not body.get("workingLocationProperties"):
        raise Refusal(400, "required", "Missing working location properties.")
    if body.get("visibility", "public") != "public":
        raise refuse_invalid("A working location event must be public.")
    if body.get("transparency", "transparent") != "transparent":
        raise refuse_invalid("A working location event must be transparent.")


def _check_birthday(body: Resource) -> None:
    if not _is_all_day(body):
        raise refuse_invalid("A birthday event must be all-day.")
    properties: Resource = body.get("extendedProperties", {})
    if properties.get("private"):
        raise refuse_invalid("A birthday event cannot have private extended properties.")


_TYPES: Mapping[str, Callable[[Resource], None]] = {
    "default": _check_nothing,
    "birthday": _check_birthday,
    "focusTime": _check_timed,
    "fromGmail": _refuse_type,
    "outOfOffice": _check_timed,
    "workingLocation": _check_place,
}
