from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from tests.providers.salesloft.town import FIRST, HALF_AN_HOUR, Town

from kloudsync.errors import InvalidFields, NotFound, Unauthorized
from kloudsync.testing.exchange import Resource
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.salesloft.queue import BulkQueue, Job


class GarblingQueue(BulkQueue):
    """A queue that refuses one row, and shows what was sent in a form of its own."""

    def _run(self, job: Job, row: Resource, now: datetime) -> None:
        if row is job.rows[1]:
            row |= {"status": "error", "error": "no", "record": {"event": row["record"]}}
        else:
            super()._run(job, row, now)


def test_a_refused_row_is_reported_and_the_others_go_on(town: Town) -> None:
    """One refusal is one row's, tried again by the next push."""
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    unwanted = (FIRST + timedelta(days=1)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    town.fake.book.refuses = lambda row: "no" if row["start_time"] == unwanted else None
    report = town.push()
    assert (report.created, len(report.refused)) == (2, 1)
    assert "422" in (report.refused[0].error or "")
    town.fake.book.refuses = lambda _: None
    assert town.push().written == 1
    assert town.shown() == town.agenda()


@pytest.mark.parametrize("bulk_from", [1, 100], ids=["in a bulk job", "alone"])
def test_a_fault_may_strike_one_record(town: Town, bulk_from: int) -> None:
    """The record that is struck is refused, the others are taken, and the next push repeats it."""
    town.sink = evolve(town.sink, bulk_from=bulk_from)
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    town.fake.faults = Faults([Fault(FaultKind.RECORD_REFUSED, nth=2)])
    report = town.push()
    assert (report.created, len(report.refused)) == (2, 1)
    assert town.fake.faults.injected[FaultKind.RECORD_REFUSED] == 1
    assert town.push().written == 1
    assert town.shown() == town.agenda()


@pytest.mark.parametrize(
    ("calendar", "error"),
    [("external_99999999-0000-0000-0000-000000000000", NotFound), ("native", InvalidFields)],
)
def test_a_calendar_that_takes_nothing_ends_the_work_at_the_first_row(
    town: Town, calendar: str, error: type[Exception]
) -> None:
    """Each row would be refused in the same words."""
    town.sink = evolve(town.sink, calendar_id=calendar)
    for days in (1, 2):
        start = FIRST + timedelta(days=days)
        town.calendar.create("One", start, start + HALF_AN_HOUR)
    with pytest.raises(error):
        town.push()
    assert town.upserts() == 1


def test_no_further_job_follows_one_that_was_refused_whole(town: Town) -> None:
    """The rows that were not sent say so, in the words of those that were."""
    nobody = "external_99999999-0000-0000-0000-000000000000"
    town.sink = evolve(town.sink, calendar_id=nobody, bulk_from=1, job_size=2)
    for days in range(2, 7):
        start = FIRST + timedelta(days=days)
        town.calendar.create("One", start, start + HALF_AN_HOUR)
    report = town.push()
    assert len(town.fake.bulk.jobs) == 1
    assert list(report.reasons.values()) == [5]
    assert "ot found" in next(iter(report.reasons))


def test_a_refused_field_is_named(town: Town) -> None:
    """422 brings the service's words about each field."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    backwards = evolve(write, payload={**write.payload, "end_time": "2026-01-01T00:00:00Z"})
    ((outcome,),) = town.deliver([backwards])
    assert "end_time must not be before start_time" in (outcome.error or "")


def test_a_lasting_error_is_raised_and_what_was_done_is_told(town: Town) -> None:
    """A revoked token ends the push; what was written until then is in the ledger."""
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    town.fake.faults = Faults(
        [Fault(FaultKind.UNAUTHORIZED, operation="calendar_events.upsert", nth=2, times=None)]
    )
    with pytest.raises(Unauthorized):
        town.push()
    assert sum(entry.digest is not None for entry in town.entries().values()) == 1
    town.fake.faults = Faults()
    assert town.push().written == 2
    assert town.shown() == town.agenda()


def test_refusals_that_match_no_row_leave_all_of_them_in_doubt(town: Town) -> None:
    """None of them is noted as written: the report says why, and the next push tries again."""
    town.sink = evolve(town.sink, bulk_from=2)
    for number in range(3):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    town.fake.bulk = GarblingQueue(town.fake.book.upsert, list[Job]().append)
    report = town.push()
    assert (report.written, len(report.refused)) == (0, 3)
    assert all("bulk job 70 refused 1 rows" in (one.error or "") for one in report.refused)
    assert [entry.digest for entry in town.entries().values()] == [None] * 3
    town.fake.bulk = BulkQueue(town.fake.book.upsert, list[Job]().append)
    assert town.push().written == 3
    assert town.shown() == town.agenda()
    assert town.push().written == 0


@pytest.mark.parametrize("change", ["status", "time"])
def test_a_write_that_changed_nothing_is_no_success(town: Town, change: str) -> None:
    """Somebody wrote with a later stamp: the report says so, and the next push tries again."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    soon = town.clock.now() + timedelta(seconds=30)
    (row,) = town.fake.book.rows()
    theirs = {name: row[name] for name in ("id", "i_cal_uid", "calendar_id", "start_time")}
    theirs |= {"end_time": row["end_time"], "updated_at": soon.isoformat()}
    theirs |= {"status": "cancelled"} if change == "status" else {}
    town.fake.book.upsert(theirs, town.clock.now())
    town.calendar.edit(event, start=FIRST + HALF_AN_HOUR, end=FIRST + 2 * HALF_AN_HOUR)
    report = town.push()
    assert (report.written, len(report.refused)) == (0, 1)
    assert "Salesloft kept what it had" in (report.refused[0].error or "")
    assert [entry.digest for entry in town.entries().values()] == [None]
    town.clock.advance(timedelta(minutes=1))
    assert town.push().written == 1
    assert town.shown() == town.agenda()
