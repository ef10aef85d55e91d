"""Bulk jobs and their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.page import after_last
from kloudsync.providers.salesloft.wire.scalars import Moment

PAGE = 25
"""How many rows a page has unless more are asked for."""


class JobState(StrEnum):
    """How far a bulk job is; one that failed is done, with errors."""

    OPEN = "open"
    EXECUTING = "executing"
    DONE = "done"


class RowStatus(StrEnum):
    """How far a row of a bulk job is."""

    PENDING = "pending"
    SUCCESS = "success"
    ERROR = "error"
    RETRYING = "retrying"


@frozen(kw_only=True, repr=False)
class BulkJob(JSONObject):
    """A bulk job.

    Attributes:
        id: Its id.
        type: What its rows do, such as `calendar/events/upsert`.
        name: What its creator calls it.
        state: How far it is.
        ready_to_execute: Whether it may run.
        total: How many rows it has.
        processed: How many of them are done.
        errors: How many of these failed.
        scopes: What it may do.
        created_at: When it was created.
        updated_at: When it last changed.
        marked_ready_at: When it was allowed to run.
        started_at: When it began to run; said to be told only once it is done.
        finished_at: When it was done.
    """

    id: int
    type: Maybe[str | None] = UNSET
    name: Maybe[str | None] = UNSET
    state: Maybe[JobState | str | None] = UNSET
    ready_to_execute: Maybe[bool | None] = UNSET
    total: Maybe[int | None] = UNSET
    processed: Maybe[int | None] = UNSET
    errors: Maybe[int | None] = UNSET
    scopes: Maybe[Sequence[str] | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET
    marked_ready_at: Maybe[Moment | None] = UNSET
    started_at: Maybe[Moment | None] = UNSET
    finished_at: Maybe[Moment | None] = UNSET

    @property
    def is_done(self) -> bool:
        """Whether all of its rows were dealt with."""
        return self.state == JobState.DONE


@frozen(kw_only=True, repr=False)
class BulkJobChange(JSONObject):
    """What to change of a job that is still open.

    Attributes:
        name: Its new name.
        ready_to_execute: True lets it run; nothing can be added from then on.
    """

    name: Maybe[str | None] = UNSET
    ready_to_execute: Maybe[bool] = UNSET


@frozen(kw_only=True, repr=False)
class BulkRow(JSONObject):
    """A row of a bulk job, or what became of it.

    Attributes:
        id: Its id; listings go on behind it.
        status: How far it is.
        record: What was sent: an object, though some answers show it as text.
        resource: What came of it, in a form that depends on the job's type.
        error: What is wrong with it, as one text.
        bulk_job: The job.
        created_at: When it was added; job data only.
        started_at: When it was begun; job data only.
        finished_at: When it was done; job data only.
    """

    id: int
    status: Maybe[RowStatus | str | None] = UNSET
    record: Maybe[Any | None] = UNSET
    resource: Maybe[Any | None] = UNSET
    error: Maybe[str | None] = UNSET
    bulk_job: Maybe[Any | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    started_at: Maybe[Moment | None] = UNSET
    finished_at: Maybe[Moment | None] = UNSET

    @property
    def failed(self) -> bool:
        """Whether it was refused."""
        return self.status == RowStatus.ERROR or (bool(self.error) and self.status != "success")


@frozen(kw_only=True, repr=False)
class Uploaded(JSONObject):
    """How many rows an upload added to a job."""

    records: int


@frozen(kw_only=True, repr=False)
class BulkJobsPage(JSONObject):
    """A page of jobs, in order of id."""

    data: Sequence[BulkJob]
    metadata: Maybe[Mapping[str, Any] | None] = UNSET

    @property
    def items(self) -> Sequence[BulkJob]:
        """The jobs."""
        return self.data

    def next_request(self, request: Request) -> Request | None:
        """Describe the request behind the last job; None on the last page."""
        return after_last(request, self.data, PAGE)


@frozen(kw_only=True, repr=False)
class BulkRowsPage(JSONObject):
    """A page of rows, in order of id."""

    data: Sequence[BulkRow]
    metadata: Maybe[Mapping[str, Any] | None] = UNSET

    @property
    def items(self) -> Sequence[BulkRow]:
        """The rows."""
        return self.data

    def next_request(self, request: Request) -> Request | None:
        """Describe the request behind the last row; None on the last page."""
        return after_last(request, self.data, PAGE)
