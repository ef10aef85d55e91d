"""The numbers of a fleet, as OpenTelemetry, Prometheus and a dashboard have them."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from tests.fleet.following import HOUR, STARTS, World, into

from kloudsync.errors import StoreBusy
from kloudsync.objects.fleet_metrics import COUNTED, OBSERVED
from kloudsync.runtime.metrics import MetricKind
from kloudsync.stores import MemoryStore
from kloudsync.telemetry import observe
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.web import metrics, wsgi
from kloudsync.web.metrics import exposition

DASHBOARD = Path(__file__).parents[2] / "docs" / "monitoring" / "grafana.json"


def announced(world: World) -> FakeGoogle:
    """Let an account be followed, and a change of it be announced and fetched a second later."""
    fake = world.person("ann")
    fake.channels.deliveries.receiver = into(world.fleet.intake())
    world.do(world.fleet.enrol("google", "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    fake.calendar().create("Second", STARTS, STARTS + HOUR)
    fake.channels.deliveries.deliver()
    world.later(1.0)
    return fake


def page(application: Any, method: str = "GET") -> tuple[str, dict[str, str], str]:
    """Return what a WSGI application answers."""
    environ: dict[str, Any] = {"PATH_INFO": "/metrics", "REQUEST_METHOD": method}
    setup_testing_defaults(environ)
    told: list[Any] = []

    def start(status: str, fields: list[tuple[str, str]]) -> None:
        told.extend((status, fields))

    body = b"".join(application(environ, start))
    return told[0], dict(told[1]), body.decode()


def numbers(text: str) -> dict[str, float]:
    """Return the samples of an exposition."""
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def test_what_prometheus_reads(world: World) -> None:
    """The page tells the lag from notification to feed, requests, lanes, budget and states."""
    announced(world)
    status, headers, text = page(wsgi({"/metrics": metrics(world.fleet.metrics)}))
    told = numbers(text)
    assert (status, headers["content-type"]) == (
        "200 OK",
        "text/plain; version=0.0.4; charset=utf-8",
    )
    assert told['kloudsync_lag_seconds_count{provider="google"}'] == 1
    assert told['kloudsync_lag_seconds_sum{provider="google"}'] == 1.0
    assert told['kloudsync_lag_seconds_bucket{provider="google",le="0.5"}'] == 0
    assert told['kloudsync_lag_seconds_bucket{provider="google",le="1"}'] == 1
    listed = 'kloudsync_requests_total{provider="google",method="events.list",outcome="200"}'
    assert told[listed] == 3
    opened = 'kloudsync_requests_total{provider="google",method="channels",outcome="ok"}'
    assert told[opened] == 1
    assert told['kloudsync_jobs_total{lane="push",outcome="done"}'] == 2
    assert told['kloudsync_queue_age_seconds{lane="push"}'] == 0.0
    assert told['kloudsync_leases{lane="push"}'] == 0
    assert told['kloudsync_requests_today{cause="push"}'] == 2
    assert told['kloudsync_topics{state="healthy"}'] == 2
    assert told['kloudsync_state_changes_total{state="healthy"}'] == 2
    assert "kloudsync_budget_left" not in told


def test_what_is_late_and_what_is_left() -> None:
    """A lane is as old as what has waited longest in it; of a budget there is told what is left."""
    world = World("blocking", MemoryStore(), budget=100)
    world.person("ann")
    world.fleet.enrol("google", "ann", calendars=["primary"])
    world.clock.advance(30 * HOUR / 3600)
    told = numbers(exposition(world.fleet.metrics.readings()))
    assert told['kloudsync_queue_age_seconds{lane="first"}'] == 30.0
    assert told["kloudsync_budget_left"] == 100
    world.once()
    assert numbers(exposition(world.fleet.metrics.readings()))["kloudsync_budget_left"] < 100


def test_full_listings_and_what_is_not_understood() -> None:
    """Cursors that were refused and events that make no sense are counted, and failures by outcome."""
    world = World("blocking", MemoryStore(), address=None)
    script = Faults([Fault(FaultKind.CURSOR_GONE), Fault(FaultKind.MALFORMED_ITEM)])
    world.fakes["ann"] = FakeGoogle(clock=world.clock, faults=script)
    world.fleet.enrol("google", "ann", calendars=["primary"])
    for _ in range(3):
        world.later(3600.0)
    told = numbers(exposition(world.fleet.metrics.readings()))
    assert told['kloudsync_resyncs_total{provider="google"}'] >= 1
    assert told['kloudsync_quarantined_total{provider="google"}'] == 1
    gone = 'kloudsync_requests_total{provider="google",method="events.list",outcome="410"}'
    assert told[gone] == 1


def test_opentelemetry_is_told_the_same(world: World) -> None:
    """Counters, histograms and what is looked for reach a meter under the names of the table."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    observe(world.fleet.metrics, provider.get_meter("test"))
    announced(world)
    data: Any = reader.get_metrics_data()
    told = {
        metric.name: {
            tuple(point.attributes.values()): getattr(point, "value", getattr(point, "sum", None))
            for point in metric.data.data_points
        }
        for metric in data.resource_metrics[0].scope_metrics[0].metrics
    }
    assert told["kloudsync.lag"] == {("google",): 1.0}
    assert told["kloudsync.requests"]["google", "events.list", "200"] == 3
    assert told["kloudsync.queue.age"]["push",] == 0.0
    assert set(told) <= {metric.name for metric in (*COUNTED, *OBSERVED)}
    provider.shutdown()


def test_the_page_is_asked_for(world: World) -> None:
    """The page is got, not posted to; while the store is away it says so."""
    application = wsgi({"/metrics": metrics(world.fleet.metrics)})
    status, headers, _ = page(application, "POST")
    assert (status, headers["allow"]) == ("405 Method Not Allowed", "GET, HEAD")

    class Away:
        def readings(self) -> list[Any]:
            raise StoreBusy("away")

    assert page(wsgi({"/metrics": metrics(Away())}))[0] == "503 Service Unavailable"


def test_the_dashboard_asks_for_metrics_that_exist() -> None:
    """Each query of the Grafana dashboard names metrics of the table, and each metric is shown."""
    board = json.loads(DASHBOARD.read_text())
    queries = [target["expr"] for panel in board["panels"] for target in panel["targets"]]
    asked = {name for query in queries for name in re.findall(r"kloudsync_\w+", query)}
    known = {
        f"{metric.exposed}_bucket"
        if metric.kind is MetricKind.HISTOGRAM
        else metric.exposed: metric
        for metric in (*COUNTED, *OBSERVED)
    }
    assert asked == set(known)
    for query in queries:
        (name,) = set(re.findall(r"kloudsync_\w+", query))
        by = re.search(r"by \(([^)]*)\)", query)
        labels = set[str](() if by is None else by[1].split(", ")) - {"le"}
        assert labels <= set(known[name].labels)
    assert len({panel["id"] for panel in board["panels"]}) == len(board["panels"])


def test_logs_name_no_calendar(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """A change of state is a line with a nickname, a state and a reason, and without an address."""
    caplog.set_level(logging.INFO, "kloudsync.fleet")
    world.person("ann@example.com")
    world.do(world.fleet.enrol("google", "ann@example.com", calendars=["owner@example.com"]))
    world.revoked.add("ann@example.com")
    world.once()
    text = caplog.text
    assert re.search(r"events of google:[0-9a-f]{16}: needs consent, was new: the account", text)
    assert "example.com" not in text
