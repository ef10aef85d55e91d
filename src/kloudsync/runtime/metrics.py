"""Numbers that a program's monitoring reads: described once, counted here, told in any manner."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from itertools import accumulate
from threading import Lock
from typing import Final

from attrs import define, field, frozen

Labels = tuple[tuple[str, str], ...]
"""What a number is of, such as `(("lane", "push"),)`; the order is that of its description."""

SECONDS: Final = "s"

EDGES: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 21600.0)
"""Upper ends of a histogram's buckets, in seconds, inclusive."""


class MetricKind(StrEnum):
    """How a number moves."""

    COUNTER = "counter"
    """It rises, and begins at nothing with the process."""
    GAUGE = "gauge"
    """It is what it is now."""
    HISTOGRAM = "histogram"
    """How many of what was measured lie in which bucket."""


@frozen(kw_only=True)
class Metric:
    """What a number means.

    Attributes:
        name: Its name in OpenTelemetry, in words that dots join.
        kind: How it moves.
        unit: `s`, or what is counted in braces, as UCUM has it.
        says: What it is, in a sentence.
        labels: By what it is told apart.
    """

    name: str
    kind: MetricKind
    unit: str
    says: str
    labels: tuple[str, ...] = ()

    @property
    def exposed(self) -> str:
        """Its name for Prometheus, as OpenTelemetry's specification translates it."""
        unit = "_seconds" if self.unit == SECONDS else ""
        total = "_total" if self.kind is MetricKind.COUNTER else ""
        return f"{self.name.replace('.', '_')}{unit}{total}"


@frozen
class Buckets:
    """A histogram's state.

    Attributes:
        counts: How many values lie at or below each edge, and at last how many there are.
        total: Their sum.
    """

    counts: tuple[int, ...]
    total: float


@frozen(kw_only=True)
class Reading:
    """A metric as it is at a moment.

    Attributes:
        metric: What it means.
        values: The numbers, by labels; `Buckets` for a histogram.
    """

    metric: Metric
    values: Mapping[Labels, float | Buckets]


Record = Callable[[Metric, float, Labels], object]
"""Hears of each step of a counter, and of each value of a histogram."""


@define
class _Filling:
    counts: list[int] = field(factory=lambda: [0] * (len(EDGES) + 1))
    total: float = 0.0


class Counting:
    """Counts, from any thread, and tells others as it does."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counters: dict[Metric, Counter[Labels]] = {}
        self._histograms: dict[Metric, dict[Labels, _Filling]] = {}
        self._records: list[Record] = []

    def listen(self, record: Record) -> None:
        """Tell another one of all that is counted from now on."""
        self._records.append(record)

    def add(self, metric: Metric, amount: float, *labels: str) -> None:
        """Raise a counter, or note a value in a histogram."""
        named = tuple(zip(metric.labels, labels, strict=True))
        with self._lock:
            if metric.kind is MetricKind.HISTOGRAM:
                self._fill(metric, named, amount)
            else:
                self._counters.setdefault(metric, Counter())[named] += int(amount)
        for record in self._records:
            record(metric, amount, named)

    def readings(self) -> list[Reading]:
        """Return what was counted so far."""
        with self._lock:
            counted = [
                Reading(metric=metric, values=dict(values))
                for metric, values in self._counters.items()
            ]
            return counted + [
                Reading(metric=metric, values={of: _read(one) for of, one in filled.items()})
                for metric, filled in self._histograms.items()
            ]

    def _fill(self, metric: Metric, named: Labels, value: float) -> None:
        filling = self._histograms.setdefault(metric, {}).setdefault(named, _Filling())
        filling.counts[bisect_left(EDGES, value)] += 1
        filling.total += value


def _read(filling: _Filling) -> Buckets:
    return Buckets(tuple(accumulate(filling.counts)), filling.total)
