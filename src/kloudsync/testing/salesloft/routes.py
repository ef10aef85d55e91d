"""Which operation of the API a request means."""

from collections.abc import Callable, Mapping

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.routing import Route, Routes
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

_FOUND = Routes(ROUTES, not_found)


def find_route(verb: str, path: str) -> Route[Call]:
    """Find what a verb and a path below the base path mean."""
    name = path.removesuffix(".json")
    route = _FOUND.find(verb, name)
    # The vendor's own description spells the older paths with a suffix.
    known = name == path or route.operation in SUFFIXED
    return route if known else _FOUND.nowhere()


TOKEN: Route[Call] = attrs.evolve(_FOUND.nowhere(), operation="oauth.token")
"""The token endpoint, which lies outside the base path and needs no token."""
