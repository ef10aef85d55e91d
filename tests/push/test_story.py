"""From an edit to a change in the feed, over real sockets, and everything that may happen between."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from tests.push.world import World

from kloudsync.model.change import Added
from kloudsync.testing.deliveries import Mishap, post
from kloudsync.testing.faults import Fault, FaultKind

NINE = datetime(2026, 1, 6, 9, tzinfo=UTC)


class Hook(BaseHTTPRequestHandler):
    """An application's webhook endpoint."""

    def __init__(self, answer: Callable[[Mapping[str, str]], int], *connection: Any) -> None:
        self._decide = answer
        super().__init__(*connection)

    def do_POST(self) -> None:
        """Take a notification in."""
        self.send_response(self._decide(dict(self.headers.items())))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep quiet."""


class Endpoint:
    """A receiver on a real port, and what it answers with."""

    def __init__(self) -> None:
        self.answer: Callable[[Mapping[str, str]], int] = lambda _: 503
        self.heard: list[dict[str, str]] = []
        self.url = ""

    def take(self, headers: Mapping[str, str]) -> int:
        """Write a request down and answer it."""
        self.heard.append(dict(headers))
        return self.answer(headers)

    @contextmanager
    def listening(self) -> Generator[None]:
        """Listen on a free port while the block runs."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Hook, self.take))
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_address[1]}/google"
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """A receiver on the loopback interface."""
    made = Endpoint()
    with made.listening():
        yield made


@pytest.fixture
def live(make_world: Callable[..., World], endpoint: Endpoint) -> World:
    """A watched calendar that was synced, whose messages go over HTTP."""
    world = make_world(address=endpoint.url)
    endpoint.answer = world.answer
    world.tend()
    assert world.deliver() == [204]
    world.wait(2.0)
    world.sync_due()
    return world


def create(world: World, title: str) -> None:
    """Create an event as a user would."""
    world.fake.calendar().create(title, NINE)


def titles(world: World) -> list[str | None]:
    """Return what the feed has that is new to this reader."""
    (copy,) = world.copies
    changes = list(copy.changes("reader"))
    if changes:
        copy.acknowledge("reader", changes[-1])
    return [change.event.raw.get("summary") for change in changes if isinstance(change, Added)]


def test_from_edit_to_feed(live: World, endpoint: Endpoint) -> None:
    """An edit is announced over HTTP, taken in, synced, and found in the feed."""
    create(live, "Review")
    assert live.deliver() == [204]
    assert [message["X-Goog-Resource-State"] for message in endpoint.heard] == ["sync", "exists"]
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review"]
    assert live.is_in_step()


def test_as_they_come(live: World) -> None:
    """The same, with messages that leave by themselves."""
    with live.fake.channels.deliveries.delivering():
        create(live, "Review")
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review"]


def test_lost(live: World) -> None:
    """A message that is lost delays a change until the next poll, and no longer."""
    live.fake.channels.deliveries.script(Mishap.LOST)
    create(live, "Review")
    assert live.deliver() == []
    live.wait(590.0)
    live.sync_due()
    assert titles(live) == []
    live.wait(10.0)
    live.sync_due()
    assert titles(live) == ["Review"]


def test_doubled(live: World) -> None:
    """A message that comes twice is accepted twice and leads to one sync."""
    live.fake.channels.deliveries.script(Mishap.DOUBLED)
    create(live, "Review")
    assert live.deliver() == [204, 204]
    live.wait(2.0)
    before = len(live.fake.requests)
    live.sync_due()
    live.sync_due()
    assert len(live.fake.requests) == before + 1
    assert titles(live) == ["Review"]


def test_repeated_after_sync(live: World, endpoint: Endpoint) -> None:
    """A message that is played again later brings nothing about."""
    create(live, "Review")
    live.deliver()
    live.wait(2.0)
    live.sync_due()
    again = post(endpoint.url, endpoint.heard[-1])
    assert again.status == 204
    live.wait(2.0)
    assert dict(live.sync_due().done) == {}


def test_reordered(live: World) -> None:
    """Messages that overtake each other lose nothing."""
    create(live, "Review")
    create(live, "Retrospective")
    deliveries = live.fake.channels.deliveries.deliver(backwards=True)
    assert [one.status for one in deliveries] == [204, 204]
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review", "Retrospective"]


def test_late(live: World) -> None:
    """A message that comes after the sync that it asks for leads to a sync without changes."""
    live.fake.channels.deliveries.script(Mishap.LATE)
    create(live, "Review")
    create(live, "Retrospective")
    live.deliver()
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review", "Retrospective"]
    live.fake.channels.deliveries.release()
    assert live.deliver() == [204]
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == []


def test_too_late(live: World) -> None:
    """A message that comes after its channel was replaced and stopped is refused; nothing is lost."""
    live.fake.channels.deliveries.script(Mishap.LATE)
    create(live, "Review")
    live.wait(800.0)
    assert len(live.tend().stopped) == 1
    live.deliver()
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review"]
    live.fake.channels.deliveries.release()
    assert live.deliver() == [410]


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("X-Goog-Channel-Token", "guessed", 403),
        ("X-Goog-Channel-Token", "", 403),
        ("X-Goog-Resource-ID", "another", 403),
        ("X-Goog-Channel-ID", "another", 410),
        ("X-Goog-Message-Number", "many", 400),
        ("X-Goog-Resource-State", "", 400),
    ],
)
def test_forged(live: World, endpoint: Endpoint, name: str, value: str, status: int) -> None:
    """A message that does not prove where it comes from is refused and brings nothing about."""
    forged = endpoint.heard[0] | {"X-Goog-Message-Number": "99", name: value}
    assert post(endpoint.url, forged).status == status
    live.wait(2.0)
    assert dict(live.sync_due().done) == {}


def test_after_the_end(live: World, endpoint: Endpoint) -> None:
    """A message over a channel that has ended is refused, token or not."""
    live.wait(1000.0)
    late = endpoint.heard[0] | {"X-Goog-Message-Number": "99"}
    assert post(endpoint.url, late).status == 410


def test_endpoint_down(live: World, endpoint: Endpoint) -> None:
    """While the application cannot take messages in, the service tries again."""
    endpoint.answer = lambda _: 503
    create(live, "Review")
    assert live.deliver() == [503]
    assert live.deliver() == []
    endpoint.answer = live.answer
    live.wait(1.0)
    assert live.deliver() == [204]
    live.wait(2.0)
    live.sync_due()
    assert titles(live) == ["Review"]


def test_handshake_first(make_world: Callable[..., World], endpoint: Endpoint) -> None:
    """A first message that overtakes the answer to its watch is taken in."""
    world = make_world(address=endpoint.url)
    endpoint.answer = world.answer
    world.fake.channels.handshake_first = True
    (channel,) = world.tend().opened
    assert [one.status for one in world.fake.channels.deliveries.log] == [204]
    held = world.store.channel(channel.id)
    assert held is not None
    assert (held.numbers, held.resource) == ((1,), channel.resource)
    assert world.tend().opened == ()


def test_overlap(live: World) -> None:
    """While two channels announce one calendar, it is synced once."""
    live.wait(800.0)
    live.fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="channels.stop"))
    live.tend()
    assert len(live.open) == 2
    live.deliver()
    live.wait(2.0)
    live.sync_due()
    create(live, "Review")
    assert live.deliver() == [204, 204]
    live.wait(2.0)
    assert len(live.sync_due().done) == 1
    assert titles(live) == ["Review"]
