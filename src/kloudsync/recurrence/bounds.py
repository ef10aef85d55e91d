"""Where a series ends, as far as its lines say, without expanding it."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Bound:
    """The end that UNTIL and COUNT set.

    Attributes:
        until: The last instant at which an occurrence may start, in seconds since 1970
            (on the series' own clock where it has no zone); None without UNTIL.
        count: How many occurrences COUNT allows; None without COUNT.
    """

    until: int | None = None
    count: int | None = None

    @property
    def is_endless(self) -> bool:
        """Return whether nothing bounds the series."""
        return self.until is None and self.count is None

    def is_earlier_than(self, other: Bound) -> bool | None:
        """Return whether this end comes before another one of a series with the same start.

        Returns:
            None where one is set by UNTIL and the other by COUNT, so that only the last
            occurrences tell; `Recurrence.ends_before` compares these.
        """
        if self == other or self.is_endless:
            return False
        if other.is_endless:
            return True
        if self.count is None and other.count is None:
            return (self.until or 0) < (other.until or 0)
        if self.until == other.until:
            return _least(self.count) < _least(other.count)
        return None


def _least(count: int | None) -> float:
    return float("inf") if count is None else count
