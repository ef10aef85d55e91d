"""Running a bulk job from its creation to the fate of every row.

Each step may be cut off without its answer. What then became of it can be read from
the job itself, so that a repeat neither leaves a second job behind nor sends rows twice.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, Final, cast

from attrs import field, frozen

from kloudsync.errors import (
    BadRequest,
    Conflict,
    DecodeError,
    ServiceUnavailable,
    TimedOut,
    TransportError,
    UsageError,
)
from kloudsync.providers.salesloft.jobs import UPSERT_EVENTS, Patience, Progress, Row, ignore
from kloudsync.providers.salesloft.ports import WorkPorts, collect
from kloudsync.providers.salesloft.resources.bulk_jobs import LARGEST_CHUNK, BulkJobs, dumped
from kloudsync.providers.salesloft.resources.request import LARGEST_PAGE
from kloudsync.providers.salesloft.wire.bulk import (
    BulkJob,
    BulkJobChange,
    BulkRow,
    JobState,
    RowStatus,
)

Record = Mapping[str, Any]
_UNCERTAIN = (TransportError, ServiceUnavailable)
_TRIES: Final = 3


@frozen(kw_only=True)
class RefusedRow:
    """A row that the service refused.

    Attributes:
        index: Its place among the rows that were given.
        row: The row as it was sent.
        error: The service's words.
    """

    index: int
    row: Record = field(repr=False)
    error: str


@frozen(kw_only=True)
class BulkReport:
    """What became of a bulk job.

    Attributes:
        job: The job as it was in the end.
        rows: How many rows were given.
        refused: The rows that were refused, in the order in which they were given.
        unmatched: Refused rows that are none of those given.
        unseen: How many more errors the job counts than its results have refused rows.
    """

    job: BulkJob
    rows: int
    refused: tuple[RefusedRow, ...] = ()
    unmatched: tuple[BulkRow, ...] = field(default=(), repr=False)
    unseen: int = 0

    @property
    def doubtful(self) -> int:
        """How many refusals are of rows that nobody can tell; any row not refused may be one."""
        return len(self.unmatched) + self.unseen

    @property
    def accepted(self) -> int:
        """How many rows were taken; at least, where some refusals are doubtful."""
        return max(self.rows - len(self.refused) - self.doubtful, 0)


async def run_bulk(
    rows: Iterable[Row],
    ports: WorkPorts,
    *,
    name: str,
    type: str = UPSERT_EVENTS,  # noqa: A002 - the vendor's name
    progress: Progress = ignore,
    patience: Patience = Patience(),
) -> BulkReport:
    """Create a job, upload its rows, let it run, wait for it, and read what became of them.

    Args:
        rows: The rows, as the job's type wants them; any number.
        ports: Performs and waits.
        name: Names the job; different for every job, so that it can be found again.
        type: What the rows do.
        progress: Hears how far the job is.
        patience: How long to wait.

    Raises:
        TimedOut: The job was not done within the deadline; it goes on, and `finish_bulk` takes
            up the waiting.
        UsageError: There are no rows.
    """
    records = [dumped(row) for row in rows]
    if not records:
        raise UsageError("a bulk job needs rows; none were given")
    job = await _created(type, name, ports)
    for start in range(0, len(records), LARGEST_CHUNK):
        await _upload(job, records[start : start + LARGEST_CHUNK], start, ports)
    progress(await _ready(job, ports))
    return await finish_bulk(job.id, records, ports, progress=progress, patience=patience)


async def finish_bulk(
    job: int,
    rows: Iterable[Row],
    ports: WorkPorts,
    *,
    progress: Progress = ignore,
    patience: Patience = Patience(),
) -> BulkReport:
    """Wait for a job that runs, and read what became of its rows.

    Args:
        job: The job's id.
        rows: The rows that were uploaded, to tell which of them were refused.
        ports: Performs and waits.
        progress: Hears how far the job is.
        patience: How long to wait.

    Raises:
        TimedOut: The job was not done within the deadline.
    """
    records = [dumped(row) for row in rows]
    done = await _done(job, ports, progress, patience)
    failed: list[BulkRow] = []
    if done.errors != 0:
        wanted = BulkJobs.results(job, status=[RowStatus.ERROR], per_page=LARGEST_PAGE)
        # A filter that the service does not know is ignored without a word.
        failed = [row for row in await collect(wanted, ports) if row.failed]
    return reported(done, records, failed)


def reported(job: BulkJob, records: Sequence[Record], failed: Sequence[BulkRow]) -> BulkReport:
    """Return what became of a job that is done, by its count of errors and its refused rows."""
    refused, unmatched = matched(records, failed)
    return BulkReport(
        job=job,
        rows=len(records),
        refused=refused,
        unmatched=unmatched,
        # By rows of the job, not of ours: a repeated upload leaves some of them twice.
        unseen=max((job.errors or 0) - len(failed), 0),
    )


def matched(
    records: Sequence[Record], failed: Iterable[BulkRow]
) -> tuple[tuple[RefusedRow, ...], tuple[BulkRow, ...]]:
    """Find which of the rows that were sent were refused, and what is none of them.

    A row is known by what identifies an event, or by all of it if it is something else. Rows
    that were sent twice are all found.
    """
    places: defaultdict[Hashable, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        places[identity(record)].append(index)
    refused: dict[int, RefusedRow] = {}
    unmatched: list[BulkRow] = []
    for row in failed:
        found = places.get(identity(_record(row)), ())
        for index in found:
            error = row.error or "refused without a reason"
            refused[index] = RefusedRow(index=index, row=records[index], error=error)
        if not found:
            unmatched.append(row)
    return tuple(refused[index] for index in sorted(refused)), tuple(unmatched)


def identity(record: Record) -> Hashable:
    """Return what tells a row from all others."""
    if "calendar_id" in record and "id" in record:
        return record["calendar_id"], record["id"], record.get("i_cal_uid")
    return json.dumps(record, sort_keys=True, default=str)


async def _created(kind: str, name: str, ports: WorkPorts) -> BulkJob:
    for left in reversed(range(_TRIES)):
        try:
            return await ports.send(BulkJobs.create(kind, name=name))
        except _UNCERTAIN:
            found = await _open_job(name, ports)
            if found is not None:
                return found
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


async def _open_job(name: str, ports: WorkPorts) -> BulkJob | None:
    wanted = BulkJobs.list(state=[JobState.OPEN], per_page=LARGEST_PAGE)
    jobs = await collect(wanted, ports)
    mine = (job for job in jobs if job.name == name and job.state == JobState.OPEN)
    return next((job for job in mine if not job.total), None)


async def _upload(job: BulkJob, chunk: Sequence[Record], before: int, ports: WorkPorts) -> None:
    for left in reversed(range(_TRIES)):
        try:
            taken = (await ports.send(BulkJobs.upload(job.id, chunk))).records
        except _UNCERTAIN:
            held = await ports.send(BulkJobs.fetch(job.id))
            if isinstance(held.total, int) and held.total >= before + len(chunk):
                return
            if not left:
                raise
        else:
            _expect_taken(job, taken, len(chunk))
            return


def _expect_taken(job: BulkJob, taken: int, sent: int) -> None:
    if taken != sent:
        raise DecodeError(
            f"bulk job {job.id} took {taken} of {sent} rows; it stays open and does not run",
            operation="bulk_jobs.upload",
        )


async def _ready(job: BulkJob, ports: WorkPorts) -> BulkJob:
    try:
        return await ports.send(BulkJobs.update(job.id, BulkJobChange(ready_to_execute=True)))
    except (BadRequest, Conflict, *_UNCERTAIN):
        # Refused because an earlier try, whose answer was lost, has let it run?
        held = await ports.send(BulkJobs.fetch(job.id))
        if held.state == JobState.OPEN:
            raise
        return held


async def _done(job: int, ports: WorkPorts, progress: Progress, patience: Patience) -> BulkJob:
    for wait in patience.waits():
        await ports.sleep(wait)
        held = await ports.send(BulkJobs.fetch(job))
        progress(held)
        if held.is_done:
            return held
    raise TimedOut(
        f"bulk job {job} was not done within {patience.deadline:.0f} s; the team's queue may be "
        "long. It goes on: wait again with finish_bulk, or subscribe to bulk_job_completed",
        operation="bulk_jobs.fetch",
    )


def _record(row: BulkRow) -> Record:
    held: Any = row.record
    if isinstance(held, str):
        # Some answers show the record as text.
        try:
            held = json.loads(held)
        except ValueError:
            held = None
    return cast("Record", held) if isinstance(held, Mapping) else {}
