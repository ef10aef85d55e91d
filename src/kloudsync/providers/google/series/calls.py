"""How an edit of several calls reaches Google, many at once where they do not depend on each other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from attrs import frozen

from kloudsync.http import calls
from kloudsync.http.operation import Operation
from kloudsync.providers.google.batch import BatchAnswer, perform_batch

T = TypeVar("T")


@frozen
class Calls(calls.Calls):
    """Performs calls one after the other, or together."""

    async def together(self, operations: Iterable[Operation[T]]) -> list[BatchAnswer[T]]:
        """Perform calls that do not depend on each other."""
        return await perform_batch(operations, self.setting, self.ports)
