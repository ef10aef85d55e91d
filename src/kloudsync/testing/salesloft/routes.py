"""Which operation of the API a request means."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.salesloft import events, team
from kloudsync.testing.salesloft.call import Call
from kloudsync.testing.salesloft.refusals import not_found

Handler = Callable[[Call], Reply]
_JOB = "bulk_jobs/{}"
_SUBSCRIPTION = "webhook_subscriptions/{}"

ROUTES: Mapping[tuple[str, str], tuple[str, Handler]] = {
    ("GET", "calendar/events"): ("calendar_events.list", events.list_events),
    ("POST", "calendar/events/upsert"): ("calendar_events.upsert", events.upsert_event),
    ("GET", "bulk_jobs"): ("bulk_jobs.list", events.list_jobs),
    ("POST", "bulk_jobs"): ("bulk_jobs.create", events.create_job),
    ("GET", _JOB): ("bulk_jobs.fetch", events.fetch_job),
    ("PUT", _JOB): ("bulk_jobs.update", events.update_job),
    ("POST", f"{_JOB}/job_data"): ("bulk_jobs.upload", events.add_job_data),
    ("GET", f"{_JOB}/job_data"): ("bulk_jobs.job_data", events.list_job_data),
    ("GET", f"{_JOB}/results"): ("bulk_jobs.results", events.list_results),
    ("GET", "me"): ("me.get", team.me),
    ("GET", "users"): ("users.list", team.list_users),
    ("GET", "users/{}"): ("users.get", team.get_user),
    ("GET", "meetings"): ("meetings.list", team.list_meetings),
    ("POST", "meetings/settings/searches"): ("meeting_settings.search", team.search_settings),
    ("PUT", "meetings/settings/{}"): ("meeting_settings.update", team.update_settings),
    ("PUT", "meetings/{}"): ("meetings.update", team.update_meeting),
    ("GET", "webhook_subscriptions"): ("webhook_subscriptions.list", team.list_subscriptions),
    ("POST", "webhook_subscriptions"): ("webhook_subscriptions.create", team.create_subscription),
    ("GET", _SUBSCRIPTION): ("webhook_subscriptions.get", team.get_subscription),
    ("PUT", _SUBSCRIPTION): ("webhook_subscriptions.update", team.update_subscription),
    ("DELETE", _SUBSCRIPTION): ("webhook_subscriptions.delete", team.delete_subscription),
}
LISTS = frozenset(
    ("calendar_events.list", "meetings.list", "meeting_settings.search", "users.list")
)
SUFFIXED = frozenset(("me.get", "users.list", "users.get", "meetings.list", "meetings.update"))
"""What may be asked for as `….json`, too."""


@attrs.frozen
class Route:
    """A request's operation of the API.

    Attributes:
        operation: The client's name of it; empty if there is none.
        handler: What answers it.
        names: The variable parts of the path, decoded.
    """

    operation: str
    handler: Handler
    names: tuple[str, ...] = ()


def find_route(method: str, path: str) -> Route:
    """Find what a verb and a path below the base path mean."""
    name = path.removesuffix(".json")
    route = _route(method, name)
    # The vendor's own description spells the older paths with a suffix.
    known = name == path or route.operation in SUFFIXED
    return route if known else Route("", _unknown)


def _route(method: str, path: str) -> Route:
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
