"""Performing a call: authorise, send, judge, wait, try again. Written once for both colours."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol, TypeVar
from urllib.parse import urlsplit

from attrs import evolve, field, frozen
from attrs.validators import gt

from kloudsync.errors import (
    APIError,
    DecodeError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    Unauthorized,
)
from kloudsync.http.auth import Auth, Flow, expect_bare
from kloudsync.http.censor import censor
from kloudsync.http.limits import Limiter
from kloudsync.http.log import describe, logger, outcome
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.retry import Retry, parse_retry_after
from kloudsync.http.service import Service

T = TypeVar("T")


@frozen
class Timeouts:
    """How long each phase of a try may take, in seconds."""

    connect: float = field(default=5.0, validator=gt(0))
    read: float = field(default=30.0, validator=gt(0))


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

    def exclusive(self) -> AbstractAsyncContextManager[object]:
        """Keep other tasks and threads out while a token is fetched."""
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
        timeouts: How long each phase of a try may take.
        limiter: The budget that tries are taken from.
    """

    service: Service
    auth: Auth | None
    limiter: Limiter
    retry: Retry = Retry()
    timeouts: Timeouts = Timeouts()


async def perform(
    operation: Operation[T], setting: Setting, ports: Ports, watch: Watch | None = None
) -> Answer[T]:
    """Perform a call with its retries, and decode the answer.

    Raises:
        TransportError: No answer arrived, after the last try.
        APIError: The service answered with an error that retries did not mend.
        DecodeError: The answer is not what the service documents.
    """
    started = ports.monotonic()
    attempt = 1
    reauthorised = False
    while True:
        try:
            return await _try(operation, setting, ports, attempt, watch)
        except (_Rejected, KloudsyncError) as failure:
            if isinstance(failure, _Rejected):
                error: KloudsyncError = failure.error
                # One silent repeat with a new token; a second 401 is the service's last word.
                wait = 0.0 if failure.renewable and not reauthorised else None
                reauthorised = True
            else:
                error = failure
                wait = setting.retry.delay(
                    error,
                    repeatable=operation.repeatable,
                    attempt=attempt,
                    elapsed=ports.monotonic() - started,
                    chance=ports.chance(),
                )
        _tell(watch, operation, attempt, error, wait)
        if wait is None:
            settled = _settlement(operation, error, attempt)
            if isinstance(settled, Answer):
                return settled
            return await perform(settled, setting, ports, watch)
        if wait:
            await ports.sleep(wait)
        attempt += 1


def _settlement(
    operation: Operation[T], error: KloudsyncError, attempt: int
) -> Operation[T] | Answer[T]:
    if operation.settle is not None and isinstance(error, APIError):
        settled = operation.settle(error, attempt)
        if settled is not None:
            return settled
    raise error


class _Rejected(Exception):
    def __init__(self, error: Unauthorized, *, renewable: bool) -> None:
        super().__init__()
        self.error = error
        self.renewable = renewable


async def _try(
    operation: Operation[T], setting: Setting, ports: Ports, attempt: int, watch: Watch | None
) -> Answer[T]:
    # The budget first: waiting for it could outlast a token.
    await _within_budget(operation, setting, ports)
    request = operation.request
    token: str | None = None
    if setting.auth is not None and _is_own_host(request, setting.service):
        token = await _token(setting.auth, setting, ports)
        request = request.with_headers({"Authorization": f"{setting.auth.scheme} {token}"})
    response = await _send(request, operation.name, setting, ports)
    setting.limiter.settle(operation.cost, response, ports.now().timestamp())
    logger.debug("%s: %s answered %d", operation.name, describe(request), response.status)
    if response.status >= 300 and response.status != 304:
        error = setting.service.decode_error(response, operation.name, ports.now())
        if token is not None:
            censor(error, token)
        if isinstance(error, Unauthorized) and setting.auth is not None and token is not None:
            raise _Rejected(error, renewable=setting.auth.rejected(token))
        raise error
    value = _decoded(operation, response)
    if watch is not None:
        watch(Attempt(operation=operation.name, number=attempt, status=response.status))
    return Answer(value=value, response=response, attempts=attempt)


async def _token(auth: Auth, setting: Setting, ports: Ports) -> str:
    token = auth.token(ports.now())
    if token is None:
        async with ports.exclusive():
            # Another task or thread may have fetched it while this one waited.
            token = auth.token(ports.now())
            if token is None:
                await follow(auth.refresh(ports.now()), setting, ports)
                token = auth.token(ports.now())
    settled = await ports.resolve(token) if isinstance(token, Awaitable) else token
    expect_bare(settled or "")
    return settled or ""


async def follow(flow: Flow[T], setting: Setting, ports: Ports) -> T:
    """Run a flow of requests to its end, with the client's retries, and return its result."""
    try:
        step = next(flow)
        while True:
            if isinstance(step, Request):
                step = flow.send(await _fetch(step, setting, ports))
            else:
                await ports.resolve(step)
                step = next(flow)
    except StopIteration as stop:
        result: T = stop.value
        return result


async def _fetch(request: Request, setting: Setting, ports: Ports) -> Response:
    started = ports.monotonic()
    attempt = 1
    while True:
        try:
            response = await _send(request, "oauth.token", setting, ports)
            _expect_able(response, setting.service, ports.now())
        except (TransportError, APIError) as error:
            wait = setting.retry.delay(
                error,
                repeatable=True,
                attempt=attempt,
                elapsed=ports.monotonic() - started,
                chance=ports.chance(),
            )
            if wait is None:
                raise
            await ports.sleep(wait)
            attempt += 1
        else:
            return response


def _expect_able(response: Response, service: Service, now: datetime) -> None:
    if response.status != 429 and response.status < 500:
        return
    leaf = RateLimited if response.status == 429 else ServiceUnavailable
    raise leaf(
        f"{service.name}: the token endpoint answered {response.status}; try again later",
        status=response.status,
        provider=service.name,
        operation="oauth.token",
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )


async def _within_budget(operation: Operation[T], setting: Setting, ports: Ports) -> None:
    limiter = setting.limiter
    ticket = limiter.enter(operation.cost, ports.now().timestamp())
    try:
        while wait := limiter.reserve(ticket, ports.now().timestamp()):
            logger.debug("%s: waiting %.1f s for the budget", operation.name, wait)
            await ports.sleep(wait)
    except BaseException:
        # Cancelled or interrupted: those behind must not wait for somebody who is gone.
        limiter.leave(ticket)
        raise


async def _send(request: Request, operation: str, setting: Setting, ports: Ports) -> Response:
    service = setting.service
    own = _is_own_host(request, service)
    fields = service.headers if own else Headers()
    headers = fields.merged({"Accept": "application/json"})
    complete = evolve(
        request,
        headers=headers.merged(dict(request.headers.pairs)),
        query=request.query + (service.query if own else ()),
    )
    try:
        return await ports.exchange(complete, complete.url(service.base_url), setting.timeouts)
    except (TransportError, DecodeError) as error:
        error.operation = operation
        error.args = (f"{service.name} {operation}: {error.args[0]}",)
        raise


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


def _decoded(operation: Operation[T], response: Response) -> T:
    try:
        return operation.decode(response)
    except DecodeError as error:
        error.operation = operation.name
        error.response = response
        raise


def _tell(
    watch: Watch | None,
    operation: Operation[T],
    attempt: int,
    error: KloudsyncError,
    wait: float | None,
) -> None:
    answered = isinstance(error, (APIError, DecodeError)) and error.response
    status = answered.status if answered else None
    if wait is not None:
        logger.info(
            "%s: try %d failed, next in %.1f s: %s", operation.name, attempt, wait, outcome(error)
        )
    if watch is not None:
        watch(
            Attempt(operation=operation.name, number=attempt, status=status, error=error, wait=wait)
        )
