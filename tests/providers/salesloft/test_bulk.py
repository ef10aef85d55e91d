from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from tests.providers.salesloft.colours import Colour, World

from kloudsync.errors import (
    PermissionDenied,
    ServiceUnavailable,
    TimedOut,
    TransportError,
    UsageError,
)
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.bulk import (
    BulkReport,
    Record,
    RefusedRow,
    finish_bulk,
    matched,
    reported,
    run_bulk,
)
from kloudsync.providers.salesloft.jobs import Patience
from kloudsync.providers.salesloft.wire.bulk import BulkJob, BulkRow
from kloudsync.providers.salesloft.wire.event import EventUpsert
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.salesloft import FakeSalesloft

START = datetime(2026, 2, 1, 9, tzinfo=UTC)


def events(fake: FakeSalesloft, count: int) -> list[EventUpsert]:
    """Return so many events to write."""
    return [
        EventUpsert(
            id=f"e{number}",
            i_cal_uid="u",
            calendar_id=fake.calendar_id,
            start_time=START + timedelta(minutes=number),
            end_time=START + timedelta(minutes=number + 30),
        )
        for number in range(count)
    ]


class Runner:
    """Runs bulk jobs with one colour of client against one fake."""

    def __init__(self, colour: Colour, fake: FakeSalesloft, clock: ManualClock) -> None:
        self.colour, self.fake, self.clock = colour, fake, clock
        self.seen: list[BulkJob] = []

    def run(
        self, rows: list[EventUpsert], patience: Patience = Patience(), name: str = "first"
    ) -> BulkReport:
        """Run a job."""

        async def work(world: World) -> BulkReport:
            return await run_bulk(
                rows, world, name=name, progress=self.seen.append, patience=patience
            )

        return self.colour.live(work, self.fake.transport(), self.clock)

    def count(self, operation: str) -> int:
        """Return how many requests of a kind were sent."""
        return sum(line.operation == operation for line in self.fake.requests)


@pytest.fixture
def runner(colour: Colour, fake: FakeSalesloft, manual_clock: ManualClock) -> Runner:
    """A runner of either colour."""
    return Runner(colour, fake, manual_clock)


def test_three_thousand_events_cost_a_few_calls(runner: Runner) -> None:
    """The first connection of a calendar is within the budget, and shows its progress."""
    report = runner.run(events(runner.fake, 3000))
    assert report.accepted == len(runner.fake.events()) == 3000
    assert report.refused == ()
    assert runner.fake.spending.highest_span < 20
    shown = [job.processed for job in runner.seen if isinstance(job.processed, int)]
    assert shown == sorted(shown)
    assert (shown[0], shown[-1]) == (0, 3000)
    assert len(set(shown)) > 2
    assert runner.count("bulk_jobs.results") == 0, "without errors there is nothing to read"


def test_uploads_come_in_chunks(runner: Runner) -> None:
    """No upload has more than 5,000 rows."""
    report = runner.run(events(runner.fake, 5001))
    assert report.accepted == 5001
    assert runner.count("bulk_jobs.upload") == 2
    assert len(runner.fake.bulk.jobs) == 1


def test_refused_rows_are_told_by_their_place(runner: Runner) -> None:
    """Errors are mapped back to what was given, however many pages they take."""
    rows = events(runner.fake, 400)
    wrong = {number for number in range(400) if number % 3 == 0}
    for number in wrong:
        rows[number] = evolve(rows[number], end_time=START - timedelta(days=1))
    report = runner.run(rows)
    assert {refused.index for refused in report.refused} == wrong
    assert report.refused[0].row["id"] == "e0"
    assert "end_time must not be before start_time" in report.refused[0].error
    assert report.unmatched == ()
    assert report.accepted == len(runner.fake.events()) == 266
    assert runner.count("bulk_jobs.results") == 2


CUTS = (FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY, FaultKind.SLOW_BODY, FaultKind.UNAVAILABLE)
CALLS = ("create", "upload", "update", "fetch", "results")


@pytest.mark.parametrize("kind", [*CUTS, FaultKind.HTML_502, FaultKind.TOO_MANY_REQUESTS])
@pytest.mark.parametrize("step", CALLS)
def test_no_step_is_done_twice_where_its_answer_is_lost(
    runner: Runner, step: str, kind: FaultKind
) -> None:
    """Whatever fails once, there is one job in the end, with every row once."""
    rows = events(runner.fake, 30)
    rows[7] = evolve(rows[7], end_time=START - timedelta(days=1))
    runner.fake.faults = Faults([Fault(kind, operation=f"bulk_jobs.{step}")])
    report = runner.run(rows)
    (job,) = runner.fake.bulk.jobs.values()
    assert (job.state, len(job.rows)) == ("done", 30)
    assert [refused.index for refused in report.refused] == [7]
    assert sum(runner.fake.faults.injected.values()) == 1


@pytest.mark.parametrize("step", CALLS)
def test_a_service_that_stays_down_is_an_error(runner: Runner, step: str) -> None:
    """After a few tries the error is raised."""
    fault = Fault(FaultKind.UNAVAILABLE, operation=f"bulk_jobs.{step}", times=None)
    runner.fake.faults = Faults([fault])
    rows = events(runner.fake, 3)
    rows[1] = evolve(rows[1], end_time=START - timedelta(days=1))
    with pytest.raises((ServiceUnavailable, TransportError)):
        runner.run(rows)


def test_a_job_of_another_name_is_left_alone(runner: Runner) -> None:
    """A lost job is found by its name, not just because it is open."""
    now = runner.clock.now()
    runner.fake.bulk.create({"type": "calendar/events/upsert", "name": "somebody's"}, now)
    runner.fake.faults = Faults([Fault(FaultKind.CUT_BODY, operation="bulk_jobs.create")])
    report = runner.run(events(runner.fake, 3))
    assert report.job.name == "first"
    assert [job.state for job in runner.fake.bulk.jobs.values()] == ["open", "done"]


@pytest.mark.parametrize("step", CALLS[:3])
def test_a_refusal_stands(runner: Runner, step: str) -> None:
    """What the token may not do is not tried again."""
    runner.fake.faults = Faults([Fault(FaultKind.FORBIDDEN, operation=f"bulk_jobs.{step}")])
    with pytest.raises(PermissionDenied):
        runner.run(events(runner.fake, 3))
    assert runner.count(f"bulk_jobs.{step}") == 1


def test_waiting_ends_and_can_be_taken_up(runner: Runner) -> None:
    """The team's queue may be long; the job goes on without its watcher."""
    runner.fake.bulk.latency = timedelta(minutes=10)
    rows = events(runner.fake, 3)
    with pytest.raises(TimedOut, match="bulk job 70 was not done within 60 s"):
        runner.run(rows, Patience(deadline=60))

    async def finish(world: World) -> BulkReport:
        return await finish_bulk(70, rows, world)

    report = runner.colour.live(finish, runner.fake.transport(), runner.clock)
    assert report.accepted == 3


def test_looks_become_rarer() -> None:
    """Each look costs a point, so that long waits have few of them."""
    waits = list(Patience(first=1, growth=2, longest=10, deadline=40).waits())
    assert waits == [1, 2, 4, 8, 10, 10, 10]


def test_a_job_needs_rows(runner: Runner) -> None:
    """Nothing is sent for nothing."""
    with pytest.raises(UsageError, match="needs rows"):
        runner.run([])
    assert runner.fake.requests == []


def test_what_was_refused_stays_out_of_sight() -> None:
    """The repr of a report shows nothing of what the rows hold, whosever they are."""
    row = BulkRow(id=1, record={"title": "Layoffs"}, error="Layoffs is no title")
    report = BulkReport(
        job=BulkJob(id=1),
        rows=1,
        refused=(RefusedRow(index=0, row={"title": "Layoffs"}, error="refused"),),
        unmatched=(row,),
    )
    assert "Layoffs" not in repr(report)
    assert report.unmatched == (row,)


def test_rows_are_found_in_every_form() -> None:
    """Doubles are all found, text is parsed, and what is none of ours is told apart."""
    event = {"calendar_id": "c", "id": "e", "i_cal_uid": "u"}
    person = {"email": "a@example.com"}
    failed = [
        BulkRow(id=1, status="error", error="one", record={**event, "title": "normalised"}),
        BulkRow(id=2, status="error", error="two", record='{"email": "a@example.com"}'),
        BulkRow(id=3, status="error", record="no JSON"),
    ]
    refused, unmatched = matched([event, person, event], failed)
    assert [(one.index, one.error) for one in refused] == [(0, "one"), (1, "two"), (2, "one")]
    assert unmatched == (failed[2],)


EVENTS = [{"calendar_id": "c", "id": name, "i_cal_uid": "u"} for name in "abc"]


@pytest.mark.parametrize(
    ("errors", "failed", "doubtful", "accepted"),
    [
        (1, [EVENTS[1]], 0, 2),
        (2, [EVENTS[1], EVENTS[1]], 0, 2),
        (2, [EVENTS[1]], 1, 1),
        (1, [{"event": EVENTS[1]}], 1, 2),
        (2, [{"event": EVENTS[1]}], 2, 1),
        (9, [], 9, 0),
        (UNSET, [EVENTS[1]], 0, 2),
        (None, [], 0, 3),
    ],
)
def test_errors_of_rows_that_nobody_can_tell_are_counted(
    errors: Maybe[int | None], failed: list[Record], doubtful: int, accepted: int
) -> None:
    """A job may count more errors than its results name, or name them in another form."""
    rows = [BulkRow(id=n, status="error", error="no", record=r) for n, r in enumerate(failed)]
    report = reported(BulkJob(id=1, errors=errors), EVENTS, rows)
    assert (report.doubtful, report.accepted) == (doubtful, accepted)
