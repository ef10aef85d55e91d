"""Bulk jobs: thousands of rows in a few calls, in a queue that the whole team shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.codec import JSONObject
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.salesloft.jobs import UPSERT_EVENTS, Row
from kloudsync.providers.salesloft.resources.request import call, listing
from kloudsync.providers.salesloft.wire.bulk import (
    BulkJob,
    BulkJobChange,
    BulkJobsPage,
    BulkRowsPage,
    JobState,
    RowStatus,
    Uploaded,
)
from kloudsync.providers.salesloft.wire.codec import codec

JOBS = "bulk_jobs"
LARGEST_CHUNK = 5000
"""How many rows one upload may have; a job may have any number of uploads."""


class BulkJobs(Resource[C_co]):
    """Bulk jobs, call by call; `run_bulk` of a client does all of it."""

    @endpoint
    @staticmethod
    def list(
        *,
        state: Sequence[JobState | str] | None = None,
        after: int | None = None,
        per_page: int | None = None,
    ) -> Operation[BulkJobsPage]:
        """List one page of jobs.

        Args:
            state: Only jobs in one of these states.
            after: Only jobs with a higher id: the last one of the page before.
            per_page: The size of a page: 1 to 100, 25 where None.
        """
        parameters = {"state": state, "id[gt]": after, "per_page": per_page}
        return listing("bulk_jobs.list", JOBS, BulkJobsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all jobs that `list` would list."""

    @endpoint
    @staticmethod
    def create(type: str = UPSERT_EVENTS, *, name: str | None = None) -> Operation[BulkJob]:  # noqa: A002 - the vendor's name
        """Create an open job. Not repeated by itself: a second job would be left over.

        Args:
            type: What its rows do.
            name: What it is called; a name of its own lets a lost job be found in the list.
        """
        body = {"type": type} if name is None else {"type": type, "name": name}
        return call("bulk_jobs.create", "POST", JOBS, BulkJob, body=body)

    @endpoint
    @staticmethod
    def fetch(job: int) -> Operation[BulkJob]:
        """Read a job."""
        return call("bulk_jobs.fetch", "GET", _location(job), BulkJob)

    @endpoint
    @staticmethod
    def update(job: int, change: BulkJobChange | Body) -> Operation[BulkJob]:
        """Change a job that is open, or let it run."""
        change = as_body(codec, BulkJobChange, change)
        return call("bulk_jobs.update", "PUT", _location(job), BulkJob, body=change)

    @endpoint
    @staticmethod
    def upload(job: int, rows: Sequence[Row]) -> Operation[Uploaded]:
        """Add rows to a job that is open. Not repeated by itself: they would be there twice.

        Args:
            job: The job.
            rows: 1 to 5,000 rows, each as the job's type wants it.

        Raises:
            UsageError: There are none, or too many.
        """
        if not 1 <= len(rows) <= LARGEST_CHUNK:
            raise UsageError(f"an upload has 1 to {LARGEST_CHUNK} rows, not {len(rows)}")
        body = {"data": [dumped(row) for row in rows]}
        return call("bulk_jobs.upload", "POST", f"{_location(job)}/job_data", Uploaded, body=body)

    @endpoint
    @staticmethod
    def job_data(
        job: int,
        *,
        status: Sequence[RowStatus | str] | None = None,
        after: int | None = None,
        per_page: int | None = None,
    ) -> Operation[BulkRowsPage]:
        """List one page of a job's rows, in whatever state it is.

        Args:
            job: The job.
            status: Only rows in one of these states.
            after: Only rows with a higher id: the last one of the page before.
            per_page: The size of a page: 1 to 100, 25 where None.
        """
        parameters = {"status": status, "id[gt]": after, "per_page": per_page}
        return listing("bulk_jobs.job_data", f"{_location(job)}/job_data", BulkRowsPage, parameters)

    iterate_job_data: Final = pages(job_data.__wrapped__)
    """Walk all rows that `job_data` would list."""

    @endpoint
    @staticmethod
    def results(
        job: int,
        *,
        status: Sequence[RowStatus | str] | None = None,
        after: int | None = None,
        per_page: int | None = None,
    ) -> Operation[BulkRowsPage]:
        """List one page of what became of a job's rows; empty until the job is done.

        Args:
            job: The job.
            status: Only rows in one of these states.
            after: Only rows with a higher id: the last one of the page before.
            per_page: The size of a page: 1 to 100, 25 where None.
        """
        parameters = {"status": status, "id[gt]": after, "per_page": per_page}
        return listing("bulk_jobs.results", f"{_location(job)}/results", BulkRowsPage, parameters)

    iterate_results: Final = pages(results.__wrapped__)
    """Walk all rows that `results` would list."""


def dumped(row: Row) -> Mapping[str, Any]:
    """Return a row as it is sent."""
    return codec.dump(row) if isinstance(row, JSONObject) else row


def _location(job: int) -> str:
    return f"{JOBS}/{path(str(job))}"
