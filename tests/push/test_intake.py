from __future__ import annotations

import asyncio

import pytest
from attrs import evolve
from tests.push.world import World

from kloudsync.errors import NotificationStale, SignatureMismatch, StoreBusy, WebhookError
from kloudsync.model.arrival import AccountActivity, Arrival, Heard
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.objects.push_intake import AsyncPushIntake, PushIntake
from kloudsync.push.intake import Intake
from kloudsync.push.ports import Find
from kloudsync.push.refusal_log import RefusalLog
from kloudsync.stores import MemoryStore
from kloudsync.testing.stores.channels import TOPIC, message, pending

KEY = CalendarKey("google", "default", "primary")


def unwrap(arrival: Arrival, find: Find, now: float) -> Heard:
    """Believe whatever names a channel."""
    headers = dict(arrival.headers)
    if "error" in headers:
        raise {"forged": SignatureMismatch, "late": NotificationStale, "odd": WebhookError}[
            headers["error"]
        ]("refused")
    return Heard(notifications=(message(int(headers["number"])),))


def arrived(**headers: str) -> Arrival:
    """Return a request of nothing but header fields."""
    return Arrival(headers=headers)


@pytest.fixture
def intake() -> Intake:
    """An intake with one channel, at ten o'clock."""
    store = MemoryStore()
    store.open_channel(pending())
    return Intake(store=store, unwrap=unwrap, now=lambda: 10.0)


def test_receive(intake: Intake) -> None:
    """A message marks its topic as due."""
    receipt = intake.receive(arrived(number="4"))
    assert (receipt.topics, receipt.notifications) == ((TOPIC,), (message(4),))
    assert intake.store.standings("google", "owner") == [
        Standing(topic=TOPIC, marks=1, first_mark=10.0, last_mark=10.0)
    ]


def test_repeat(intake: Intake) -> None:
    """A message that is repeated is taken in, and marks nothing."""
    intake.receive(arrived(number="4"))
    assert intake.receive(arrived(number="4")).topics == ()
    assert intake.answer(arrived(number="4")).status == 204
    assert intake.store.standings("google", "owner")[0].marks == 1


@pytest.mark.parametrize(("error", "status"), [("forged", 403), ("late", 410), ("odd", 400)])
def test_refused(intake: Intake, error: str, status: int) -> None:
    """Each kind of refusal has a status of its own, and leaves no mark."""
    assert intake.answer(arrived(error=error)).status == status
    assert intake.store.standings("google", "owner") == []


class Held(MemoryStore):
    """A store with copies of two accounts' calendars."""

    def calendars(self) -> list[CalendarKey]:
        """Return the two."""
        return [KEY, CalendarKey("google", "other", "primary")]


class Busy(MemoryStore):
    """A store that another program has locked."""

    def channel(self, channel_id: str) -> Channel | None:
        """Fail."""
        raise StoreBusy("locked")


def test_broken_store(caplog: pytest.LogCaptureFixture) -> None:
    """Where the message cannot be noted, the service is asked to send it again."""
    headers = {
        "X-Goog-Channel-ID": "c",
        "X-Goog-Channel-Token": "s3cret",
        "X-Goog-Message-Number": "1",
        "X-Goog-Resource-ID": "r",
        "X-Goog-Resource-State": "exists",
    }
    assert PushIntake(Busy()).answer(headers) == 503
    assert "locked" in caplog.text
    assert "s3cret" not in caplog.text


def test_both_colours(world: World) -> None:
    """Endpoints of either colour answer alike."""
    world.tend()
    assert world.deliver() == [204]
    assert world.answer({}) == 400


def test_own_mark() -> None:
    """A program may mark a calendar for its own reasons."""
    store = MemoryStore()
    intake = PushIntake(store)
    intake.mark(KEY)
    intake.mark(Topic(KEY, "acl"))
    found = [(one.topic.collection, one.marks) for one in store.standings("google", "default")]
    assert found == [("acl", 1), ("events", 1)]


def test_a_mark_of_a_part_is_its_calendars() -> None:
    """Whoever holds a window marks the calendar, as a watcher and a fleet know no parts."""
    store = MemoryStore()
    PushIntake(store).mark(evolve(KEY, query="from 2026"))
    assert [one.topic for one in store.standings("google", "default")] == [Topic(KEY)]


def test_awaiting_endpoint() -> None:
    """The endpoint of an event loop takes in, refuses and marks as the blocking one does."""
    store = MemoryStore()
    intake = AsyncPushIntake(store)

    async def use() -> None:
        await intake.mark(KEY)
        with pytest.raises(WebhookError):
            await intake.receive({})

    asyncio.run(use())
    assert [one.marks for one in store.standings("google", "default")] == [1]


def test_blocking_endpoint() -> None:
    """Programs that want the reason get it."""
    with pytest.raises(WebhookError, match="X-Goog-Message-Number"):
        PushIntake(MemoryStore()).receive({})


def test_activity_of_an_account() -> None:
    """Where a service names an account alone, every calendar held of it is due, and no other."""
    active = AccountActivity(provider="google", account="default")

    def unwrap(_arrival: Arrival, _find: Find, _now: float) -> Heard:
        return Heard(activity=(active, active))

    intake = Intake(store=Held(), unwrap=unwrap, now=lambda: 10.0)
    assert intake.receive(arrived()).topics == (Topic(KEY),)
    assert intake.store.standings("google", "other") == []


def test_forgeries_are_told_of_once_a_minute(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    """Anybody can send them, and nobody is to fill the log with them; the others are counted."""
    times = iter([0.0, 1.0, 59.9, 60.0, 61.0])
    refusals = evolve(intake, now=lambda: next(times))
    for _ in range(5):
        refusals.refusals.tell(SignatureMismatch("forged"), refusals.now())
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == [
        "notification refused: forged",
        "notification refused: forged (and 2 more like it since the last such line)",
    ]


def test_forgeries_do_not_hide_what_an_operator_has_to_know(
    intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    """Each kind of refusal has a line of its own."""
    for kind in ("forged", "forged", "late", "odd"):
        intake.answer(arrived(error=kind))
    assert len([one for one in caplog.records if one.levelname == "WARNING"]) == 3


def test_a_clock_that_was_set_back_silences_nobody(caplog: pytest.LogCaptureFixture) -> None:
    """The next refusal is told, however long the clock takes to catch up."""
    log = RefusalLog()
    for now in (5_000.0, 10.0):
        log.tell(WebhookError("odd"), now)
    assert len(caplog.records) == 2
