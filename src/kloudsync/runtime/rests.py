"""How long to leave alone what a service refused, and what no further call would mend. Pure."""

from __future__ import annotations

from typing import Final

from kloudsync.errors import ConsentRequired, Unauthorized

HOPELESS: Final = (ConsentRequired, Unauthorized)
"""What every further call of the account would be answered with."""

_DOUBLINGS: Final = 64
"""Beyond, the power would leave the range of floats."""


def rest_after(failures: int, *, first: float, longest: float) -> float:
    """Return how many seconds to rest: twice as long with each failure in a row.

    Args:
        failures: How often in a row it failed; at least once.
        first: The rest after the first.
        longest: The longest rest.
    """
    doublings = min(max(failures - 1, 0), _DOUBLINGS)
    return min(longest, first * 2.0**doublings)
