"""A fake Google whose faults and lost messages are known by time and place."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterable
from datetime import timedelta
from urllib.parse import unquote

from attrs import field, frozen

from kloudsync.runtime.clock import SystemClock
from kloudsync.testing.deliveries import Message
from kloudsync.testing.faults import Fault, FaultKind, Faults, Scene
from kloudsync.testing.google import FakeGoogle

LIMITS = frozenset(
    (
        FaultKind.RATE_LIMIT,
        FaultKind.USER_RATE_LIMIT,
        FaultKind.TOO_MANY_REQUESTS,
        FaultKind.RETRY_AFTER_SECONDS,
    )
)
"""Faults by which the service says wait, to all of an account."""

KINDS = (*sorted(LIMITS, key=lambda kind: kind.name), FaultKind.SERVER_ERROR, FaultKind.UNAVAILABLE)
KINDS = (*KINDS, FaultKind.HTML_502, FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY)


@frozen(kw_only=True)
class Mishap:
    """Something that went wrong, by intent.

    Attributes:
        at: When, in seconds since 1970.
        calendar: Of which calendar; empty where it was of none.
        account: Whose request it was; empty for a message.
        kind: What it was; None for a message that was lost.
    """

    at: float
    calendar: str
    account: str = ""
    kind: FaultKind | None = field(default=None)

    def met(self, calendar: str, account: str) -> bool:
        """Tell whether it befell a calendar: itself, or all of its account."""
        return self.calendar == calendar or (self.kind in LIMITS and self.account == account)


class Service(FakeGoogle):
    """A fake of many accounts that fails now and then, and remembers when and at what.

    Args:
        accounts: Their addresses, which are their tokens, too.
        seed: What faults are drawn from.
        faults: The share of requests that fail.
        lost: The share of messages that get lost.
    """

    def __init__(self, accounts: list[str], *, seed: int, faults: float, lost: float) -> None:
        self.mishaps: list[Mishap] = []
        self._share, self._lost = faults, lost
        self._dice = random.Random(f"service/{seed}")
        self._asking = threading.local()
        super().__init__(
            accounts[0],
            tokens={name: name for name in accounts},
            clock=SystemClock(),
            pace=timedelta(milliseconds=1),
            faults=_Recorded(self),
        )
        self._take = self.channels.deliveries.take
        self.channels.deliveries.take = self._carry  # type: ignore[method-assign]
        self.failing = False

    def handle(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> object:  # type: ignore[override]
        """Answer a request, and know in its thread whose it is and of which calendar."""
        account = headers.get("authorization", "").removeprefix("Bearer ")
        calendar = calendar_of(url)
        self._asking.about = account, account if calendar == "primary" else calendar
        return super().handle(method, url, headers, body)

    def strike(self, scene: Scene) -> Fault | None:
        """Decide whether the present request fails."""
        if not self.failing or self._dice.random() >= self._share:
            return None
        fault = Fault(self._dice.choice(KINDS), seconds=2.0)
        if not scene.allows(fault.kind):
            return None
        account, calendar = self._asking.about
        self.mishaps.append(
            Mishap(at=time.time(), calendar=calendar, account=account, kind=fault.kind)
        )
        return fault

    def undelivered(self) -> list[Mishap]:
        """Return the messages that nobody took in at once, such as while a database was away."""
        return [
            Mishap(at=one.message.ready_at.timestamp(), calendar=_told_of(one.message))
            for one in self.channels.deliveries.log
            if one.status not in {200, 204}
        ]

    def _carry(self, message: Message) -> None:
        if self.failing and self._dice.random() < self._lost:
            self.mishaps.append(Mishap(at=time.time(), calendar=_told_of(message)))
            return
        self._take(message)


class _Recorded(Faults):
    def __init__(self, service: Service) -> None:
        super().__init__()
        self._service = service

    def _choose(self, scene: Scene) -> Fault | None:
        return self._service.strike(scene)


def _told_of(message: Message) -> str:
    fields = {name.lower(): value for name, value in message.headers.items()}
    return calendar_of(fields["x-goog-resource-uri"])


def calendar_of(url: str) -> str:
    """Return the calendar of a request's address, or nothing where it is of none."""
    parts: Iterable[str] = url.partition("?")[0].split("/")
    rest = list(parts)
    return unquote(rest[rest.index("calendars") + 1]) if "calendars" in rest else ""
