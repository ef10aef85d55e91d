"""Something to be done that is no HTTP call, described: whoever performs it does so in its colour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from attrs import field, frozen

T_co = TypeVar("T_co", covariant=True)


@frozen
class Step(Generic[T_co]):
    """A step of a source or sink that speaks no HTTP, such as the reading of a file.

    Attributes:
        name: What it is called in logs, such as `folder.read`.
        do: Does it, and may block; in an event loop it is called in a worker thread.
    """

    name: str
    do: Callable[[], T_co] = field(repr=False)
