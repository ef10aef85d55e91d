"""Bulk jobs: one at a time, in the order in which they were made ready, at their own pace."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, cast

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.salesloft.refusals import Refusal, invalid, not_found

Perform = Callable[[Mapping[str, Any], datetime], Resource]
Finished = Callable[["Job"], None]

LARGEST_CHUNK = 5000
TYPES = ("calendar/events/upsert", "person/upsert")


@attrs.define(kw_only=True)
class Job:
    """One bulk job.

    Attributes:
        id: Its number.
        type: What its rows do.
        name: What its creator calls it.
        created_at: When it was created.
        rows: Its rows, as results show them.
        ready_at: When it was made ready, or None.
        begins: When it begins to run, or None while it is open.
        processed: How many rows are done.
        finished_at: When it was done, or None.
    """

    id: int
    type: str
    name: str | None
    created_at: datetime
    rows: list[Resource] = attrs.field(factory=list[Resource])
    ready_at: datetime | None = None
    begins: datetime | None = None
    processed: int = 0
    finished_at: datetime | None = None

    @property
    def state(self) -> str:
        """Tell how far it is."""
        if self.begins is None:
            return "open"
        return "done" if self.finished_at else "executing"

    def shown(self) -> Resource:
        """Write it as the service does."""
        return {
            "id": self.id,
            "type": self.type,
            "name": self.name,
            "state": self.state,
            "ready_to_execute": self.begins is not None,
            "total": len(self.rows),
            "processed": self.processed,
            "errors": sum(row["status"] == "error" for row in self.rows),
            "scopes": [],
            "created_at": self.created_at.isoformat(),
            "marked_ready_at": self.ready_at and self.ready_at.isoformat(),
            "started_at": self.finished_at and self.begins and self.begins.isoformat(),
            "finished_at": self.finished_at and self.finished_at.isoformat(),
        }


class BulkQueue:
    """The bulk jobs of a team.

    Args:
        perform: Performs a row of a job of events.
        finished: Hears of each job that is done.

    Attributes:
        latency: How long a job waits after its turn has come.
        row_time: How long one row takes.
        jobs: The jobs by number.
    """

    def __init__(self, perform: Perform, finished: Finished) -> None:
        self.latency: timedelta = timedelta(seconds=5)
        self.row_time: timedelta = timedelta(milliseconds=5)
        self.jobs: dict[int, Job] = {}
        self._perform = perform
        self._finished = finished
        self._row_ids = 9000
        self._free_at: datetime | None = None

    def create(self, sent: Mapping[str, Any], now: datetime) -> Job:
        """Open a job."""
        kind = sent.get("type")
        if kind not in TYPES:
            raise invalid({"type": ["is not a type of bulk jobs"]})
        number = 70 + len(self.jobs)
        job = Job(id=number, type=str(kind), name=sent.get("name"), created_at=now)
        self.jobs[number] = job
        return job

    def find(self, number: str) -> Job:
        """Find a job."""
        job = self.jobs.get(int(number)) if number.isdecimal() else None
        if job is None:
            raise not_found()
        return job

    def add(self, job: Job, sent: Mapping[str, Any]) -> int:
        """Add rows to a job that is open; returns how many."""
        self._expect_open(job)
        held = sent.get("data")
        data = cast("list[object]", held) if isinstance(held, list) else []
        if not 1 <= len(data) <= LARGEST_CHUNK or not all(isinstance(one, dict) for one in data):
            raise invalid({"data": [f"must hold 1 to {LARGEST_CHUNK} records"]})
        for record in data:
            self._row_ids += 1
            row: Resource = {"id": self._row_ids, "status": "pending", "record": record}
            job.rows.append(row | {"resource": None, "error": None})
        return len(data)

    def update(self, job: Job, sent: Mapping[str, Any], now: datetime) -> None:
        """Rename an open job, or make it ready."""
        self._expect_open(job)
        job.name = sent.get("name", job.name)
        if sent.get("ready_to_execute"):
            job.ready_at = now
            job.begins = max(now, self._free_at or now) + self.latency
            self._free_at = job.begins + self.row_time * len(job.rows)

    def advance(self, now: datetime) -> None:
        """Do what would have been done by now."""
        for job in self.jobs.values():
            if job.state == "executing" and job.begins is not None and job.begins <= now:
                self._advance(job, job.begins, now)

    def _advance(self, job: Job, begins: datetime, now: datetime) -> None:
        due = min(len(job.rows), int((now - begins) / self.row_time))
        for row in job.rows[job.processed : due]:
            self._run(job, row, now)
        job.processed = max(job.processed, due)
        if job.processed == len(job.rows):
            job.finished_at = begins + self.row_time * len(job.rows)
            self._finished(job)

    def _run(self, job: Job, row: Resource, now: datetime) -> None:
        try:
            if job.type == "calendar/events/upsert":
                done = self._perform(row["record"], now)
                row["resource"] = {"event": done["data"], "upsert_type": done["upsert_type"]}
            row["status"] = "success"
        except Refusal as refusal:
            row |= {"status": "error", "error": _said(refusal)}

    def _expect_open(self, job: Job) -> None:
        if job.begins is not None:
            raise invalid({"state": ["must be open"]})


def _said(refusal: Refusal) -> str:
    errors: Mapping[str, list[str]] = refusal.body.get("errors", {})
    by_field = "; ".join(f"{name} {', '.join(said)}" for name, said in errors.items())
    return by_field or str(refusal.body.get("error"))
