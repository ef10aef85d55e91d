"""Runs as OpenTelemetry spans, and a fleet's numbers as its metrics; needs the extra `opentelemetry`.

What a span holds is what a log line holds: counts, reasons and times, but no contents, and
no ids but the calendar's nickname.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from kloudsync.errors import MissingExtra
from kloudsync.model.calendar import CalendarKey
from kloudsync.objects.fleet_metrics import COUNTED, OBSERVED, FleetMetrics
from kloudsync.runtime.metrics import Labels, Metric, MetricKind
from kloudsync.runtime.nicknames import nickname
from kloudsync.sync.log import failure
from kloudsync.sync.progress import (
    CursorDropped,
    PageStaged,
    PassStarted,
    Progress,
    RunFailed,
    RunFinished,
    TryMade,
)
from kloudsync.sync.report import SyncReport

if TYPE_CHECKING:
    from opentelemetry.metrics import Meter
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import AttributeValue


class TracingHook:
    """A hook that makes each run a span, with an event for each pass, page and try.

    ```python
    from kloudsync.telemetry import TracingHook

    engine = SyncEngine(google.calendar("primary"), store, hook=TracingHook())
    ```

    A span begins with the first pass and ends with the run; its parent is the span that is
    current then. Its attributes are the numbers of the `SyncReport`, as `kloudsync.added`,
    `kloudsync.requests`, `kloudsync.resync_reason` and so on. An error gives it the status
    ERROR and `error.type`. May be shared by the engines of many calendars and by threads.

    Args:
        tracer: Makes the spans; that of the global provider by default.

    Raises:
        MissingExtra: opentelemetry-api is not installed.
    """

    def __init__(self, tracer: Tracer | None = None) -> None:
        self._trace = _api()
        self._tracer: Tracer = tracer or self._trace.get_tracer("kloudsync", version("kloudsync"))
        self._spans: dict[CalendarKey, Span] = {}

    def __call__(self, progress: Progress, /) -> None:
        """Note a step of a run in its span."""
        match progress:
            case PassStarted():
                self._begin(progress)
            case PageStaged():
                self._note(progress.calendar, "page", _of_page(progress))
            case TryMade():
                self._note(progress.calendar, "attempt", _of_try(progress))
            case CursorDropped():
                self._note(progress.calendar, "cursor dropped", {"reason": progress.reason})
            case RunFinished():
                self._finish(progress)
            case RunFailed():
                self._fail(progress)

    def _begin(self, step: PassStarted) -> None:
        """Open the span with the first pass; a run may need several."""
        if step.calendar not in self._spans:
            attributes: dict[str, AttributeValue] = {
                "kloudsync.provider": step.calendar.provider,
                "kloudsync.calendar": nickname(step.calendar),
            }
            self._spans[step.calendar] = self._tracer.start_span(
                "kloudsync.sync", attributes=attributes
            )
        self._note(step.calendar, "pass", _of_pass(step))

    def _note(
        self, calendar: CalendarKey, name: str, attributes: dict[str, AttributeValue]
    ) -> None:
        span = self._spans.get(calendar)
        if span is not None:
            span.add_event(name, attributes)

    def _finish(self, step: RunFinished) -> None:
        span = self._spans.pop(step.calendar, None)
        if span is not None:
            span.set_attributes(_of_report(step.report))
            span.end()

    def _fail(self, step: RunFailed) -> None:
        span = self._spans.pop(step.calendar, None)
        if span is not None:
            span.set_attribute("error.type", type(step.error).__name__)
            span.set_status(self._trace.StatusCode.ERROR, failure(step.error))
            span.end()


def observe(metrics: FleetMetrics, meter: Meter | None = None) -> None:
    """Tell OpenTelemetry the numbers of a fleet, as instruments of their names.

    ```python
    from kloudsync.telemetry import observe

    observe(fleet.metrics)      # once, before fleet.run()
    ```

    Counters and histograms are told as they happen. What is looked for, such as how long the lanes
    are, is asked of the store when the exporter collects.

    Args:
        metrics: `fleet.metrics`.
        meter: Makes the instruments; that of the global provider by default.

    Raises:
        MissingExtra: opentelemetry-api is not installed.
    """
    api = _api("opentelemetry.metrics")
    chosen: Meter = meter or api.get_meter("kloudsync", version("kloudsync"))
    told: dict[Metric, Callable[..., None]] = {}
    for metric in COUNTED:
        if metric.kind is MetricKind.COUNTER:
            told[metric] = chosen.create_counter(metric.name, metric.unit, metric.says).add
        else:
            told[metric] = chosen.create_histogram(metric.name, metric.unit, metric.says).record
    for metric in OBSERVED:
        look = partial(_looked, metrics, metric, api.Observation)
        chosen.create_observable_gauge(metric.name, [look], metric.unit, metric.says)

    def record(metric: Metric, value: float, labels: Labels) -> None:
        told[metric](value, dict(labels))

    metrics.listen(record)


def _looked(metrics: FleetMetrics, metric: Metric, observation: Any, _: Any) -> list[Any]:
    values = metrics.observed(metric).values
    return [observation(value, dict(labels)) for labels, value in values.items()]


def _api(name: str = "opentelemetry.trace") -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise MissingExtra(
            'opentelemetry-api is not installed; run `pip install "kloudsync[opentelemetry]"`'
        ) from error


def _of_pass(step: PassStarted) -> dict[str, AttributeValue]:
    told: dict[str, AttributeValue] = {"full": step.full, "resumed": step.resumed}
    return told if step.reason is None else {**told, "reason": step.reason}


def _of_page(step: PageStaged) -> dict[str, AttributeValue]:
    told: dict[str, AttributeValue] = {"pages": step.pages, "events": step.events}
    return told if step.total is None else {**told, "total": step.total}


def _of_try(step: TryMade) -> dict[str, AttributeValue]:
    attempt = step.attempt
    told: dict[str, AttributeValue] = {"operation": attempt.operation, "number": attempt.number}
    if attempt.status is not None:
        told["http.response.status_code"] = attempt.status
    if attempt.error is not None:
        told["error.type"] = type(attempt.error).__name__
    if attempt.wait is not None:
        told["wait"] = attempt.wait
    return told


def _of_report(report: SyncReport) -> dict[str, AttributeValue]:
    told: dict[str, AttributeValue | None] = {
        "committed": report.committed,
        "full": report.full,
        "resumed": report.resumed,
        "added": report.added,
        "updated": report.updated,
        "deleted": report.deleted,
        "unchanged": report.unchanged,
        "splits": len(report.splits),
        "truncations": len(report.truncations),
        "quarantined": len(report.quarantined),
        "held": report.held.deleted if report.held is not None else None,
        "pages": report.pages,
        "requests": report.requests,
        "retries": report.retries,
        "waited": report.waited,
        "resync_reason": report.resync_reason,
        "lag": report.lag,
    }
    return {f"kloudsync.{name}": value for name, value in told.items() if value is not None}
