"""Calendar events and bulk jobs, as requests reach them."""

import json
from collections.abc import Sequence
from datetime import datetime

from kloudsync.testing.exchange import Reply
from kloudsync.testing.salesloft.call import Call, Row, answer, page_of, rows_after
from kloudsync.testing.salesloft.refusals import JSON, invalid


def list_events(call: Call) -> Reply:
    """List the events that overlap a window."""
    start, end = call.moment("start_time"), call.moment("end_time")
    if call.query.get("sort_by", "start_time") != "start_time":
        raise invalid({"sort_by": ["must be start_time"]})
    descending = call.query.get("sort_direction", "DESC") != "ASC"
    rows = [
        row
        for row in visible(call.service.book.rows(), listing_cancelled=call.service.lists_cancelled)
        if call.query.get("calendar_id") in {"", row["calendar_id"]}
        and call.query.get("user_guid") in {"", row["user_guid"]}
        and (start is None or _moment(row["end_time"]) >= start)
        and (end is None or _moment(row["start_time"]) < end)
    ]
    rows.sort(key=_order, reverse=descending)
    return page_of(call, rows, sort_by="start_time", descending=descending)


def upsert_event(call: Call) -> Reply:
    """Write an event; 201 whether it was there or not."""
    done = call.service.book.upsert(call.body, call.now)
    return Reply(201, JSON, json.dumps(done).encode())


def visible(rows: Sequence[Row], *, listing_cancelled: bool) -> list[Row]:
    """Show events without what only the fake knows of them."""
    return [
        {name: value for name, value in row.items() if not name.startswith("~")}
        for row in rows
        if listing_cancelled or not row["canceled_at"]
    ]


def list_jobs(call: Call) -> Reply:
    """List bulk jobs behind an id."""
    states = call.chosen("state")
    jobs = [job.shown() for job in call.service.bulk.jobs.values()]
    return rows_after(call, [job for job in jobs if not states or job["state"] in states])


def create_job(call: Call) -> Reply:
    """Open a bulk job."""
    return answer(call.service.bulk.create(call.body, call.now).shown())


def fetch_job(call: Call) -> Reply:
    """Show a bulk job."""
    return answer(call.service.bulk.find(call.names[0]).shown())


def update_job(call: Call) -> Reply:
    """Rename a bulk job, or let it run."""
    job = call.service.bulk.find(call.names[0])
    call.service.bulk.update(job, call.body, call.now)
    return answer(job.shown())


def add_job_data(call: Call) -> Reply:
    """Add rows to a bulk job."""
    bulk = call.service.bulk
    return answer({"records": bulk.add(bulk.find(call.names[0]), call.body)})


def list_job_data(call: Call) -> Reply:
    """List a bulk job's rows, whatever its state."""
    return _rows(call, call.service.bulk.find(call.names[0]).rows)


def list_results(call: Call) -> Reply:
    """List what became of a bulk job's rows; nothing until all are done."""
    job = call.service.bulk.find(call.names[0])
    return _rows(call, job.rows if job.state == "done" else [])


def _rows(call: Call, rows: Sequence[Row]) -> Reply:
    wanted = call.chosen("status")
    return rows_after(call, [row for row in rows if not wanted or row["status"] in wanted])


def _order(row: Row) -> tuple[datetime, str]:
    return _moment(row["start_time"]), row["id"]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
