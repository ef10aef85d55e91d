"""What performing a call is given: what stays the same of a client, and its outside world."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime
from typing import Any, Protocol, TypeVar

from attrs import field, frozen

from kloudsync.errors import KloudsyncError
from kloudsync.http.auth import Auth
from kloudsync.http.clocks import CallClock, Timeouts, as_timeouts
from kloudsync.http.limits import Limiter
from kloudsync.http.message import Request, Response
from kloudsync.http.retry import Retry, as_retry
from kloudsync.http.service import Service

T = TypeVar("T")


@frozen(kw_only=True)
class Attempt:
    """One try of a call, told to whoever watches.

    Attributes:
        operation: The call's name.
        number: The number of the try, from 1.
        status: The HTTP status of the answer, or None where none arrived.
        error: What went wrong, or None.
        wait: Seconds until the next try, or None where there is none.
    """

    operation: str
    number: int
    status: int | None = None
    error: KloudsyncError | None = None
    wait: float | None = None


Watch = Callable[[Attempt], None]


class Ports(Protocol):
    """What performing needs of the outside world."""

    async def exchange(self, request: Request, url: str, timeouts: Timeouts) -> Response:
        """Send one request and read its answer whole; raises `TransportError` only."""
        ...

    async def resolve(self, promised: Awaitable[T]) -> T:
        """Await what a function of the caller's promised; a blocking client refuses."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...

    async def run(self, method: Callable[[], T]) -> T:
        """Call a function that blocks."""
        ...

    async def renew(
        self, needed: Callable[[], bool], work: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Do work that all who need it wait for, once, and to its end whoever gives up waiting.

        Args:
            needed: Whether it still has to be done; another task or thread may have done it.
            work: What to do.
        """
        ...

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds that never run backwards."""
        ...

    def chance(self) -> float:
        """Return a random number in [0, 1)."""
        ...


@frozen(kw_only=True)
class Setting:
    """Everything that stays the same from call to call of one client.

    Attributes:
        service: The vendor's service.
        auth: How requests are authorised; None for calls that need no credentials.
        retry: When failed tries are repeated.
        timeouts: How long a call and its parts may take.
        limiter: The budget that tries are taken from.
    """

    service: Service
    auth: Auth | None
    limiter: Limiter
    retry: Retry = field(default=Retry(), converter=as_retry)
    timeouts: Timeouts = field(default=Timeouts(), converter=as_timeouts)

    def secrets(self) -> Iterable[str]:
        """Return what no error may repeat."""
        return () if self.auth is None else self.auth.secrets()

    def clock(self, now: float) -> CallClock:
        """Return the clocks of a call that begins now."""
        return CallClock(
            total=self.timeouts.total,
            deadline=self.retry.deadline,
            call=self.timeouts.call,
            began=now,
        )
