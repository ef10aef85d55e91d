"""Subscriptions, their activity, the legacy stream, and webhook addresses."""

from collections.abc import Sequence
from typing import Any

from kloudsync.providers.kloudless.monitored import resource_ids
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.kloudless.activity import ActivityLog
from kloudsync.testing.kloudless.call import Call, answer, nothing
from kloudsync.testing.kloudless.ids import encode_id
from kloudsync.testing.kloudless.refusals import Refusal, invalid, not_found
from kloudsync.testing.kloudless.subscriptions import FakeSubscription


def list_subscriptions(call: Call) -> Reply:
    """Answer `subscriptions.list`."""
    shown = [_shown(call, one) for one in call.state.subscriptions_of(call.account)]
    listed: Resource = {
        "total": len(shown),
        "count": len(shown),
        "objects": shown,
        "type": "object_list",
        "api": "activity",
    }
    return answer(listed)


def get_subscription(call: Call) -> Reply:
    """Answer `subscriptions.get`."""
    return answer(_shown(call, _find(call)))


def create_subscription(call: Call) -> Reply:
    """Answer `subscriptions.create`; nothing that happened before is told."""
    sent = call.sent()
    created = call.state.subscribe(call.account, _upstream_ids(call, sent))
    created.active = sent.get("active") is not False
    return answer(_shown(call, created), 201)


def update_subscription(call: Call) -> Reply:
    """Answer `subscriptions.update`."""
    found, sent = _find(call), call.sent()
    if sent.get("active") is not None:
        found.active = sent["active"]
        found.disable_reason = "" if found.active else "disabled by the application"
    if "monitored_resources" in sent:
        found.resources = _upstream_ids(call, sent)
    call.state.pull()
    return answer(_shown(call, found))


def delete_subscription(call: Call) -> Reply:
    """Answer `subscriptions.delete`."""
    call.state.subscriptions.remove(_find(call))
    return nothing()


def list_activity(call: Call) -> Reply:
    """Answer `activity.list`."""
    found = _find(call)
    return _stream(call, found.log)


def list_stream(call: Call) -> Reply:
    """Answer `stream.list`, the legacy stream of the account, which counts what remains."""
    return _stream(call, call.state.legacy_log(call.account), legacy=True)


def latest_cursor(call: Call) -> Reply:
    """Answer `stream.latest`."""
    return answer({"cursor": call.state.legacy_log(call.account).newest})


def add_webhook(call: Call) -> Reply:
    """Answer `webhooks.create`: an address is saved once it has answered a check."""
    url = call.sent().get("url")
    if not url:
        raise invalid("url")
    checked = call.state.hooks.register(url)
    if not call.state.hooks.accepts(checked):
        raise Refusal(400, "bad_request", f"The address answered {checked.status}.")
    return answer({"id": url, "url": url}, 201)


def _stream(call: Call, log: ActivityLog, *, legacy: bool = False) -> Reply:
    log.forget(call.state.clock.now())
    given = call.query.get("cursor")
    cursor = _place(call, log)
    found = log.after(cursor, call.page_size())
    reached = found[-1].place if found else max(cursor, log.newest if not given else cursor)
    page: Resource = {
        "objects": [one.body for one in found],
        "count": len(found),
        "cursor": call.state.shown_cursor(reached),
        "api": "events",
        "type": "object_list",
    }
    if legacy:
        page["remaining"] = len(log.after(reached, len(log.records)))
    return answer(page)


def _place(call: Call, log: ActivityLog) -> int:
    given = call.query.get("cursor")
    if given in {"", "-1"}:
        return log.newest if given else 0
    cursor = call.query.number("cursor", 0)
    if cursor is None:
        raise invalid("cursor")
    return cursor


def _find(call: Call) -> FakeSubscription:
    name = call.names[0]
    for one in call.state.subscriptions_of(call.account):
        if str(one.id) == name or (name == "default" and one.default):
            return one
    raise not_found("Subscription")


def _shown(call: Call, found: FakeSubscription) -> Resource:
    names = [encode_id("calendar", upstream) for upstream in found.resources]
    monitored: list[Any] = list(names)
    if call.version == 2:
        monitored = [{"resource": name} for name in names]
    return found.shown(monitored, call.state.clock.now())


def _upstream_ids(call: Call, sent: Resource) -> list[str]:
    """Read what is to be watched: ids in version 1, objects in version 2; both are understood."""
    monitored: Sequence[Any] = sent.get("monitored_resources") or ()
    upstream = call.state.upstream(call.account)
    return [upstream.calendar(name).id for name in resource_ids(monitored)]
