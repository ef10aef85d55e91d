from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from tests.push.world import World

from kloudsync.errors import NotificationStale, SignatureMismatch, StoreBusy, WebhookError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Standing, Topic
from kloudsync.model.notification import Notification
from kloudsync.objects.push_intake import AsyncPushIntake, PushIntake
from kloudsync.push.intake import Intake
from kloudsync.push.ports import Find
from kloudsync.stores import MemoryStore
from kloudsync.testing.stores.channels import TOPIC, message, pending

KEY = CalendarKey("google", "default", "primary")


def unwrap(headers: Mapping[str, str], body: bytes, find: Find, now: float) -> Notification:
    """Believe whatever names a channel."""
    if "error" in headers:
        raise {"forged": SignatureMismatch, "late": NotificationStale, "odd": WebhookError}[
            headers["error"]
        ]("refused")
    return message(int(headers["number"]))


@pytest.fixture
def intake() -> Intake:
    """An intake with one channel, at ten o'clock."""
    store = MemoryStore()
    store.open_channel(pending())
    return Intake(store=store, unwrap=unwrap, now=lambda: 10.0)


def test_receive(intake: Intake) -> None:
    """A message marks its topic as due."""
    receipt = intake.receive({"number": "4"})
    assert (receipt.fresh, receipt.notification) == (True, message(4))
    assert intake.store.standings("google", "owner") == [
        Standing(topic=TOPIC, marks=1, first_mark=10.0, last_mark=10.0)
    ]


def test_repeat(intake: Intake) -> None:
    """A message that is repeated is taken in, and marks nothing."""
    intake.receive({"number": "4"})
    assert not intake.receive({"number": "4"}).fresh
    assert intake.answer({"number": "4"}) == 204
    assert intake.store.standings("google", "owner")[0].marks == 1


@pytest.mark.parametrize(("error", "status"), [("forged", 403), ("late", 410), ("odd", 400)])
def test_refused(intake: Intake, error: str, status: int) -> None:
    """Each kind of refusal has a status of its own, and leaves no mark."""
    assert intake.answer({"error": error}) == status
    assert intake.store.standings("google", "owner") == []


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
