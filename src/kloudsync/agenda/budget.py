"""How much one question may list, whatever the calendars hold that it is about."""

from __future__ import annotations

from kloudsync.errors import UnboundedRecurrence, UsageError


class Budget:
    """How many occurrences of series one question may still list.

    What is short takes what it needs; a series that needs more than is left is at fault itself,
    and takes nothing.

    Args:
        limit: How many there may be in all, at least 1.

    Raises:
        UsageError: The limit is less than that.

    Attributes:
        left: How many are left.
    """

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise UsageError(f"limit is {limit}; let a question list at least one occurrence")
        self._limit = limit
        self.left: int = limit

    def spend(self, number: int) -> None:
        """Take what a series needs.

        Raises:
            UnboundedRecurrence: It is more than is left.
        """
        if number > self.left:
            raise UnboundedRecurrence(
                f"it has more occurrences in the window than the {self.left} that are left of the "
                f"{self._limit} that one question lists; ask for a shorter window, or raise `limit`",
                property_name="RRULE",
            )
        self.left -= number
