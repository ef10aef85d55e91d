"""The value of a field that was not given, told apart from null.

A patch sends what was set: `UNSET` leaves the service's value alone, `None`
clears it, anything else replaces it.
"""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, TypeAlias, TypeVar


class Unset(Enum):
    """A one-member enum, so that type checkers can narrow it away with `is`."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        """Read as the name that users import."""
        return "UNSET"

    def __bool__(self) -> Literal[False]:
        """Be falsy, as an absent value is."""
        return False


UNSET: Final = Unset.UNSET

T = TypeVar("T")

Maybe: TypeAlias = T | Literal[Unset.UNSET]
"""A value that may be absent from what was sent or received."""
