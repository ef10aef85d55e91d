"""The numbers of a fleet: how late it is, what it spends, and what stands how."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, Final

from kloudsync.errors import APIError, KloudsyncError
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import rows_of, status_of
from kloudsync.fleet.topics import HOUSE, account_of
from kloudsync.fleet.worker import Ended
from kloudsync.model.due import Claim
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.metrics import (
    SECONDS,
    Counting,
    Labels,
    Metric,
    MetricKind,
    Reading,
    Record,
)
from kloudsync.sync.progress import Progress, RunFinished, TryMade

LAG: Final = Metric(
    name="kloudsync.lag",
    kind=MetricKind.HISTOGRAM,
    unit=SECONDS,
    says="From the first notification of a change to the change in the feed.",
    labels=("provider",),
)
JOBS: Final = Metric(
    name="kloudsync.jobs",
    kind=MetricKind.COUNTER,
    unit="{job}",
    says="Topics that this process worked at.",
    labels=("lane", "outcome"),
)
TOOK: Final = Metric(
    name="kloudsync.job.duration",
    kind=MetricKind.HISTOGRAM,
    unit=SECONDS,
    says="How long the work at a topic took.",
    labels=("lane",),
)
REQUESTS: Final = Metric(
    name="kloudsync.requests",
    kind=MetricKind.COUNTER,
    unit="{request}",
    says="Requests that this process made, repeated ones included.",
    labels=("provider", "method", "outcome"),
)
RESYNCS: Final = Metric(
    name="kloudsync.resyncs",
    kind=MetricKind.COUNTER,
    unit="{run}",
    says="Runs that had to list a whole calendar anew.",
    labels=("provider",),
)
QUARANTINED: Final = Metric(
    name="kloudsync.quarantined",
    kind=MetricKind.COUNTER,
    unit="{event}",
    says="Events that were received and could not be understood.",
    labels=("provider",),
)
TURNS: Final = Metric(
    name="kloudsync.state.changes",
    kind=MetricKind.COUNTER,
    unit="{change}",
    says="Topics that this process found in another state than before.",
    labels=("state",),
)
AGE: Final = Metric(
    name="kloudsync.queue.age",
    kind=MetricKind.GAUGE,
    unit=SECONDS,
    says="How long the topic has been due that has waited longest in a lane.",
    labels=("lane",),
)
LEASES: Final = Metric(
    name="kloudsync.leases",
    kind=MetricKind.GAUGE,
    unit="{topic}",
    says="Topics that this process is at.",
    labels=("lane",),
)
TODAY: Final = Metric(
    name="kloudsync.requests.today",
    kind=MetricKind.GAUGE,
    unit="{request}",
    says="Requests of all processes since midnight UTC.",
    labels=("cause",),
)
LEFT: Final = Metric(
    name="kloudsync.budget.left",
    kind=MetricKind.GAUGE,
    unit="{request}",
    says="Requests that the fleet may still make today.",
)
TOPICS: Final = Metric(
    name="kloudsync.topics",
    kind=MetricKind.GAUGE,
    unit="{topic}",
    says="Calendars, lists, channels and mirrors, by how they stand.",
    labels=("state",),
)

COUNTED: Final = (LAG, JOBS, TOOK, REQUESTS, RESYNCS, QUARANTINED, TURNS)
"""What a process counts of its own work."""

OBSERVED: Final = (AGE, LEASES, TODAY, LEFT, TOPICS)
"""What is asked of the store, or of the worker, when somebody looks."""

STATES_EVERY: Final = 60.0
"""Seconds for which a count of all states is good: it reads every row."""


class FleetMetrics:
    """What a fleet's process counts, and what it finds when somebody looks.

    `kloudsync.web.metrics` exposes it to Prometheus, `kloudsync.telemetry.observe` to
    OpenTelemetry. Labels hold no account and no calendar.

    Args:
        store: Knows what is due.
        policy: Says what is late.
        budget: Requests a day, or None.
        clock: Tells the time.
        holding: Returns what this process is at.
    """

    def __init__(
        self,
        store: Any,
        policy: FleetPolicy,
        budget: int | None,
        clock: Clock,
        holding: Callable[[], Iterable[Claim]],
    ) -> None:
        self._store, self._policy, self._budget = store, policy, budget
        self._clock, self._holding = clock, holding
        self._counting = Counting()
        self._states: dict[Labels, float] = {}
        self._states_at = float("-inf")

    def hook(self, progress: Progress, /) -> None:
        """Count a step of a run."""
        provider = progress.calendar.provider
        if isinstance(progress, TryMade):
            attempt = progress.attempt
            how = _outcome(attempt.status, attempt.error)
            self._counting.add(REQUESTS, 1, provider, attempt.operation, how)
        elif isinstance(progress, RunFinished):
            if progress.report.resync_reason is not None:
                self._counting.add(RESYNCS, 1, provider)
            if progress.report.quarantined:
                self._counting.add(QUARANTINED, len(progress.report.quarantined), provider)

    def tended(self, provider: str, done: int, failed: int) -> None:
        """Count requests about channels."""
        for count, outcome in ((done, "ok"), (failed, "failed")):
            if count:
                self._counting.add(REQUESTS, count, provider, "channels", outcome)

    def lagged(self, provider: str, seconds: float) -> None:
        """Note how long an announced change took to the feed."""
        self._counting.add(LAG, max(0.0, seconds), provider)

    def heard(self, ended: Ended) -> None:
        """Count a topic that was worked at."""
        lane = Lane(ended.claim.lane).name.lower()
        self._counting.add(JOBS, 1, lane, "done" if ended.error is None else "failed")
        self._counting.add(TOOK, ended.took, lane)
        state = ended.verdict.note.state
        if ended.kept and state is not ended.before.state:
            self._counting.add(TURNS, 1, state.value)

    def listen(self, record: Record) -> None:
        """Tell another one of all that is counted from now on."""
        self._counting.listen(record)

    def readings(self) -> list[Reading]:
        """Return all numbers as they are now; asks the store.

        Raises:
            StoreError: The store failed.
        """
        return [*self._counting.readings(), *(self.observed(metric) for metric in OBSERVED)]

    def observed(self, metric: Metric) -> Reading:
        """Return one of the numbers that are looked for; may ask the store.

        Raises:
            StoreError: The store failed.
        """
        looks: dict[Metric, Callable[[], dict[Labels, float]]] = {
            AGE: self._ages,
            LEASES: self._leases,
            TODAY: self._today,
            LEFT: self._left,
            TOPICS: self._topics,
        }
        return Reading(metric=metric, values=looks[metric]())

    def _ages(self) -> dict[Labels, float]:
        now = self._now()
        first = {lane: self._store.next_due(lane) for lane in Lane}
        return {
            (("lane", lane.name.lower()),): 0.0 if at is None else max(0.0, now - at)
            for lane, at in first.items()
        }

    def _leases(self) -> dict[Labels, float]:
        held = Counter(Lane(claim.lane) for claim in self._holding())
        return {(("lane", lane.name.lower()),): held[lane] for lane in Lane}

    def _today(self) -> dict[Labels, float]:
        return {(("cause", cause),): count for cause, count in self._spent().items()}

    def _left(self) -> dict[Labels, float]:
        if self._budget is None:
            return {}
        return {(): max(0, self._budget - sum(self._spent().values()))}

    def _spent(self) -> dict[str, int]:
        day = self._clock.now().date()
        counts: dict[str, int] = self._store.requests_of_all(first=day, last=day)
        return counts

    def _topics(self) -> dict[Labels, float]:
        now = self._clock.monotonic()
        if now >= self._states_at + STATES_EVERY:
            self._states_at = now
            told = Counter(
                status_of(row, delayed=self._policy.delayed, now=self._now()).state.value
                for row in rows_of(self._store)
                if account_of(row.topic) != HOUSE
            )
            self._states = {(("state", state),): count for state, count in told.items()}
        return self._states

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _outcome(status: int | None, error: KloudsyncError | None) -> str:
    """Return what a request came to, in one of a few words: a status, or why there is none."""
    if status is not None:
        return str(status)
    if isinstance(error, APIError):
        return str(error.status)
    return "ok" if error is None else type(error).__name__
