"""What becomes of series that cannot be expanded, and of those that take place too often."""

from __future__ import annotations

from typing import Final, Protocol

from kloudsync import model

MOST_OCCURRENCES: Final = 1_000_000
"""How many occurrences of series one question lists, unless it says otherwise."""


class Skipped(Protocol):
    """Hears of each series that is left out."""

    def __call__(self, unexpanded: model.Unexpanded, /) -> object:
        """Hear of a series that cannot be expanded."""
        ...


def leave_out(unexpanded: model.Unexpanded) -> None:
    """Go on without a series; the answer names it all the same."""


def refuse(unexpanded: model.Unexpanded) -> None:
    """Raise the error of a series, with its name.

    Raises:
        RecurrenceError: Always; an `UnboundedRecurrence` where there are too many occurrences.
    """
    error = unexpanded.error
    raise type(error)(
        f"series {unexpanded.series} of {unexpanded.calendar}: {error}",
        property_name=error.property_name,
        column=error.column,
    ) from error
