"""Both colours of client over one scripted service, so that each fact is shown for both."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any, Protocol, TypeVar

import httpx
from attrs import define, field

from kloudsync.errors import APIError, BadRequest, RateLimited, ServiceUnavailable, Unauthorized
from kloudsync.http.auth import Auth, Flow
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.clocks import Timeouts
from kloudsync.http.limits import Limiter, Unlimited
from kloudsync.http.message import Request, Response, form_request
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.pages import AwaitingPages, BlockingPages, Page
from kloudsync.http.perform import perform
from kloudsync.http.retry import Retry, parse_retry_after
from kloudsync.http.sending import follow
from kloudsync.http.service import Service
from kloudsync.http.setting import Setting, Watch
from kloudsync.http.transport import BlockingPorts
from kloudsync.runtime.drive import run
from kloudsync.testing.clock import ManualClock

T = TypeVar("T")
Handler = Callable[[httpx.Request], httpx.Response]

BASE_URL = "https://api.example.com/v1"
TOKEN_URL = "https://login.example.com/token"


class Drive(Protocol):
    """Finishes calls with one colour of client over a handler that plays the service."""

    def perform(
        self,
        operation: Operation[T],
        setting: Setting,
        handler: Handler,
        *,
        clock: ManualClock | None = None,
        watch: Watch | None = None,
    ) -> Answer[T]:
        """Perform one call."""
        ...

    def follow(
        self, flow: Flow[T], setting: Setting, handler: Handler, *, clock: ManualClock | None = None
    ) -> T:
        """Run one flow."""
        ...

    def items(self, first: Operation[Page[T]], setting: Setting, handler: Handler) -> list[T]:
        """Walk a listing to its end."""
        ...


class BlockingDrive:
    """Finishes calls with a blocking client."""

    def perform(
        self,
        operation: Operation[T],
        setting: Setting,
        handler: Handler,
        *,
        clock: ManualClock | None = None,
        watch: Watch | None = None,
    ) -> Answer[T]:
        """Perform one call."""
        return run(perform(operation, setting, blocking_ports(handler, clock), watch))

    def follow(
        self, flow: Flow[T], setting: Setting, handler: Handler, *, clock: ManualClock | None = None
    ) -> T:
        """Run one flow."""
        return run(follow(flow, setting, blocking_ports(handler, clock)))

    def items(self, first: Operation[Page[T]], setting: Setting, handler: Handler) -> list[T]:
        """Walk a listing to its end."""
        return list(BlockingPages(Blocking(setting, blocking_ports(handler)), first))


class AwaitingDrive:
    """Finishes calls with an awaiting client in an event loop of its own."""

    def perform(
        self,
        operation: Operation[T],
        setting: Setting,
        handler: Handler,
        *,
        clock: ManualClock | None = None,
        watch: Watch | None = None,
    ) -> Answer[T]:
        """Perform one call."""

        async def call() -> Answer[T]:
            return await perform(operation, setting, awaiting_ports(handler, clock), watch)

        return asyncio.run(call())

    def follow(
        self, flow: Flow[T], setting: Setting, handler: Handler, *, clock: ManualClock | None = None
    ) -> T:
        """Run one flow."""

        async def call() -> T:
            return await follow(flow, setting, awaiting_ports(handler, clock))

        return asyncio.run(call())

    def items(self, first: Operation[Page[T]], setting: Setting, handler: Handler) -> list[T]:
        """Walk a listing to its end."""

        async def walk() -> list[T]:
            caller = Awaiting(setting, awaiting_ports(handler))
            return [item async for item in AwaitingPages(caller, first)]

        return asyncio.run(walk())


def blocking_ports(handler: Handler, clock: ManualClock | None = None) -> BlockingPorts:
    """Return the world of a blocking client in which the handler is the only service."""
    client = httpx.Client(transport=httpx.MockTransport(handler))
    return BlockingPorts(client, clock or ManualClock())


def awaiting_ports(handler: Handler, clock: ManualClock | None = None) -> AwaitingPorts:
    """Return the world of an awaiting client in which the handler is the only service."""
    client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
    return AwaitingPorts(client, clock or ManualClock())


def decode_error(response: Response, operation: str, now: datetime) -> APIError:
    """Map the scripted service's errors by status."""
    leaves: dict[int, type[APIError]] = {401: Unauthorized, 429: RateLimited}
    leaf = leaves.get(response.status, ServiceUnavailable if response.status >= 500 else BadRequest)
    return leaf(
        f"scripted {operation}: answered {response.status}",
        status=response.status,
        provider="scripted",
        operation=operation,
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )


def setting(
    auth: Auth | None = None,
    *,
    limiter: Limiter | None = None,
    retry: Retry | None = None,
    timeouts: Timeouts | None = None,
    base_url: str = BASE_URL,
) -> Setting:
    """Return what stays the same from call to call of a client of the scripted service."""
    return Setting(
        service=Service(name="scripted", base_url=base_url, decode_error=decode_error),
        auth=auth,
        limiter=limiter or Unlimited(),
        retry=retry or Retry(),
        timeouts=timeouts or Timeouts(),
    )


def reading(path: str = "things/1", **changes: Any) -> Operation[str]:
    """Describe a call that reads one thing as text."""
    return Operation(
        name="things.get",
        request=Request(method="GET", path=path),
        decode=lambda response: response.text,
        **changes,
    )


@define
class Script:
    """A service that gives the scripted answers in order and remembers what it was asked."""

    answers: list[httpx.Response | Exception]
    asked: list[httpx.Request] = field(factory=list[httpx.Request])

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Give the next answer."""
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


@define
class Renewing:
    """A scheme whose token is fetched from a token endpoint, first and after each rejection."""

    current: str | None = None
    scheme: str = "Bearer"
    refreshes: int = 0

    def token(self, now: datetime) -> str | None:
        """Return the token fetched last, unless it was rejected."""
        return self.current

    def refresh(self, now: datetime) -> Generator[Request, Response, None]:
        """Ask the token endpoint."""
        self.refreshes += 1
        answer = yield form_request(TOKEN_URL, {"grant_type": "refresh_token"})
        self.current = answer.text

    def rejected(self, token: str) -> bool:
        """Forget the token that was refused, unless a newer one is here already."""
        if token == self.current:
            self.current = None
        return True

    def secrets(self) -> tuple[str, ...]:
        """Return the token."""
        return () if self.current is None else (self.current,)


def ok(text: str = "done") -> httpx.Response:
    """Return the answer of a success."""
    return httpx.Response(200, text=text)
