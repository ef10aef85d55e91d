"""Which method of the API a request means."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import calendars, channels, events, listing
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.refusals import not_found

Handler = Callable[[Call], Reply]
_CALENDAR = "calendars/{}"
_EVENTS = f"{_CALENDAR}/events"
_EVENT = f"{_EVENTS}/{{}}"

ROUTES: Mapping[tuple[str, str], tuple[str, Handler]] = {
    ("GET", "users/me/calendarList"): ("calendarList.list", calendars.list_calendars),
    ("GET", "users/me/calendarList/{}"): ("calendarList.get", calendars.get_entry),
    ("GET", _CALENDAR): ("calendars.get", calendars.get_calendar),
    ("GET", _EVENTS): ("events.list", listing.list_events),
    ("POST", _EVENTS): ("events.insert", events.insert_event),
    ("POST", f"{_EVENTS}/import"): ("events.import", events.import_event),
    ("POST", f"{_EVENTS}/quickAdd"): ("events.quickAdd", events.quick_add),
    ("GET", _EVENT): ("events.get", events.get_event),
    ("PATCH", _EVENT): ("events.patch", events.patch_event),
    ("PUT", _EVENT): ("events.update", events.update_event),
    ("DELETE", _EVENT): ("events.delete", events.delete_event),
    ("GET", f"{_EVENT}/instances"): ("events.instances", listing.list_instances),
    ("POST", f"{_EVENT}/move"): ("events.move", events.move_event),
    ("POST", f"{_EVENTS}/watch"): ("events.watch", channels.watch_events),
    ("POST", f"{_CALENDAR}/acl/watch"): ("acl.watch", channels.watch_acl),
    ("POST", "users/me/calendarList/watch"): ("calendarList.watch", channels.watch_calendar_list),
    ("POST", "users/me/settings/watch"): ("settings.watch", channels.watch_settings),
    ("POST", "channels/stop"): ("channels.stop", channels.stop),
}
LISTS = frozenset(("calendarList.list", "events.list", "events.instances"))


@attrs.frozen
class Route:
    """A request's method of the API.

    Attributes:
        operation: Google's name of the method; empty if there is none.
        handler: What answers it.
        names: The variable parts of the path, decoded.
    """

    operation: str
    handler: Handler
    names: tuple[str, ...] = ()


def find_route(method: str, path: str) -> Route:
    """Find what a verb and a path below the base path mean."""
    parts = path.strip("/").split("/")
    for (verb, pattern), (operation, handler) in ROUTES.items():
        names = _names(pattern.split("/"), parts)
        if verb == method and names is not None:
            return Route(operation, handler, names)
    return Route("", _unknown)


def _unknown(_: Call) -> Reply:
    raise not_found()


def _names(pattern: list[str], parts: list[str]) -> tuple[str, ...] | None:
    if len(pattern) != len(parts):
        return None
    pairs = list(zip(pattern, parts, strict=True))
    if any(expected not in {"{}", part} for expected, part in pairs):
        return None
    return tuple(unquote(part) for expected, part in pairs if expected == "{}")
