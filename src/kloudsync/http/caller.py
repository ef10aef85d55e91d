"""Callers perform operations: blocking or awaiting, with the plain value or the whole answer.

The classes are nominal on purpose: an endpoint chooses its return type by the
class of its resource's caller.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, Generic, Self, TypeAlias, TypeVar, overload

from attrs import evolve

from kloudsync.http.auth import Flow
from kloudsync.http.clocks import Timeouts
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.perform import perform
from kloudsync.http.retry import Retry
from kloudsync.http.sending import follow
from kloudsync.http.setting import Setting, Watch
from kloudsync.runtime.colour import Awaits, Blocks, C_co, Colour, InColour

if TYPE_CHECKING:
    from kloudsync.http.awaiting_transport import AwaitingPorts
    from kloudsync.http.transport import BlockingPorts

T = TypeVar("T")
P_co = TypeVar("P_co", bound="BlockingPorts | AwaitingPorts", covariant=True)


class Caller(InColour[C_co], Colour, Generic[C_co, P_co]):
    """Performs calls in one setting, through one way to the outside world.

    Args:
        setting: What stays the same from call to call.
        ports: The outside world, in the caller's colour.
    """

    def __init__(self, setting: Setting, ports: P_co) -> None:
        self.setting = setting
        self.ports = ports

    @property
    def longest_call(self) -> float:
        """How long one call may take at most, in seconds; leases outlast it."""
        return self.setting.timeouts.call

    # A variable of a method's own, such as T, gets through a descriptor with some checkers only.
    @overload
    def call(
        self: Caller[Blocks, Any], operation: Operation[T], watch: Watch | None = None
    ) -> T: ...
    @overload
    def call(
        self: Caller[Awaits, Any], operation: Operation[T], watch: Watch | None = None
    ) -> Coroutine[Any, Any, T]: ...
    def call(self, operation: Operation[T], watch: Watch | None = None) -> Any:
        """Perform a call and return its value; `watch` hears of each try."""
        return self.finish(self._value(operation, watch))

    @overload
    def follow(self: Caller[Blocks, Any], flow: Flow[T]) -> T: ...
    @overload
    def follow(self: Caller[Awaits, Any], flow: Flow[T]) -> Coroutine[Any, Any, T]: ...
    def follow(self, flow: Flow[T]) -> Any:
        """Run an authorisation flow to its end and return its result."""
        return self.finish(follow(flow, self.setting, self.ports))

    async def perform(self, operation: Operation[T], watch: Watch | None = None) -> Answer[T]:
        """Perform a call as part of longer work, whatever the colour."""
        return await perform(operation, self.setting, self.ports, watch)

    async def _value(self, operation: Operation[T], watch: Watch | None) -> T:
        return (await self.perform(operation, watch)).value

    def over(self, setting: Setting) -> Self:
        """Return a caller over the same connections with another setting."""
        return type(self)(setting, self.ports)

    def changed(
        self, *, timeouts: Timeouts | float | None = None, retry: Retry | int | None = None
    ) -> Self:
        """Return a caller over the same connections that waits and tries otherwise."""
        old = self.setting
        return self.over(
            evolve(
                old,
                timeouts=old.timeouts if timeouts is None else timeouts,
                retry=old.retry if retry is None else retry,
            )
        )


class Blocking(Caller[Blocks, "BlockingPorts"], Blocks):
    """Performs a call and returns its value."""


class Awaiting(Caller[Awaits, "AwaitingPorts"], Awaits):
    """Performs a call as a coroutine of its value."""


AnyCaller: TypeAlias = Caller[Colour, "BlockingPorts | AwaitingPorts"]
"""A caller of either colour."""

K_co = TypeVar("K_co", bound=AnyCaller, covariant=True)


class Raw(Generic[K_co]):
    """Performs a call in the colour of a caller, and answers with status and headers besides."""

    def __init__(self, caller: K_co) -> None:
        self._caller = caller

    def call(self, operation: Operation[T]) -> Any:
        """Perform a call: an `Answer`, or a coroutine of one."""
        return self._caller.finish(self._caller.perform(operation))
