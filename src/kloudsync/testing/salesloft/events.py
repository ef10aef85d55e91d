"""Calendar events and bulk jobs, as requests reach them."""

import json
from collections.abc import Sequence
from datetime import datetime

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.salesloft.call import Call, answer, page_of, rows_after
from kloudsync.testing.salesloft.refusals import JSON, invalid


def list_events(call: Call) -> Reply:
    """List the events that overlap a window."""
    start, end = call.moment("start_time"), call.moment("end_time")
    if call.query.get("sort_by", "start_time") != "start_time":
        raise invalid({"sort_by": ["must be start_time"]})
    descending = call.query.get("sort_direction", "DESC") != "ASC"
    rows = [
        row
        for row in call.state.book.shown(cancelled=call.state.lists_cancelled)
        if call.query.get("calendar_id") in {"", row["calendar_id"]}
        and call.query.get("user_guid") in {"", row["user_guid"]}
        and (start is None or _moment(row["end_time"]) >= start)
        and (end is None or _moment(row["start_time"]) < end)
    ]
    rows.sort(key=_order, reverse=descending)
    return page_of(call, rows, sort_by="start_time", descending=descending)


def upsert_event(call: Call) -> Reply:
    """Write an event; 201 whether it was there or not."""
    done = call.state.book.upsert(call.body, call.now)
    return Reply(201, JSON, json.dumps(done).encode())


def list_jobs(call: Call) -> Reply:
    """List bulk jobs behind an id."""
    states = call.chosen("state")
    jobs = [job.shown() for job in call.state.bulk.jobs.values()]
    return rows_after(call, [job for job in jobs if not states or job["state"] in states])


def create_job(call: Call) -> Reply:
    """Open a bulk job."""
    return answer(call.state.bulk.create(call.body, call.now).shown())


def fetch_job(call: Call) -> Reply:
    """Show a bulk job."""
    return answer(call.state.bulk.find(call.names[0]).shown())


def update_job(call: Call) -> Reply:
    """Rename a bulk job, or let it run."""
    job = call.state.bulk.find(call.names[0])
    call.state.bulk.update(job, call.body, call.now)
    return answer(job.shown())


def add_job_data(call: Call) -> Reply:
    """Add rows to a bulk job."""
    bulk = call.state.bulk
    return answer({"records": bulk.add(bulk.find(call.names[0]), call.body)})


def list_job_data(call: Call) -> Reply:
    """List a bulk job's rows, whatever its state."""
    return _rows(call, call.state.bulk.find(call.names[0]).rows)


def list_results(call: Call) -> Reply:
    """List what became of a bulk job's rows; nothing until all are done."""
    job = call.state.bulk.find(call.names[0])
    return _rows(call, job.rows if job.state == "done" else [])


def _rows(call: Call, rows: Sequence[Resource]) -> Reply:
    wanted = call.chosen("status")
    return rows_after(call, [row for row in rows if not wanted or row["status"] in wanted])


def _order(row: Resource) -> tuple[datetime, str]:
    return _moment(row["start_time"]), row["id"]


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
