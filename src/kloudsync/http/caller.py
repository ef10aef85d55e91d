"""Callers perform operations: blocking or awaiting, with the plain value or the whole answer.

The classes are nominal on purpose: an endpoint chooses its return type by the
class of its resource's caller.
"""

from __future__ import annotations

from typing import TypeVar

from attrs import evolve

from kloudsync.http.auth import Flow
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.perform import Setting, Timeouts, Watch, follow, perform
from kloudsync.http.retry import Retry
from kloudsync.http.transport import AwaitingPorts, BlockingPorts
from kloudsync.runtime.drive import run

T = TypeVar("T")


class Blocking:
    """Performs a call and returns its value."""

    def __init__(self, setting: Setting, ports: BlockingPorts) -> None:
        self.setting = setting
        self.ports = ports

    def call(self, operation: Operation[T], watch: Watch | None = None) -> T:
        """Perform a call; `watch` hears of each try."""
        return run(perform(operation, self.setting, self.ports, watch)).value

    def follow(self, flow: Flow[T]) -> T:
        """Run an authorisation flow to its end and return its result."""
        return run(follow(flow, self.setting, self.ports))

    def changed(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Blocking:
        """Return a caller over the same connections with other settings."""
        return Blocking(_changed(self.setting, timeouts, retry), self.ports)


class BlockingRaw:
    """Performs a call and returns its value with status and headers."""

    def __init__(self, caller: Blocking) -> None:
        self._caller = caller

    def call(self, operation: Operation[T]) -> Answer[T]:
        """Perform a call."""
        return run(perform(operation, self._caller.setting, self._caller.ports))


class Awaiting:
    """Performs a call as a coroutine of its value."""

    def __init__(self, setting: Setting, ports: AwaitingPorts) -> None:
        self.setting = setting
        self.ports = ports

    async def call(self, operation: Operation[T], watch: Watch | None = None) -> T:
        """Perform a call; `watch` hears of each try."""
        return (await perform(operation, self.setting, self.ports, watch)).value

    async def follow(self, flow: Flow[T]) -> T:
        """Run an authorisation flow to its end and return its result."""
        return await follow(flow, self.setting, self.ports)

    def changed(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Awaiting:
        """Return a caller over the same connections with other settings."""
        return Awaiting(_changed(self.setting, timeouts, retry), self.ports)


class AwaitingRaw:
    """Performs a call as a coroutine of its value with status and headers."""

    def __init__(self, caller: Awaiting) -> None:
        self._caller = caller

    async def call(self, operation: Operation[T]) -> Answer[T]:
        """Perform a call."""
        return await perform(operation, self._caller.setting, self._caller.ports)


Caller = Blocking | Awaiting | BlockingRaw | AwaitingRaw


def _changed(setting: Setting, timeouts: Timeouts | None, retry: Retry | None) -> Setting:
    return evolve(setting, timeouts=timeouts or setting.timeouts, retry=retry or setting.retry)
