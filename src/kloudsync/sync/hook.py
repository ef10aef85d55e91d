"""What hears of each step of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from kloudsync.sync.progress import Progress


class Hook(Protocol):
    """Anything that is called with each step of a run."""

    def __call__(self, progress: Progress, /) -> None:
        """Take note of a step; an exception raised here ends the run."""
        ...


def silence(progress: Progress, /) -> None:
    """Take note of nothing."""
