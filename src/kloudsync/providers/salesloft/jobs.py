"""Bulk jobs as programs speak of them: what rows do, how a job is waited for, and who hears of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias

from attrs import field, frozen
from attrs.validators import gt

from kloudsync.http.codec import JSONObject

if TYPE_CHECKING:
    from kloudsync.providers.salesloft.wire.bulk import BulkJob

UPSERT_EVENTS: Final = "calendar/events/upsert"
"""The type of jobs whose rows are bodies of `calendar_events.upsert`."""

Row: TypeAlias = JSONObject | Mapping[str, Any]
"""What a job takes: an object of a wire class, or a dictionary."""


class Progress(Protocol):
    """Hears of a job each time that it was looked at: `total`, `processed`, `errors`."""

    def __call__(self, job: BulkJob, /) -> object:
        """Hear how far a job is."""
        ...


@frozen(kw_only=True)
class Patience:
    """How a job is waited for; each look costs a point of the team's budget.

    Attributes:
        first: Seconds until the first look.
        growth: How much longer each wait is than the one before.
        longest: Seconds between two looks at most.
        deadline: Seconds after which waiting is given up. The queue is shared by the team.
    """

    first: float = field(default=1.0, validator=gt(0))
    growth: float = field(default=1.5, validator=gt(0))
    longest: float = field(default=15.0, validator=gt(0))
    deadline: float = field(default=3600.0, validator=gt(0))

    def waits(self) -> Iterator[float]:
        """Yield the seconds to wait before each look, until the deadline."""
        waited, wait = 0.0, self.first
        while waited < self.deadline:
            yield wait
            waited, wait = waited + wait, min(wait * self.growth, self.longest)


def ignore(job: BulkJob) -> None:
    """Take no notice of progress."""
