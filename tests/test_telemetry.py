"""Runs as spans: one for each run, with its steps as events, its numbers as attributes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode, Tracer

from kloudsync.errors import LeaseHeld, MissingExtra, Unauthorized
from kloudsync.runtime.nicknames import nickname
from kloudsync.stores import MemoryStore
from kloudsync.telemetry import TracingHook
from kloudsync.testing.faults import Fault, FaultKind, Faults
from tests.sync.world import Drive, World

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Traces:
    """A tracer, and what it exported."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._provider = TracerProvider(shutdown_on_exit=False)
        self._provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer: Tracer = self._provider.get_tracer("test")

    def spans(self) -> list[ReadableSpan]:
        """Return the spans that have ended, and forget them."""
        ended = list(self._exporter.get_finished_spans())
        self._exporter.clear()
        return ended

    def span(self) -> ReadableSpan:
        """Return the one span that has ended."""
        (span,) = self.spans()
        return span


@pytest.fixture
def traces() -> Traces:
    """A provider of its own, apart from the global one."""
    return Traces()


@pytest.fixture(params=["blocking", "awaiting"])
def world(request: pytest.FixtureRequest, traces: Traces) -> Iterator[World]:
    """A calendar of 25 events in pages of ten, synced by an engine that is traced."""
    drive: Drive = request.param
    hook = TracingHook(traces.tracer)
    with MemoryStore() as store, World(drive, store, page_size=10, hook=hook) as made:
        for n in range(25):
            made.calendar.create(f"planted {n}", DAY + n * HOUR, DAY + (n + 1) * HOUR)
        yield made


def names(span: ReadableSpan) -> list[str]:
    """Return what the events of a span are called, in their order."""
    return [event.name for event in span.events]


def test_a_run_is_a_span_with_an_event_for_each_step(world: World, traces: Traces) -> None:
    """Pass, tries and pages are told in their order, with what they counted."""
    world.sync()
    span = traces.span()
    assert span.name == "kloudsync.sync"
    assert names(span) == ["pass", *["attempt", "page"] * 3]
    told = [dict(event.attributes or {}) for event in span.events]
    assert told[0] == {"full": True, "resumed": False, "reason": "first sync"}
    assert told[1] == {
        "operation": "events.list",
        "number": 1,
        "http.response.status_code": 200,
    }
    assert [page["events"] for page in told[2::2]] == [10, 20, 25]
    assert span.status.status_code == StatusCode.UNSET


def test_the_attributes_are_the_numbers_of_the_report(world: World, traces: Traces) -> None:
    """Counts, cost and reason can be queried; what is None is left out."""
    world.sync()
    attributes = dict(traces.span().attributes or {})
    assert attributes["kloudsync.calendar"] == nickname(world.copy.key)
    assert attributes["kloudsync.added"] == 25
    assert attributes["kloudsync.requests"] == 3
    assert attributes["kloudsync.resync_reason"] == "first sync"
    assert "kloudsync.lag" not in attributes
    assert "kloudsync.held" not in attributes
    world.clock.advance(HOUR)
    world.sync()
    later = dict(traces.span().attributes or {})
    assert later["kloudsync.lag"] == HOUR.total_seconds()
    assert "kloudsync.resync_reason" not in later


def test_retries_are_events_with_their_wait(world: World, traces: Traces) -> None:
    """A try that another follows says what it was answered and how long was waited."""
    world.fake.faults = Faults([Fault(FaultKind.UNAVAILABLE, operation="events.list", nth=1)])
    report = world.sync()
    first, second, *_ = [
        dict(event.attributes or {}) for event in traces.span().events if event.name == "attempt"
    ]
    assert (first["error.type"], first["wait"]) == ("ServiceUnavailable", report.waited)
    assert (second["number"], "wait" in second) == (2, False)


def test_a_dropped_cursor_is_an_event_of_the_same_span(world: World, traces: Traces) -> None:
    """A run of two passes stays one span."""
    world.sync()
    traces.spans()
    world.calendar.expire_sync_tokens()
    world.sync()
    span = traces.span()
    assert names(span)[:4] == ["pass", "attempt", "cursor dropped", "pass"]
    assert "410" in str((span.attributes or {})["kloudsync.resync_reason"])


def test_a_failed_run_has_an_error_without_the_services_words(world: World, traces: Traces) -> None:
    """The span ends with the kind of error, and the next run has a span of its own."""
    world.fake.accounts.revoke("token")
    with pytest.raises(Unauthorized):
        world.sync()
    span = traces.span()
    assert span.status.status_code == StatusCode.ERROR
    assert span.status.description == "Unauthorized (401)"
    assert (span.attributes or {})["error.type"] == "Unauthorized"
    assert names(span).count("exception") == 0
    with pytest.raises(Unauthorized):
        world.sync()
    assert names(traces.span())[0] == "pass"


def test_a_run_that_never_began_has_no_span(world: World, traces: Traces) -> None:
    """Another worker's lease is no fault of this one."""
    name, now = str(world.copy.key), world.clock.now().timestamp()
    assert world.store.acquire(name, "other", ttl=60.0, now=now)
    with pytest.raises(LeaseHeld):
        world.sync()
    assert traces.spans() == []


def test_a_span_is_a_child_of_what_is_current(world: World, traces: Traces) -> None:
    """A run shows up below the job that started it."""
    with traces.tracer.start_as_current_span("job") as job:
        world.sync()
    run, outer = traces.spans()
    assert outer.name == "job"
    assert run.parent is not None
    assert run.parent.span_id == job.get_span_context().span_id


def test_nothing_that_was_received_is_in_a_span(world: World, traces: Traces) -> None:
    """Titles, addresses and tokens stay out of traces."""
    world.sync()
    written = traces.span().to_json()
    assert "planted" not in written
    assert "@" not in written


def test_without_a_tracer_the_global_provider_is_asked() -> None:
    """Where no provider is set up, the hook costs next to nothing and says nothing."""
    with MemoryStore() as store, World("blocking", store, hook=TracingHook()) as world:
        assert world.sync().committed


def test_without_the_package_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever lacks OpenTelemetry is told what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.trace", None)
    with pytest.raises(MissingExtra, match=r"kloudsync\[opentelemetry\]"):
        TracingHook()
