"""Performing a call: authorise, send, judge, wait, try again. Written once for both colours."""

from __future__ import annotations

import logging
from collections.abc import Awaitable
from typing import TypeVar

from attrs import define, field

from kloudsync.errors import (
    AnswerTooLong,
    APIError,
    DecodeError,
    KloudsyncError,
    RateLimited,
    Unauthorized,
)
from kloudsync.http.auth import Auth, expect_bare
from kloudsync.http.censor import censored
from kloudsync.http.clocks import Timeouts
from kloudsync.http.log import describe, logger, outcome
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.secret import Secret
from kloudsync.http.sending import Sending
from kloudsync.http.setting import Attempt, Ports, Setting, Watch

# Timeouts were imported from here before they had a room of their own.
__all__ = ["Timeouts", "perform"]

T = TypeVar("T")


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


class _Rejected(Exception):
    def __init__(self, error: Unauthorized, *, renewable: bool) -> None:
        super().__init__()
        self.error = error
        self.renewable = renewable


@define
class _Call(Sending):
    """One call, with all that its tries have in common."""

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
                    wait = self.pause(failure, attempt, repeatable=operation.repeatable)
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
        if auth is None or not self.setting.service.owns(request):
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
        await Sending.begun(self.setting, ports).follow(auth.refresh(ports.now()))

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
