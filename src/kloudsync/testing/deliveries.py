"""How a fake's messages travel: over HTTP, tried again, and with the mishaps of your script."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import Enum
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit, urlunsplit

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply

AGAIN = frozenset((500, 502, 503, 504))
MOST_TRIES = 6
_IDLE = 0.02
_LONGEST_WAIT = 10.0

Receiver = Callable[[str, Mapping[str, str], bytes], Reply]
"""Takes a message's address, headers and body and answers; with the status 0 if nobody does."""


class Mishap(Enum):
    """What may befall a message on its way."""

    LOST = "never sent"
    DOUBLED = "sent twice"
    LATE = "kept back until it is released"


@attrs.frozen(kw_only=True)
class Message:
    """A message on its way.

    Attributes:
        channel: The id of the channel or subscription that it belongs to.
        address: Where it goes.
        headers: Its headers.
        body: Its body.
        ready_at: When it is sent.
        tries: How often it was sent before.
    """

    channel: str
    address: str
    headers: Mapping[str, str]
    body: bytes = b""
    ready_at: datetime
    tries: int = 0


Bundle = Callable[[Sequence[Message]], list[Message]]
"""Puts messages together that one request carries."""


@attrs.frozen
class Delivery:
    """A try to deliver a message.

    Attributes:
        message: What was sent.
        reply: What was answered.
    """

    message: Message
    reply: Reply

    @property
    def status(self) -> int:
        """The status of the answer; 0 if nobody answered."""
        return self.reply.status

    @property
    def answer(self) -> str:
        """The body of the answer, as text."""
        return self.reply.body.decode(errors="replace")


def post(address: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
    """Send a message over HTTP, following no redirect."""
    parts = urlsplit(address)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=_LONGEST_WAIT)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    try:
        connection.request("POST", target, body or None, _sized(headers, body))
        answer = connection.getresponse()
        return Reply(answer.status, dict(answer.headers), answer.read())
    except (OSError, HTTPException):
        return Reply(0, {}, b"")
    finally:
        connection.close()


def _sized(headers: Mapping[str, str], body: bytes) -> Mapping[str, str]:
    return {**headers, "Content-Length": str(len(body))}


class Deliveries:
    """The way out of a fake.

    Messages wait until `deliver` is called, or go at once inside `delivering`. A receiver that
    answers with certain statuses gets the message again, later each time by the fake's clock;
    any other answer ends it.

    Args:
        clock: What tells the present.
        again: The statuses after which the service tries again.
        bundle: What becomes of messages that are sent at the same time; each its own request
            unless given.

    Attributes:
        receiver: What sends a message; over HTTP unless replaced.
        log: Every try so far.
        waiting: Messages that are not sent yet.
        late: Messages that a mishap keeps back.
    """

    def __init__(
        self, clock: TellsTime, *, again: Collection[int] = AGAIN, bundle: Bundle = list
    ) -> None:
        self.receiver: Receiver = post
        self.log: list[Delivery] = []
        self.waiting: list[Message] = []
        self.late: list[Message] = []
        self._clock = clock
        self._again = again
        self._bundle = bundle
        self._script: deque[Mishap | None] = deque()
        self._changed = threading.Condition()

    def script(self, *mishaps: Mishap | None) -> None:
        """Say what befalls the next messages, one by one; None for nothing."""
        self._script.extend(mishaps)

    def take(self, message: Message) -> None:
        """Take a message in."""
        with self._changed:
            mishap = self._script.popleft() if self._script else None
            if mishap is Mishap.LATE:
                self.late.append(message)
            elif mishap is not Mishap.LOST:
                self.waiting += [message] * (2 if mishap is Mishap.DOUBLED else 1)
            self._changed.notify_all()

    def release(self) -> None:
        """Let the messages go that were kept back; they come after those that wait already."""
        with self._changed:
            self.waiting += self.late
            self.late = []
            self._changed.notify_all()

    def deliver(self, *, backwards: bool = False) -> list[Delivery]:
        """Send every message whose time has come.

        Args:
            backwards: Whether the newest goes first.
        """
        ready = self._bundle(self._ready())
        return [self._send(message) for message in (reversed(ready) if backwards else ready)]

    def send(self, message: Message) -> Delivery:
        """Send a message now and once, whatever the script says; for handshakes."""
        reply = self.receiver(message.address, message.headers, message.body)
        delivery = Delivery(message, reply)
        with self._changed:
            self.log.append(delivery)
        return delivery

    @contextmanager
    def delivering(self) -> Generator[None]:
        """Send messages as they come, from a thread, while the block runs."""
        over = threading.Event()
        thread = threading.Thread(target=self._work, args=(over,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            self.deliver()

    def _work(self, over: threading.Event) -> None:
        while not over.is_set():
            self.deliver()
            with self._changed:
                self._changed.wait(_IDLE)

    def _ready(self) -> list[Message]:
        now = self._clock.now()
        with self._changed:
            ready = [message for message in self.waiting if message.ready_at <= now]
            self.waiting = [message for message in self.waiting if message.ready_at > now]
        return ready

    def _send(self, message: Message) -> Delivery:
        delivery = self.send(message)
        with self._changed:
            if delivery.status in self._again and message.tries + 1 < MOST_TRIES:
                self.waiting.append(self._later(message))
        return delivery

    def _later(self, message: Message) -> Message:
        pause = timedelta(seconds=2**message.tries)
        return attrs.evolve(message, ready_at=self._clock.now() + pause, tries=message.tries + 1)
