"""Series that cannot be expanded: named in the answer, and never in the way of others."""

from __future__ import annotations

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.skipping import Skipped


class Lost:
    """The series of one question that cannot be expanded.

    Args:
        skipped: Hears of each, once.
    """

    def __init__(self, skipped: Skipped) -> None:
        self._skipped = skipped
        self._found: dict[tuple[CalendarKey, str], Unexpanded] = {}

    def __call__(self, unexpanded: Unexpanded) -> None:
        """Take note of a series."""
        key = unexpanded.calendar, unexpanded.series
        if key not in self._found:
            self._found[key] = unexpanded
            self._skipped(unexpanded)
            _forget_frames(unexpanded.error)

    def of(self, calendar: CalendarKey) -> set[str]:
        """Return the ids of a calendar's series among them."""
        return {series for key, series in self._found if key == calendar}

    @property
    def all(self) -> tuple[Unexpanded, ...]:
        """All that were found until now."""
        return tuple(self._found.values())


def _forget_frames(error: BaseException | None) -> None:
    """Let an error that is kept as an answer hold none of what the question held.

    Its frames know the answer, too: in such a circle all of it would stay until the collector comes,
    which every thread waits for.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__
