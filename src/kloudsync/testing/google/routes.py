"""Which method of the API a request means."""

from collections.abc import Callable, Mapping

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import (
    acl,
    calendar_list,
    calendars,
    events,
    freebusy,
    listing,
    palettes,
    settings,
    watching,
)
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.refusals import not_found
from kloudsync.testing.routing import Route, Routes

Handler = Callable[[Call], Reply]
_CALENDAR = "calendars/{}"
_EVENTS = f"{_CALENDAR}/events"
_EVENT = f"{_EVENTS}/{{}}"
_RULES = f"{_CALENDAR}/acl"
_RULE = f"{_RULES}/{{}}"
_LIST = "users/me/calendarList"
_ENTRY = f"{_LIST}/{{}}"

ROUTES: Mapping[tuple[str, str], tuple[str, Handler]] = {
    ("GET", _LIST): ("calendarList.list", calendar_list.list_entries),
    ("POST", _LIST): ("calendarList.insert", calendar_list.insert_entry),
    ("GET", _ENTRY): ("calendarList.get", calendar_list.get_entry),
    ("PATCH", _ENTRY): ("calendarList.patch", calendar_list.patch_entry),
    ("PUT", _ENTRY): ("calendarList.update", calendar_list.update_entry),
    ("DELETE", _ENTRY): ("calendarList.delete", calendar_list.delete_entry),
    ("GET", "users/me/settings"): ("settings.list", settings.list_settings),
    ("GET", "users/me/settings/{}"): ("settings.get", settings.get_setting),
    ("GET", "colors"): ("colors.get", palettes.get_colors),
    ("POST", "freeBusy"): ("freebusy.query", freebusy.query_freebusy),
    ("POST", "calendars"): ("calendars.insert", calendars.insert_calendar),
    ("GET", _CALENDAR): ("calendars.get", calendars.get_calendar),
    ("PATCH", _CALENDAR): ("calendars.patch", calendars.patch_calendar),
    ("PUT", _CALENDAR): ("calendars.update", calendars.update_calendar),
    ("DELETE", _CALENDAR): ("calendars.delete", calendars.delete_calendar),
    ("POST", f"{_CALENDAR}/clear"): ("calendars.clear", calendars.clear_calendar),
    ("POST", f"{_CALENDAR}/transferOwnership"): (
        "calendars.transferOwnership",
        calendars.transfer_ownership,
    ),
    ("GET", _RULES): ("acl.list", acl.list_rules),
    ("POST", _RULES): ("acl.insert", acl.insert_rule),
    ("GET", _RULE): ("acl.get", acl.get_rule),
    ("PATCH", _RULE): ("acl.patch", acl.patch_rule),
    ("PUT", _RULE): ("acl.update", acl.update_rule),
    ("DELETE", _RULE): ("acl.delete", acl.delete_rule),
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
    ("POST", f"{_EVENTS}/watch"): ("events.watch", watching.watch_events),
    ("POST", f"{_CALENDAR}/acl/watch"): ("acl.watch", watching.watch_acl),
    ("POST", "users/me/calendarList/watch"): ("calendarList.watch", watching.watch_calendar_list),
    ("POST", "users/me/settings/watch"): ("settings.watch", watching.watch_settings),
    ("POST", "channels/stop"): ("channels.stop", watching.stop),
}
LISTS = frozenset(
    ("acl.list", "calendarList.list", "events.list", "events.instances", "settings.list")
)


_FOUND = Routes(ROUTES, not_found)


def find_route(verb: str, path: str) -> Route[Call]:
    """Find what a verb and a path below the base path mean."""
    return _FOUND.find(verb, path)


BATCH: Route[Call] = attrs.evolve(_FOUND.nowhere(), operation="batch")
"""Many requests in one, each of which has a route of its own."""
