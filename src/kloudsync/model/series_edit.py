"""What an edit made of a series, whichever vendor keeps it."""

from __future__ import annotations

from typing import Generic, TypeVar

from attrs import frozen

from kloudsync.model.told import Told

E_co = TypeVar("E_co", covariant=True)
L_co = TypeVar("L_co", covariant=True)


@frozen(kw_only=True)
class SeriesEdit(Told, Generic[E_co, L_co]):
    """What an edit made of a series.

    Attributes:
        series: The segment that the edit applies to, as it is now.
        ended: The earlier segment, where the series was divided; None where it was not.
        carried: How many changed and cancelled occurrences went over to the later segment.
        lost: Those that have no place there, as they were: its rhythm is another one.
    """

    series: E_co
    ended: E_co | None = None
    carried: int = 0
    lost: tuple[L_co, ...] = ()
