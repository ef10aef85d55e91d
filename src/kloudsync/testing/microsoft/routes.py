"""Which method of the API a request means, and of whose mailbox and which calendar."""

from collections.abc import Callable, Mapping
from typing import Final
from urllib.parse import unquote

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import calendars, delta, events, shapes
from kloudsync.testing.microsoft.call import Call
from kloudsync.testing.microsoft.refusals import no_resource
from kloudsync.testing.microsoft.shapes import Shape

Handler = Callable[[Call], Reply]


@attrs.frozen
class Method:
    """A method of the API.

    Attributes:
        operation: Its name, such as `events.list`.
        handler: What answers it.
        body: The shape of what it takes; None if it takes nothing.
    """

    operation: str
    handler: Handler
    body: "Shape | None" = None


_EVENT: Final = "events/{}"
IN_CALENDAR: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "events"): Method("events.list", events.list_events),
    ("POST", "events"): Method("events.create", events.create_event, shapes.EVENT),
    ("GET", "events/delta"): Method("events.delta", delta.item_delta),
    ("GET", "calendarView"): Method("calendarView.list", events.list_view),
    ("GET", "calendarView/delta"): Method("calendarView.delta", delta.view_delta),
    ("GET", _EVENT): Method("events.get", events.get_event),
    ("PATCH", _EVENT): Method("events.update", events.update_event, shapes.EVENT),
    ("DELETE", _EVENT): Method("events.delete", events.delete_event),
    ("GET", f"{_EVENT}/instances"): Method("events.instances", events.list_instances),
    ("GET", f"{_EVENT}/exceptionOccurrences"): Method(
        "events.exceptionOccurrences", events.list_exceptions
    ),
    ("GET", f"{_EVENT}/calendar"): Method("events.calendar", events.get_calendar_of),
    ("POST", f"{_EVENT}/permanentDelete"): Method("events.permanentDelete", events.delete_event),
}
"""What follows a calendar in a path, or the mailbox where the default calendar is meant."""

OF_CALENDAR: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", ""): Method("calendars.get", calendars.get_calendar),
    ("PATCH", ""): Method("calendars.update", calendars.update_calendar, shapes.CALENDAR),
    ("DELETE", ""): Method("calendars.delete", calendars.delete_calendar),
}
"""What is asked of a calendar itself."""

IN_MAILBOX: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", ""): Method("users.get", calendars.get_user),
    ("GET", "calendars"): Method("calendars.list", calendars.list_calendars),
    ("POST", "calendars"): Method("calendars.create", calendars.create_calendar, shapes.CALENDAR),
    ("GET", "calendarGroups"): Method("calendarGroups.list", calendars.list_groups),
    ("POST", "calendarGroups"): Method(
        "calendarGroups.create", calendars.create_group, shapes.GROUP
    ),
    ("GET", "calendarGroups/{}"): Method("calendarGroups.get", calendars.get_group),
    ("PATCH", "calendarGroups/{}"): Method(
        "calendarGroups.update", calendars.update_group, shapes.GROUP
    ),
    ("DELETE", "calendarGroups/{}"): Method("calendarGroups.delete", calendars.delete_group),
    ("GET", "calendarGroups/{}/calendars"): Method("calendars.list", calendars.list_calendars),
    ("POST", "calendarGroups/{}/calendars"): Method(
        "calendars.create", calendars.create_calendar, shapes.CALENDAR
    ),
}
"""What follows a mailbox in a path."""

LISTS: Final = frozenset(
    (
        "calendarGroups.list", "calendarView.delta", "calendarView.list", "calendars.list",
        "events.delta", "events.exceptionOccurrences", "events.instances", "events.list",
    )
)  # fmt: skip


@attrs.frozen(kw_only=True)
class Route:
    """What a verb and a path mean.

    Attributes:
        method: The method of the API.
        user: The address or id of the path's mailbox; empty for that of whoever asks.
        prefix: The path up to and with the mailbox or the calendar.
        calendar: The id of the path's calendar; empty where the default one is meant.
        names: The other variable parts, decoded.
    """

    method: Method
    user: str = ""
    prefix: str = ""
    calendar: str = ""
    names: tuple[str, ...] = ()


def find_route(verb: str, path: str) -> Route:
    """Find what a verb and a path below the version mean."""
    parts = [part for part in path.strip("/").split("/") if part]
    if not parts:
        return _unknown("")
    first = parts[0].lower()
    if first == "me":
        return _in_mailbox(verb, parts[1:], user="", prefix="/me")
    if first == "users" and len(parts) > 1:
        user = unquote(parts[1])
        return _in_mailbox(verb, parts[2:], user=user, prefix=f"/users/{parts[1]}")
    return _unknown(parts[0])


def _in_mailbox(verb: str, parts: list[str], *, user: str, prefix: str) -> Route:
    length, name = _calendar(parts)
    if length:
        prefix = f"{prefix}/{'/'.join(parts[:length])}"
        rest = parts[length:]
        tables = (OF_CALENDAR, IN_CALENDAR)
    else:
        rest, tables = parts, (IN_MAILBOX, IN_CALENDAR)
    for table in tables:
        for (wanted, pattern), method in table.items():
            names = _names(pattern, rest)
            if wanted == verb and names is not None:
                return Route(method=method, user=user, prefix=prefix, calendar=name, names=names)
    return _unknown(rest[-1] if rest else parts[-1] if parts else "")


def _calendar(parts: list[str]) -> tuple[int, str]:
    """Tell how many parts name a calendar, and which."""
    folded = [part.lower() for part in parts]
    if folded[:1] == ["calendar"]:
        return 1, ""
    if folded[:1] == ["calendars"] and len(parts) > 1:
        return 2, unquote(parts[1])
    if folded[:1] == ["calendargroups"] and folded[2:3] == ["calendars"] and len(parts) > 3:
        return 4, unquote(parts[3])
    return 0, ""


def _unknown(segment: str) -> Route:
    def refuse(_: Call) -> Reply:
        raise no_resource(unquote(segment))

    return Route(method=Method("", refuse))


def _names(pattern: str, parts: list[str]) -> tuple[str, ...] | None:
    """Match a path; functions of OData may be written with their namespace and parentheses."""
    expected = pattern.split("/") if pattern else []
    if len(expected) != len(parts):
        return None
    pairs = list(zip(expected, parts, strict=True))
    if any(want != "{}" and want.lower() != _bare(part) for want, part in pairs):
        return None
    return tuple(unquote(part) for want, part in pairs if want == "{}")


def _bare(part: str) -> str:
    return part.lower().removeprefix("microsoft.graph.").removesuffix("()")
