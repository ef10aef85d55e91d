"""Subscriptions at Microsoft: made, renewed, lost, and what they send."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.providers.microsoft.world import BERLIN, NOW, client_of

from kloudsync.errors import NotificationStale, SignatureMismatch, UsageError, WebhookError
from kloudsync.http.message import Response
from kloudsync.model.arrival import Arrival
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Topic, WatchFate, hash_token
from kloudsync.model.notification import NotificationKind
from kloudsync.objects.push_intake import PushIntake
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.objects.watcher import Watcher
from kloudsync.providers.microsoft.errors import decode_error
from kloudsync.providers.microsoft.push import (
    LONGEST_LIFE,
    MOST_MESSAGES,
    MOST_REFUSED,
    MicrosoftPush,
    unwrap,
)
from kloudsync.push.policy import WatchPolicy
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.microsoft import FakeMicrosoft, Habit, recurring

ADDRESS = "https://hooks.example.com/microsoft"
KEY = CalendarKey("microsoft", "default", "primary")
SECONDS = NOW.timestamp()


class Watched:
    """A mailbox, whoever watches two of its calendars, and where notifications arrive."""

    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.fake = FakeMicrosoft(clock=self.clock)
        self.second = self.fake.add_calendar("Second")
        self.store = MemoryStore()
        self.client = client_of(self.fake)
        self.engines = [
            SyncEngine(self.client.calendar(name), self.store)
            for name in ("primary", self.second.id)
        ]
        self.watcher = Watcher(
            self.client.push,
            self.store,
            self.engines,
            address=ADDRESS,
            policy=WatchPolicy(spread=0.0),
        )
        self.intake = PushIntake(self.store, unwrap=unwrap, clock=self.clock)
        self.answers: list[int] = []
        self.fake.subscriptions.deliveries.receiver = self._receive

    def _receive(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        query = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        said = self.intake.acknowledge(Arrival(headers=headers, body=body, query=query))
        self.answers.append(said.status)
        kind = {"content-type": said.content_type} if said.content_type else {}
        return Reply(said.status, kind, said.body)

    def deliver(self) -> None:
        """Let the service send what it has to tell."""
        self.fake.subscriptions.deliveries.deliver()

    def due(self) -> int:
        """Sync what is due, and return how many calendars that were."""
        self.clock.advance(timedelta(seconds=60))
        return len(self.watcher.sync_due().done)


@pytest.fixture
def watched() -> Watched:
    """Two calendars that are watched and synced."""
    made = Watched()
    made.watcher.tend()
    made.due()
    return made


def test_each_calendar_has_a_subscription(watched: Watched) -> None:
    """The handshake is answered, and the life is as long as the service allows it."""
    assert set(watched.answers) == {200}
    held = list(watched.fake.subscriptions)
    assert len(held) == 2
    ends = {one.expires_at - NOW for one in held}
    assert all(timedelta(days=2) < end < timedelta(seconds=LONGEST_LIFE) for end in ends)
    assert watched.watcher.tend().opened == ()


def test_a_change_makes_its_calendar_due_and_no_other(watched: Watched) -> None:
    """What the message says is not read: the calendar is asked what changed."""
    watched.second.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    watched.deliver()
    assert watched.answers[-1] == 202
    assert watched.due() == 1
    assert [len(list(engine.events())) for engine in watched.engines] == [0, 1]
    assert watched.due() == 0


def test_messages_of_several_subscriptions_come_in_one_request(watched: Watched) -> None:
    """Each is for a channel of its own; both calendars are due, and each is synced once."""
    for calendar in (watched.fake.calendar(), watched.second):
        for hour in (9, 11):
            calendar.create("Once", datetime(2026, 3, 4, hour, tzinfo=UTC))
    sent = len(watched.answers)
    watched.deliver()
    assert len(watched.answers) == sent + 1
    assert watched.due() == 2


def test_an_occurrence_that_is_deleted_is_synced_on_a_push(watched: Watched) -> None:
    """Trouble 37: the message says that the series was updated, and no more."""
    calendar = watched.fake.calendar()
    rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=4)
    series = calendar.create("W", datetime(2026, 3, 2, 9, tzinfo=BERLIN), recurrence=rule)
    watched.deliver()
    watched.due()
    calendar.cancel_occurrence(series, date(2026, 3, 9))
    watched.deliver()
    watched.due()
    shown = watched.engines[0].occurrences(NOW, NOW + timedelta(days=60))
    assert len(list(shown)) == 3


def test_a_subscription_is_renewed_in_place(watched: Watched) -> None:
    """It keeps its name, and lives on for days; no second one is made."""
    names = {one.id for one in watched.fake.subscriptions}
    for _ in range(10):
        watched.clock.advance(timedelta(days=2, hours=9))
        report = watched.watcher.tend()
        assert len(report.renewed) == 2
        assert report.opened == report.stopped == ()
        assert watched.watcher.tend().renewed == ()
    assert {one.id for one in watched.fake.subscriptions} == names


def test_a_subscription_that_is_gone_is_made_anew(watched: Watched) -> None:
    """A renewal that finds nothing is no failure."""
    for one in list(watched.fake.subscriptions):
        watched.fake.subscriptions.end(one)
    watched.clock.advance(timedelta(days=2, hours=9))
    report = watched.watcher.tend()
    assert (len(report.opened), report.failures) == (2, ())


def test_missed_messages_lead_to_a_pull(watched: Watched) -> None:
    """Trouble 19: `missed` means that changes were not told; the subscription stays."""
    first, *_ = watched.fake.subscriptions
    watched.fake.subscriptions.miss(first)
    watched.deliver()
    assert watched.due() == 1
    assert watched.watcher.tend().opened == ()


def test_a_removed_subscription_is_made_anew_and_pulled(watched: Watched) -> None:
    """`subscriptionRemoved`: the service told no changes since."""
    first, *_ = watched.fake.subscriptions
    watched.fake.subscriptions.remove(first)
    watched.deliver()
    assert len(watched.watcher.tend().opened) == 1
    assert watched.due() == 1
    assert len(list(watched.fake.subscriptions)) == 2


def test_a_flood_of_demands_leads_to_one_renewal(watched: Watched) -> None:
    """Trouble 20: `reauthorizationRequired` comes again and again until it is heeded."""
    first, *_ = watched.fake.subscriptions
    for _ in range(20):
        watched.fake.subscriptions.demand_authorisation(first)
    watched.deliver()
    assert len(watched.watcher.tend().renewed) == 1
    assert watched.watcher.tend().renewed == ()


def test_a_mailbox_that_cannot_be_watched_is_polled() -> None:
    """Trouble 21: other calendars are not affected, and nothing is asked again and again."""
    made = Watched()
    made.fake.habits.add(Habit.WATCH_MAIN_ONLY)
    report = made.watcher.tend()
    assert len(report.opened) == 1
    assert len(report.poll) == 1


def test_closing_ends_subscriptions(watched: Watched) -> None:
    """Nobody hears of a mailbox that is not followed any more."""
    watched.watcher.stop()
    assert list(watched.fake.subscriptions) == []


def channel(**more: Any) -> Channel:
    """Return a confirmed channel whose token is `t`."""
    settings: dict[str, Any] = {
        "id": "c",
        "topic": Topic(KEY),
        "address": ADDRESS,
        "token_hash": hash_token("t"),
        "opened_at": SECONDS,
        "expires_at": SECONDS + 1000,
        "resource": "s",
    }
    return Channel(**settings | more)


def message(**more: Any) -> dict[str, Any]:
    """Return a message for that channel."""
    return {"subscriptionId": "s", "clientState": "c.t", "changeType": "updated", **more}


def test_a_request_of_forged_messages_asks_the_store_a_few_times() -> None:
    """Anybody can send a thousand in one request; those that are proven before are heard."""
    asked: list[str] = []

    def find(name: str) -> Channel | None:
        asked.append(name)
        return channel() if name == "c" else None

    forged = [message(clientState=f"c{n}.t") for n in range(900)]
    for messages in (forged, [message(), *forged]):
        asked.clear()
        arrival = Arrival(body=json.dumps({"value": messages}).encode())
        if messages is forged:
            with pytest.raises(NotificationStale):
                unwrap(arrival, find, SECONDS)
        else:
            assert len(unwrap(arrival, find, SECONDS).notifications) == 1
        assert len(asked) <= MOST_REFUSED + 1


def test_a_request_of_more_messages_than_the_service_sends_is_not_read_to_its_end() -> None:
    """Each costs a question to the store, though one channel may send them all."""
    many = [message(lifecycleEvent=f"missed{n}") for n in range(2 * MOST_MESSAGES)]
    assert len(heard(*many)) == 1
    asked: list[str] = []

    def find(name: str) -> Channel:
        asked.append(name)
        return channel()

    unwrap(Arrival(body=json.dumps({"value": many}).encode()), find, SECONDS)
    assert len(asked) == MOST_MESSAGES


def heard(*messages: Any, held: Channel | None = None) -> list[NotificationKind]:
    """Return what some messages say."""
    arrival = Arrival(body=json.dumps({"value": messages}).encode())
    known = held or channel()
    found = unwrap(arrival, lambda name: known if name == "c" else None, SECONDS)
    return [one.kind for one in found.notifications]


def test_the_word_of_a_handshake_is_said_back_as_plain_text() -> None:
    """Whatever it holds is text, and is not taken for a page."""
    word = "Validation: <script>alert(1)</script> ü"
    said = unwrap(Arrival(query={"validationToken": word}), lambda _: None, SECONDS)
    answer = said.acknowledgement
    assert (answer.status, answer.content_type) == (200, "text/plain")
    assert answer.body.decode() == word
    with pytest.raises(WebhookError, match="validation token"):
        unwrap(Arrival(query={"validationToken": "x" * 2001}), lambda _: None, SECONDS)


def test_a_message_needs_its_channel_s_secret() -> None:
    """Every item is proven by itself, and one that is not does not spoil the others."""
    assert heard(message()) == [NotificationKind.CHANGED]
    assert heard(message(clientState="c.wrong"), message()) == [NotificationKind.CHANGED]
    with pytest.raises(SignatureMismatch, match="token"):
        heard(message(clientState="c.wrong"))
    with pytest.raises(SignatureMismatch, match="another resource"):
        heard(message(subscriptionId="other"))
    with pytest.raises(NotificationStale, match="unknown"):
        heard(message(clientState="d.t"))
    with pytest.raises(NotificationStale, match="ended"):
        heard(message(), held=channel(expires_at=SECONDS - 1))


@pytest.mark.parametrize(
    "body", [b"", b"no json", b"[]", b"{}", b'{"value": []}', b'{"value": [1]}', b'{"value": [{}]}']
)
def test_what_is_no_message_is_refused(body: bytes) -> None:
    """Strangers learn no more than that."""
    with pytest.raises(WebhookError):
        unwrap(Arrival(body=body), lambda _: channel(), SECONDS)


def test_a_message_may_come_before_the_answer() -> None:
    """It teaches the subscription's name, which is not compared yet."""
    early = channel(resource=None)
    found = unwrap(
        Arrival(body=json.dumps({"value": [message()]}).encode()), lambda _: early, SECONDS
    )
    (notification,) = found.notifications
    after = early.received(notification)
    assert after is not None
    assert after.resource == "s"


@pytest.mark.parametrize(
    ("status", "code", "fate"),
    [
        (403, "ExtensionError", WatchFate.UNWATCHABLE),
        (404, "MailboxNotEnabledForRESTAPI", WatchFate.UNWATCHABLE),
        (400, "InvalidRequest", WatchFate.REFUSED),
        (409, "Conflict", WatchFate.UNKNOWN),
        (503, "ServiceUnavailable", WatchFate.UNKNOWN),
    ],
)
def test_an_error_tells_what_became_of_a_subscription(
    status: int, code: str, fate: WatchFate
) -> None:
    """A mailbox on premises is never watched; a lost answer may have made a subscription."""
    body = json.dumps({"error": {"code": code, "message": ""}}).encode()
    error = decode_error(Response(status=status, body=body), "subscriptions.create", NOW)
    assert MicrosoftPush(caller=None).fate(error) is fate


def test_what_cannot_be_watched_is_refused_at_once() -> None:
    """Lists of calendars have no subscriptions, and addresses are https."""
    push: MicrosoftPush[None] = MicrosoftPush(caller=None)
    with pytest.raises(UsageError, match="calendarList"):
        push.watch(channel(topic=Topic(KEY, "calendarList")), "t")
    with pytest.raises(UsageError, match="https"):
        push.watch(channel(address="http://hooks.example.com"), "t")
