"""Conferences that the service makes for events, a moment after they were asked for."""

from typing import Any

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.book import Book

_ADDRESS = "https://meet.example.com/"
_POSSIBLE = "hangoutsMeet"


def requested(new: Resource, old: Resource | None = None) -> Resource:
    """Take note of a conference that a write asks for: it is pending at first.

    A request whose id was seen before is no new one.
    """
    data: Resource = new.get("conferenceData") or {}
    asked = data.get("createRequest")
    if asked is None:
        return new
    held: Resource = (old or {}).get("conferenceData") or {}
    if held.get("createRequest", {}).get("requestId") == asked.get("requestId"):
        return new | {"conferenceData": held}
    pending = {**asked, "status": {"statusCode": "pending"}}
    return new | {"conferenceData": {"createRequest": pending}}


def settle(book: Book) -> None:
    """Make the conferences that events of a calendar wait for; each changes its event."""
    waiting, book.waiting = book.waiting, set()
    for event in sorted(waiting):
        row = book.rows.get(event)
        resource: Resource = row.resource() if row is not None else {}
        if is_pending(resource):
            book.write(_settled(resource), book.stamps.next())


def is_pending(event: Resource) -> bool:
    """Tell whether an event waits for its conference."""
    asked: Any = event.get("conferenceData", {}).get("createRequest", {})
    return bool(asked.get("status") == {"statusCode": "pending"})


def _settled(event: Resource) -> Resource:
    asked = event["conferenceData"]["createRequest"]
    solution = asked.get("conferenceSolutionKey") or {"type": _POSSIBLE}
    if solution.get("type") != _POSSIBLE:
        failed = {**asked, "status": {"statusCode": "failure"}}
        return event | {"conferenceData": {"createRequest": failed}}
    code = event["id"][:10].ljust(10, "a")
    name = f"{code[:3]}-{code[3:7]}-{code[7:]}"
    video = {"entryPointType": "video", "uri": f"{_ADDRESS}{name}", "label": name}
    made = {
        "createRequest": {**asked, "status": {"statusCode": "success"}},
        "entryPoints": [video],
        "conferenceSolution": {"key": solution, "name": "Google Meet"},
        "conferenceId": name,
    }
    return event | {"conferenceData": made, "hangoutLink": video["uri"]}
