"""Which method of the API a request means."""

from collections.abc import Callable, Mapping
from functools import partial

from kloudsync.testing.exchange import Reply
from kloudsync.testing.kloudless import accounts, calendars, streams
from kloudsync.testing.kloudless.call import Call
from kloudsync.testing.kloudless.refusals import not_found
from kloudsync.testing.routing import Route, Routes

Handler = Callable[[Call], Reply]

_ACCOUNT = "accounts/{account}"
_CALENDARS = f"{_ACCOUNT}/cal/calendars"
_CALENDAR = f"{_CALENDARS}/{{}}"
_EVENTS = f"{_CALENDAR}/events"
_EVENT = f"{_EVENTS}/{{}}"
_SUBSCRIPTIONS = f"{_ACCOUNT}/subscriptions"
_SUBSCRIPTION = f"{_SUBSCRIPTIONS}/{{}}"
_USERS, _GROUPS = f"{_ACCOUNT}/team/users", f"{_ACCOUNT}/team/groups"

ROUTES: Mapping[tuple[str, str], tuple[str, Handler]] = {
    ("GET", "oauth"): ("oauth.authorize", accounts.authorize),
    ("POST", "oauth/token"): ("oauth.exchange", accounts.exchange_code),
    ("GET", "oauth/token"): ("oauth.verify", accounts.verify_token),
    ("GET", "accounts"): ("accounts.list", accounts.list_accounts),
    ("GET", _ACCOUNT): ("accounts.get", accounts.get_account),
    ("PATCH", _ACCOUNT): ("accounts.update", accounts.update_account),
    ("DELETE", _ACCOUNT): ("accounts.delete", accounts.delete_account),
    ("POST", f"{_ACCOUNT}/encode_raw_id"): ("accounts.encode_raw_id", accounts.encode_raw_id),
    ("GET", _CALENDARS): ("calendars.list", calendars.list_calendars),
    ("POST", _CALENDARS): ("calendars.create", calendars.create_calendar),
    ("GET", _CALENDAR): ("calendars.get", calendars.get_calendar),
    ("PATCH", _CALENDAR): ("calendars.update", calendars.update_calendar),
    ("DELETE", _CALENDAR): ("calendars.delete", calendars.delete_calendar),
    ("GET", _EVENTS): ("events.list", calendars.list_events),
    ("POST", _EVENTS): ("events.create", calendars.create_event),
    ("GET", _EVENT): ("events.get", calendars.get_event),
    ("PATCH", _EVENT): ("events.update", calendars.update_event),
    ("DELETE", _EVENT): ("events.delete", calendars.delete_event),
    ("POST", f"{_ACCOUNT}/cal/availability"): ("availability.query", calendars.find_availability),
    ("POST", f"{_ACCOUNT}/raw"): ("raw.send", calendars.pass_through),
    ("GET", _SUBSCRIPTIONS): ("subscriptions.list", streams.list_subscriptions),
    ("POST", _SUBSCRIPTIONS): ("subscriptions.create", streams.create_subscription),
    ("GET", _SUBSCRIPTION): ("subscriptions.get", streams.get_subscription),
    ("PATCH", _SUBSCRIPTION): ("subscriptions.update", streams.update_subscription),
    ("DELETE", _SUBSCRIPTION): ("subscriptions.delete", streams.delete_subscription),
    ("GET", f"{_SUBSCRIPTION}/activity"): ("activity.list", streams.list_activity),
    ("GET", f"{_ACCOUNT}/events"): ("stream.list", streams.list_stream),
    ("GET", f"{_ACCOUNT}/events/latest"): ("stream.latest", streams.latest_cursor),
    ("GET", _USERS): ("users.list", accounts.list_users),
    ("GET", f"{_USERS}/{{}}"): ("users.get", accounts.get_user),
    ("GET", f"{_USERS}/{{}}/memberships"): ("users.memberships", accounts.list_memberships),
    ("GET", _GROUPS): ("groups.list", accounts.list_groups),
    ("GET", f"{_GROUPS}/{{}}"): ("groups.get", accounts.get_group),
    ("GET", f"{_GROUPS}/{{}}/members"): ("groups.members", accounts.list_members),
    ("POST", "meta/applications/{}/webhooks"): ("webhooks.create", streams.add_webhook),
}
WRITES = frozenset(("events.create", "events.update", "events.delete"))
OPEN = frozenset(("oauth.authorize", "oauth.exchange", "oauth.verify"))


_FOUND = Routes(ROUTES, partial(not_found, "Endpoint"))


def find_route(verb: str, path: str) -> Route[Call]:
    """Find what a verb and a path below the version mean; parts of the path may have names."""
    return _FOUND.find(verb, path)
