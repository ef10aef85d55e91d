import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import attrs
import pytest
from tests.testing.microsoft.graph_caller import GraphCaller, good, utc

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.deliveries import Mishap
from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, Habit
from kloudsync.testing.microsoft.subscriptions import Subscription

HOOK = "https://hooks.example.com/graph?key=1"


@attrs.define
class Hook:
    """An application that is notified.

    Attributes:
        polite: Whether it answers the handshake.
        status: What it answers notifications with.
        heard: The bodies of the requests that it got.
        asked: The addresses of the handshakes.
    """

    polite: bool = True
    status: int = 202
    heard: list[list[dict[str, Any]]] = attrs.field(factory=list[list[dict[str, Any]]])
    asked: list[str] = attrs.field(factory=list[str])

    def receive(self, address: str, _: Mapping[str, str], body: bytes) -> Reply:
        """Answer a request."""
        token = parse_qs(urlsplit(address).query).get("validationToken")
        if token:
            self.asked.append(address)
            text = token[0] if self.polite else "Hello"
            return Reply(200, {"content-type": "text/plain"}, text.encode())
        self.heard.append(json.loads(body)["value"])
        return Reply(self.status, {}, b"")


@pytest.fixture
def hook(fake: FakeMicrosoft) -> Hook:
    """The application that the fake notifies."""
    hook = Hook()
    fake.subscriptions.deliveries.receiver = hook.receive
    return hook


def wanted(**more: Any) -> dict[str, Any]:
    """Ask for a subscription of a day."""
    return {
        "changeType": "created,updated,deleted",
        "notificationUrl": HOOK,
        "lifecycleNotificationUrl": "https://hooks.example.com/life",
        "resource": "me/events",
        "expirationDateTime": "2026-03-02T08:00:00Z",
        "clientState": "secret",
        **more,
    }


def watched(fake: FakeMicrosoft, caller: GraphCaller, **more: Any) -> Subscription:
    """Subscribe, and return the subscription as the fake holds it."""
    name = caller.post("subscriptions", wanted(**more))["id"]
    return next(one for one in fake.subscriptions if one.id == name)


def test_a_subscription_begins_with_a_handshake(caller: GraphCaller, hook: Hook) -> None:
    """Both addresses are asked before the answer; their own query stays."""
    created = caller.post("subscriptions", wanted())
    assert [urlsplit(address).path for address in hook.asked] == ["/graph", "/life"]
    assert "key=1" in hook.asked[0]
    assert created["changeType"] == "created,updated,deleted"
    assert created["expirationDateTime"] == "2026-03-02T08:00:00.0000000Z"
    assert caller.get(f"subscriptions/{created['id']}")["clientState"] == "secret"
    assert [one["id"] for one in caller.rows("subscriptions")] == [created["id"]]


def test_an_address_that_does_not_answer_gets_no_subscription(
    caller: GraphCaller, hook: Hook
) -> None:
    """The token has to come back as it was sent."""
    hook.polite = False
    assert caller.refusal("POST", "subscriptions", body=wanted()) == (400, "InvalidRequest")
    assert caller.rows("subscriptions") == []


def test_changes_are_notified_together(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook
) -> None:
    """One request carries what happened meanwhile, also to several subscriptions."""
    one = watched(fake, caller)
    other = watched(
        fake, caller, resource=f"me/calendars/{calendar.id}/events", changeType="deleted"
    )
    event = calendar.create("Once", utc("2026-03-04T09:00"))
    calendar.edit(event, subject="Twice")
    calendar.delete(event)
    fake.subscriptions.deliveries.deliver()
    (told,) = hook.heard
    assert [each["changeType"] for each in told] == ["created", "updated", "deleted", "deleted"]
    assert [each["subscriptionId"] for each in told] == [one.id, one.id, one.id, other.id]
    assert told[0]["clientState"] == "secret"
    assert told[0]["resourceData"]["id"] == event
    assert told[0]["resource"] == f"Users/{fake.mailbox().id}/Events/{event}"


def test_of_a_deleted_occurrence_the_master_is_told(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook, weekly: str
) -> None:
    """The notification says that the series was updated, and no more."""
    watched(fake, caller)
    calendar.cancel_occurrence(weekly, date(2026, 3, 9))
    fake.subscriptions.deliveries.deliver()
    ((told,),) = hook.heard
    assert (told["changeType"], told["resourceData"]["id"]) == ("updated", weekly)


def test_notifications_have_immutable_ids_if_the_subscription_was_made_so(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook
) -> None:
    """The preference of the request that created it counts."""
    good(caller.send("POST", "subscriptions", body=wanted(), prefer='IdType="ImmutableId"'))
    event = calendar.create("Once", utc("2026-03-04T09:00"))
    fake.subscriptions.deliveries.deliver()
    ((told,),) = hook.heard
    assert told["resourceData"]["id"] == calendar.find(event).lasting


def test_notifications_are_tried_again_lost_and_doubled(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook
) -> None:
    """A bad answer brings them again later; the script says what befalls them."""
    watched(fake, caller)
    deliveries = fake.subscriptions.deliveries
    deliveries.script(Mishap.LOST, Mishap.DOUBLED)
    calendar.create("Lost", utc("2026-03-04T09:00"))
    calendar.create("Doubled", utc("2026-03-05T09:00"))
    hook.status = 500
    deliveries.deliver()
    assert [len(told) for told in hook.heard] == [2]
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(timedelta(minutes=1))
    hook.status = 202
    deliveries.deliver()
    assert [len(told) for told in hook.heard] == [2, 2]
    deliveries.deliver()
    assert len(hook.heard) == 2


def test_one_change_may_be_told_twice(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook
) -> None:
    """By habit an edit yields several notifications."""
    watched(fake, caller)
    fake.habits.add(Habit.NOISY_NOTIFICATIONS)
    calendar.create("Once", utc("2026-03-04T09:00"))
    fake.subscriptions.deliveries.deliver()
    assert len(hook.heard[0]) == 2


def test_the_life_of_a_subscription_is_told_elsewhere(
    fake: FakeMicrosoft, caller: GraphCaller, hook: Hook
) -> None:
    """The three events have an address of their own; a removed subscription is gone."""
    one = watched(fake, caller)
    fake.subscriptions.miss(one)
    fake.subscriptions.demand_authorisation(one)
    fake.subscriptions.remove(one)
    fake.subscriptions.deliveries.deliver()
    (told,) = hook.heard
    assert [each["lifecycleEvent"] for each in told] == [
        "missed", "reauthorizationRequired", "subscriptionRemoved",
    ]  # fmt: skip
    assert "resourceData" not in told[0]
    assert caller.refusal("GET", f"subscriptions/{one.id}") == (404, "ResourceNotFound")


def test_a_subscription_is_renewed_and_ends(
    fake: FakeMicrosoft, caller: GraphCaller, calendar: FakeCalendar, hook: Hook
) -> None:
    """It lives on under its id, until its time or its owner ends it."""
    one = watched(fake, caller)
    path = f"subscriptions/{one.id}"
    later = {"expirationDateTime": "2026-03-03T08:00:00Z"}
    assert good(caller.send("PATCH", path, body=later))["id"] == one.id
    assert caller.send("POST", f"{path}/reauthorize").status == 204
    assert isinstance(fake.clock, ManualClock)
    fake.clock.advance(timedelta(days=2, minutes=1))
    calendar.create("Once", utc("2026-03-04T09:00"))
    fake.subscriptions.deliveries.deliver()
    assert hook.heard == []
    assert caller.refusal("DELETE", path)[0] == 404


def test_a_subscription_lives_neither_too_long_nor_too_short(
    caller: GraphCaller, hook: Hook
) -> None:
    """Three days are refused, five minutes are lengthened to forty-five."""
    long = wanted(expirationDateTime="2026-03-04T08:00:00Z")
    assert caller.refusal("POST", "subscriptions", body=long) == (400, "InvalidRequest")
    past = wanted(expirationDateTime="2026-02-04T08:00:00Z")
    assert caller.refusal("POST", "subscriptions", body=past) == (400, "InvalidRequest")
    short = caller.post("subscriptions", wanted(expirationDateTime="2026-03-01T08:05:00Z"))
    assert short["expirationDateTime"].startswith("2026-03-01T08:45:0")


@pytest.mark.parametrize(
    "wrong",
    [
        {"resource": "me/messages"},
        {"resource": "me/calendars/AAMk/events"},
        {"resource": "users/nobody@example.com/events"},
        {"resource": None},
        {"changeType": "renamed"},
        {"notificationUrl": "http://hooks.example.com/"},
        {"clientState": "x" * 129},
        {"includeResourceData": True},
    ],
)
def test_what_can_not_be_watched_is_refused(
    caller: GraphCaller, hook: Hook, wrong: dict[str, Any]
) -> None:
    """Other resources, other changes, plain HTTP, too much of the client's own state."""
    refused = caller.refusal("POST", "subscriptions", body=wanted(**wrong))
    assert refused == (400, "InvalidRequest")


def test_the_same_subscription_is_made_once(caller: GraphCaller, hook: Hook) -> None:
    """Asked for again, it is refused with 409."""
    caller.post("subscriptions", wanted())
    assert caller.refusal("POST", "subscriptions", body=wanted())[0] == 409


def test_other_calendars_are_watched_unless_only_the_documented_is(
    fake: FakeMicrosoft, caller: GraphCaller, hook: Hook
) -> None:
    """Their resource works in practice; a habit refuses it."""
    work = fake.add_calendar("Work")
    resource = f"/users/{fake.mailbox().id}/calendars/{work.id}/events"
    assert watched(fake, caller, resource=resource).calendar is work
    fake.habits.add(Habit.WATCH_MAIN_ONLY)
    assert caller.refusal("POST", "subscriptions", body=wanted(resource=resource))[0] == 400


def test_mailboxes_on_premises_can_not_be_watched(
    fake: FakeMicrosoft, caller: GraphCaller, hook: Hook
) -> None:
    """They are on a backend that nobody knows, and are not served either."""
    ann = fake.add_mailbox("ann@example.com")
    ann.is_in_cloud = False
    refused = caller.refusal(
        "POST", "subscriptions", body=wanted(resource="users/ann@example.com/events")
    )
    assert refused == (403, "ExtensionError")
    refused = caller.refusal("GET", "users/ann@example.com/events")
    assert refused == (404, "MailboxNotEnabledForRESTAPI")
