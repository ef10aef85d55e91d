from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.deliveries import MOST_TRIES, Deliveries, Message, Mishap, post
from kloudsync.testing.exchange import Reply
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)


class Receiver:
    """Writes down what arrives, and answers as it is told."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.status = 204

    def __call__(self, address: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Take a message."""
        self.heard.append(headers["number"])
        return Reply(self.status, {}, b"")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands still."""
    return ManualClock()


@pytest.fixture
def receiver() -> Receiver:
    """A receiver that takes everything."""
    return Receiver()


@pytest.fixture
def deliveries(clock: ManualClock, receiver: Receiver) -> Deliveries:
    """A way from the clock's present to the receiver."""
    made = Deliveries(clock)
    made.receiver = receiver
    return made


def send(deliveries: Deliveries, clock: ManualClock, *numbers: str) -> None:
    """Hand messages in."""
    for number in numbers:
        deliveries.take(
            Message(
                channel="c",
                address="http://127.0.0.1:1/",
                headers={"number": number},
                ready_at=clock.now(),
            )
        )


def test_messages_wait(deliveries: Deliveries, clock: ManualClock, receiver: Receiver) -> None:
    """Nothing is sent before it is asked for; then everything is, in order."""
    send(deliveries, clock, "1", "2")
    assert receiver.heard == []
    assert all(one.status == 204 for one in deliveries.deliver())
    assert receiver.heard == ["1", "2"]


def test_backwards(deliveries: Deliveries, clock: ManualClock, receiver: Receiver) -> None:
    """The newest message can go first."""
    send(deliveries, clock, "1", "2", "3")
    deliveries.deliver(backwards=True)
    assert receiver.heard == ["3", "2", "1"]


def test_mishaps(deliveries: Deliveries, clock: ManualClock, receiver: Receiver) -> None:
    """The script befalls the next messages one by one."""
    deliveries.script(Mishap.LOST, None, Mishap.DOUBLED, Mishap.LATE)
    send(deliveries, clock, "1", "2", "3", "4", "5")
    deliveries.deliver()
    assert receiver.heard == ["2", "3", "3", "5"]
    deliveries.release()
    deliveries.deliver()
    assert receiver.heard[4:] == ["4"]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_tried_again(
    deliveries: Deliveries, clock: ManualClock, receiver: Receiver, status: int
) -> None:
    """After a failure of the receiver a message comes again, later each time, and not for ever."""
    receiver.status = status
    send(deliveries, clock, "1")
    for tries in range(MOST_TRIES + 2):
        deliveries.deliver()
        deliveries.deliver()
        assert len(receiver.heard) == min(tries + 1, MOST_TRIES)
        clock.advance(timedelta(seconds=2**tries))


@pytest.mark.parametrize("status", [301, 400, 404, 410, 0])
def test_not_tried_again(
    deliveries: Deliveries, clock: ManualClock, receiver: Receiver, status: int
) -> None:
    """Any other answer ends a message."""
    receiver.status = status
    send(deliveries, clock, "1")
    assert [one.status for one in deliveries.deliver()] == [status]
    clock.advance(timedelta(days=1))
    assert deliveries.deliver() == []


def test_by_themselves(deliveries: Deliveries, clock: ManualClock, receiver: Receiver) -> None:
    """Inside a block messages leave by themselves; at its end all have left."""
    with deliveries.delivering():
        send(deliveries, clock, "1", "2")
    assert receiver.heard == ["1", "2"]


def test_nobody_listens() -> None:
    """Where nobody answers, the status is 0."""
    assert post("http://127.0.0.1:1/", {}).status == 0


def test_a_handshake_goes_at_once_and_once(deliveries: Deliveries, receiver: Receiver) -> None:
    """What a service has to know before it answers passes by what waits, and by mishaps."""
    receiver.status = 503
    deliveries.script(Mishap.LOST)
    message = Message(
        channel="c", address="http://127.0.0.1:1/", headers={"number": "1"}, ready_at=NINE
    )
    assert deliveries.send(message).status == 503
    assert (receiver.heard, deliveries.waiting) == (["1"], [])


def test_a_body_arrives_and_is_answered() -> None:
    """Over HTTP a message has its body, and the answer has one, too."""
    fake = FakeSalesloft()
    headers = {"Authorization": "Bearer token", "Content-Type": "application/json"}
    with serve(fake) as url:
        answered = post(f"{url}/bulk_jobs", headers, b'{"type": "person/upsert"}')
    assert (answered.status, b"person/upsert" in answered.body) == (200, True)
