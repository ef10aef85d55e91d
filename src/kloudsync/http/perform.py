"""Performing a call: authorise, send, judge, wait, try again. Written once for both colours."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from datetime import datetime
from math import inf
from typing import Any, Protocol, TypeVar
from urllib.parse import urlsplit

from attrs import define, evolve, field, frozen
from attrs.validators import gt

from kloudsync.errors import (
    AnswerTooLong,
    APIError,
    DecodeError,
    KloudsyncError,
    RateLimited,
    TimedOut,
    TransportError,
    Unauthorized,
    UsageError,
)
from kloudsync.http.auth import Auth, Flow, Once, Pause, Step, Work, expect_bare
from kloudsync.http.censor import censored
from kloudsync.http.clocks import CallClock
from kloudsync.http.limits import Limiter
from kloudsync.http.log import describe, logger, outcome
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.retry import Retry, as_retry
from kloudsync.http.secret import Secret
from kloudsync.http.service import Service
from kloudsync.http.token_endpoint import OPERATION, expect_able, is_unprocessed

T = TypeVar("T")

_EVERYWHERE = Headers((("Accept", "application/json"),))


@frozen
class Timeouts:
    """How long a call and its parts may take, in seconds.

    Attributes:
        connect: Making a connection.
        read: Each wait for bytes.
        total: One try from its first byte to the last of the answer, however little comes at
            a time. A try also ends where `Retry.deadline` or `call` does.
        call: Everything: waiting for a budget, fetching a token, all tries and pauses. Leases
            should outlast it.
    """

    connect: float = field(default=5.0, validator=gt(0))
    read: float = field(default=30.0, validator=gt(0))
    total: float = field(default=120.0, validator=gt(0))
    call: float = field(default=210.0, validator=gt(0))


def as_timeouts(given: Timeouts | float | None) -> Timeouts:
    """Accept how long each phase may take, or just how long a call may take in all, in seconds.

    None means the usual times.

    Raises:
        UsageError: It is neither.
    """
    if given is None or isinstance(given, Timeouts):
        return given or Timeouts()
    if not _is_number(given) or not 0 < given < inf:
        raise UsageError(f"timeouts has to be a number of seconds, or Timeouts(…), not {given!r}")
    return Timeouts(connect=min(Timeouts().connect, given), read=given, total=given, call=given)


def _is_number(given: object) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


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


async def perform(
    operation: Operation[T], setting: Setting, ports: Ports, watch: Watch | None = None
) -> Answer[T]:
    """Perform a call with its retries, and decode the answer.

    Raises:
        TransportError: No answer arrived, after the last try.
        APIError: The service answered with an error that retries did not mend; `RateLimited`
            also where a budget has no room before the call's time is over.
        DecodeError: The answer is not what the service documents.
    """
    call = _Call(setting, ports, setting.clock(ports.monotonic()), watch)
    try:
        return await call.perform(operation)
    except KloudsyncError as error:
        censored(error, call.secrets())
        raise


async def follow(flow: Flow[T], setting: Setting, ports: Ports) -> T:
    """Run a flow of requests to its end, with the client's retries, and return its result."""
    try:
        return await _follow(flow, _Call(setting, ports, setting.clock(ports.monotonic())))
    except KloudsyncError as error:
        censored(error, setting.secrets())
        raise


class _Rejected(Exception):
    def __init__(self, error: Unauthorized, *, renewable: bool) -> None:
        super().__init__()
        self.error = error
        self.renewable = renewable


@define
class _Call:
    """One call, with all that its tries have in common."""

    setting: Setting
    ports: Ports
    clock: CallClock
    watch: Watch | None = None
    token: str | None = field(default=None, init=False, repr=False)

    def secrets(self) -> tuple[str, ...]:
        """Return what no error of this call may repeat."""
        return (*self.setting.secrets(), *(() if self.token is None else (self.token,)))

    async def perform(self, operation: Operation[T]) -> Answer[T]:
        attempt = 1
        reauthorised = False
        while True:
            ticket = await self._prepare(operation, attempt)
            try:
                return await self._try(operation, attempt, ticket)
            except AnswerTooLong as too_long:
                smaller = operation.smaller() if operation.smaller is not None else None
                self._tell(operation, attempt, too_long, None if smaller is None else 0.0)
                if smaller is None:
                    raise
                operation = smaller
            except (_Rejected, KloudsyncError) as failure:
                if isinstance(failure, _Rejected):
                    error: KloudsyncError = failure.error
                    # One silent repeat with a new token; a second 401 is the service's last word.
                    wait = 0.0 if failure.renewable and not reauthorised else None
                    reauthorised = True
                else:
                    error = failure
                    wait = self._pause(failure, attempt, repeatable=operation.repeatable)
                self._tell(operation, attempt, error, wait)
                if wait is None:
                    settled = _settlement(operation, error, attempt)
                    if isinstance(settled, Answer):
                        return settled
                    return await self.perform(settled)
                if wait:
                    await self.ports.sleep(wait)
            attempt += 1

    async def _prepare(self, operation: Operation[T], attempt: int) -> int:
        """Wait for the budget and see to a token; what fails here is not tried again.

        The budget comes first: waiting for it could outlast a token. Requests for tokens have
        retries of their own.
        """
        try:
            ticket = await self._wait_for_budget(operation)
            try:
                self.token = await self._token(operation.request)
            except BaseException:
                self.setting.limiter.finish(ticket)
                raise
        except KloudsyncError as error:
            self._tell(operation, attempt, error, None)
            raise
        return ticket

    async def _try(self, operation: Operation[T], attempt: int, ticket: int) -> Answer[T]:
        setting, token = self.setting, self.token
        request = operation.request
        if token is not None and setting.auth is not None:
            value = Secret(f"{setting.auth.scheme} {token}")
            request = request.with_headers({"Authorization": value})
        try:
            response = await self.send(request, operation.name)
            setting.limiter.settle(operation.cost, response, self.ports.now().timestamp())
        finally:
            setting.limiter.finish(ticket)
        if logger.isEnabledFor(logging.DEBUG):
            logger.debug("%s: %s answered %d", operation.name, describe(request), response.status)
        if response.status >= 300 and response.status != 304:
            error = setting.service.decode_error(response, operation.name, self.ports.now())
            if isinstance(error, Unauthorized) and setting.auth is not None and token is not None:
                raise _Rejected(error, renewable=setting.auth.rejected(token))
            raise error
        decoded = _decoded(operation, response)
        if self.watch is not None:
            self.watch(Attempt(operation=operation.name, number=attempt, status=response.status))
        return Answer(value=decoded, response=response, attempts=attempt)

    async def _token(self, request: Request) -> str | None:
        auth, ports = self.setting.auth, self.ports
        if auth is None or not _is_own_host(request, self.setting.service):
            return None
        token = auth.token(ports.now())
        if token is None:
            await ports.renew(lambda: auth.token(ports.now()) is None, lambda: self._renew(auth))
            token = auth.token(ports.now())
        settled = Secret(
            await ports.resolve(token) if isinstance(token, Awaitable) else token or ""
        )
        expect_bare(settled)
        return settled

    async def _renew(self, auth: Auth) -> None:
        # With clocks of its own: others wait for it too, and this call may be given up meanwhile.
        ports = self.ports
        call = _Call(self.setting, ports, self.setting.clock(ports.monotonic()))
        await _follow(auth.refresh(ports.now()), call)

    async def _wait_for_budget(self, operation: Operation[T]) -> int:
        limiter, ports = self.setting.limiter, self.ports
        ticket = limiter.enter(operation.cost, ports.now().timestamp())
        try:
            while wait := limiter.reserve(ticket, ports.now().timestamp()):
                self._expect_patience_for(wait, operation.name)
                self._expect_time_for(wait, operation.name)
                logger.debug("%s: waiting %.1f s for the budget", operation.name, wait)
                await ports.sleep(wait)
        except BaseException:
            # Cancelled, interrupted or out of time: those behind must not wait for somebody who
            # is gone.
            limiter.leave(ticket)
            raise
        return ticket

    def _expect_patience_for(self, wait: float, operation: str) -> None:
        most = self.setting.retry.longest_refusal
        if wait <= most or self.setting.limiter.refused(self.ports.now().timestamp()) <= most:
            return
        limits = "Retry.deadline and longest_retry_after"
        raise self._unsent(operation, wait, f"is refused for longer than {most:.0f} s ({limits})")

    def _expect_time_for(self, wait: float, operation: str) -> None:
        if not self.clock.allows(wait, self.ports.monotonic()):
            within = f"has no room within {self.clock.call:.0f} s (Timeouts.call)"
            raise self._unsent(operation, wait, within)

    def _unsent(self, operation: str, wait: float, why: str) -> RateLimited:
        service = self.setting.service.name
        return RateLimited(
            f"{service} {operation}: the budget of calls {why}, and nothing was sent; "
            f"try again in {wait:.0f} s",
            status=429,
            provider=service,
            operation=operation,
            reason="budget",
            retry_after=wait,
        )

    def _pause(self, error: KloudsyncError, attempt: int, *, repeatable: bool) -> float | None:
        now = self.ports.monotonic()
        wait = self.setting.retry.delay(
            error,
            repeatable=repeatable,
            attempt=attempt,
            elapsed=self.clock.elapsed(now),
            chance=self.ports.chance(),
        )
        return wait if wait is not None and self.clock.allows(wait, now) else None

    async def fetch(self, request: Request, *, once: bool) -> Response:
        """Fetch what a flow asks for, with retries."""
        attempt = 1
        self.clock = self.clock.anew()
        while True:
            try:
                response = await self.send(request, OPERATION)
                expect_able(response, self.setting.service.name, self.ports.now())
            except (TransportError, APIError) as error:
                wait = self._pause(error, attempt, repeatable=not once or is_unprocessed(error))
                if wait is None:
                    raise
                await self.ports.sleep(wait)
                attempt += 1
            else:
                return response

    async def send(self, request: Request, operation: str) -> Response:
        """Send one request and read its answer, within the time that is left."""
        complete = _completed(request, self.setting.service)
        try:
            timeouts = self._time_for_try()
            url = complete.url(self.setting.service.base_url)
            return await self.ports.exchange(complete, url, timeouts)
        except (TransportError, DecodeError) as error:
            error.operation = operation
            error.args = (f"{self.setting.service.name} {operation}: {error.args[0]}",)
            raise

    def _time_for_try(self) -> Timeouts:
        left = self.clock.begin_try(self.ports.monotonic())
        if left <= 0:
            raise TimedOut("the call's time was over before it could be sent", sent=False)
        usual = self.setting.timeouts
        return usual if left == usual.total else evolve(usual, total=left)

    def _tell(
        self,
        operation: Operation[T],
        attempt: int,
        error: KloudsyncError,
        wait: float | None,
    ) -> None:
        censored(error, self.secrets())
        answered = isinstance(error, (APIError, DecodeError)) and error.response
        status = answered.status if answered else None
        name = operation.name
        if wait is not None:
            logger.info(
                "%s: try %d failed, next in %.1f s: %s", name, attempt, wait, outcome(error)
            )
        if self.watch is not None:
            told = Attempt(operation=name, number=attempt, status=status, error=error, wait=wait)
            self.watch(told)


async def _follow(flow: Flow[T], call: _Call) -> T:
    try:
        step = next(flow)
        while True:
            try:
                answer = await _answer(step, call)
            except Exception as error:  # noqa: BLE001 - the flow's own to handle, or to let out
                step = flow.throw(error)
            else:
                step = flow.send(answer)
    except StopIteration as stop:
        result: T = stop.value
        return result


async def _answer(step: Step, call: _Call) -> object:
    match step:
        case Request():
            return await call.fetch(step, once=False)
        case Once():
            return await call.fetch(step.request, once=True)
        case Work():
            return await call.ports.run(step.do)
        case Pause():
            await call.ports.sleep(step.seconds)
            return None
        case _:
            return await call.ports.resolve(step)


def _settlement(
    operation: Operation[T], error: KloudsyncError, attempt: int
) -> Operation[T] | Answer[T]:
    if operation.settle is not None and isinstance(error, APIError):
        settled = operation.settle(error, attempt)
        if settled is not None:
            return settled
    raise error


def _decoded(operation: Operation[T], response: Response) -> T:
    try:
        return operation.decode(response)
    except DecodeError as error:
        error.operation = operation.name
        error.response = response
        raise


def _completed(request: Request, service: Service) -> Request:
    # What a service wants with each request may name people or hold keys: nobody else gets it.
    if not _is_own_host(request, service):
        return request.over(_EVERYWHERE)
    return request.over(Headers((*service.headers.pairs, *_EVERYWHERE.pairs)), service.query)


def _is_own_host(request: Request, service: Service) -> bool:
    if "://" not in request.path:
        return True
    theirs = _origin(request.path)
    return theirs is not None and theirs == _origin(service.base_url)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
