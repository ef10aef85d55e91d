"""How a piece of work of several calls reaches a service, in either colour."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Self, TypeVar

from attrs import frozen

from kloudsync.http.caller import AnyCaller
from kloudsync.http.operation import Operation
from kloudsync.http.pages import Page, PageWalk
from kloudsync.http.perform import perform
from kloudsync.http.setting import Ports, Setting

T = TypeVar("T")


@frozen
class Calls:
    """Performs calls one after the other; over ports that block it never suspends."""

    setting: Setting
    ports: Ports

    @classmethod
    def by(cls, caller: AnyCaller) -> Self:
        """Perform them as a caller does."""
        return cls(caller.setting, caller.ports)

    async def send(self, operation: Operation[T]) -> T:
        """Perform one call."""
        return (await perform(operation, self.setting, self.ports)).value

    async def items(self, first: Operation[Page[T]]) -> AsyncIterator[T]:
        """Walk a listing to its end."""
        walk = PageWalk(first)
        while walk.operation is not None:
            page = await self.send(walk.operation)
            for item in page.items:
                yield item
            walk.advance(page)
