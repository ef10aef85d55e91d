"""Sending what a call consists of: single requests within its time, and flows of them."""

from __future__ import annotations

from typing import Self, TypeVar

from attrs import define, evolve

from kloudsync.errors import (
    APIError,
    DecodeError,
    KloudsyncError,
    TimedOut,
    TransportError,
)
from kloudsync.http.auth import Flow, Once, Pause, Step, Work
from kloudsync.http.censor import censored
from kloudsync.http.clocks import CallClock, Timeouts
from kloudsync.http.message import Request, Response
from kloudsync.http.setting import Ports, Setting
from kloudsync.http.token_refusals import OPERATION, expect_able, is_unprocessed

T = TypeVar("T")


@define
class Sending:
    """The exchanges of one call, which share its clocks."""

    setting: Setting
    ports: Ports
    clock: CallClock

    @classmethod
    def begun(cls, setting: Setting, ports: Ports) -> Self:
        """Begin a call now."""
        return cls(setting, ports, setting.clock(ports.monotonic()))

    async def send(self, request: Request, operation: str) -> Response:
        """Send one request and read its answer, within the time that is left."""
        complete = self.setting.service.completed(request)
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

    def pause(self, error: KloudsyncError, attempt: int, *, repeatable: bool) -> float | None:
        """Return how many seconds to wait before the next try, or None where there is none."""
        now = self.ports.monotonic()
        wait = self.setting.retry.delay(
            error,
            repeatable=repeatable,
            attempt=attempt,
            elapsed=self.clock.elapsed(now),
            chance=self.ports.chance(),
        )
        return wait if wait is not None and self.clock.allows(wait, now) else None

    async def follow(self, flow: Flow[T]) -> T:
        """Run a flow of requests to its end, and return its result."""
        try:
            step = next(flow)
            while True:
                try:
                    answer = await self._answer(step)
                except Exception as error:  # noqa: BLE001 - the flow's own to handle, or to let out
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as stop:
            result: T = stop.value
            return result

    async def _answer(self, step: Step) -> object:
        match step:
            case Request():
                return await self._fetch(step, once=False)
            case Once():
                return await self._fetch(step.request, once=True)
            case Work():
                return await self.ports.run(step.do)
            case Pause():
                await self.ports.sleep(step.seconds)
                return None
            case _:
                return await self.ports.resolve(step)

    async def _fetch(self, request: Request, *, once: bool) -> Response:
        """Fetch what a flow asks for, with retries."""
        attempt = 1
        self.clock = self.clock.anew()
        while True:
            try:
                response = await self.send(request, OPERATION)
                expect_able(response, self.setting.service.name, self.ports.now())
            except (TransportError, APIError) as error:
                wait = self.pause(error, attempt, repeatable=not once or is_unprocessed(error))
                if wait is None:
                    raise
                await self.ports.sleep(wait)
                attempt += 1
            else:
                return response


async def follow(flow: Flow[T], setting: Setting, ports: Ports) -> T:
    """Run a flow of requests to its end, with the client's retries, and return its result."""
    try:
        return await Sending.begun(setting, ports).follow(flow)
    except KloudsyncError as error:
        censored(error, setting.secrets())
        raise
