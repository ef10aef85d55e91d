"""A loopback server of prepared `events.list` pages, in a process of its own.

    python benchmarks/sync/pages.py EVENTS PAGE_SIZE

prints its base URL and serves until it is killed. Pages are rendered and
compressed once, so that every contestant waits equally little.
"""

from __future__ import annotations

import gzip
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

START = datetime(2025, 6, 2, 8, tzinfo=UTC)
PEOPLE = [f"user{n}@example.com" for n in range(200)]


def event(number: int, dice: random.Random) -> dict[str, object]:
    """Make up the n-th event: 10 % series, 6 % exceptions, the rest single; about 1.3 KB."""
    start = START + timedelta(minutes=30 * dice.randrange(20_000))
    stamp = START + timedelta(seconds=number)
    event_id = f"{number:026d}"
    made: dict[str, object] = {
        "kind": "calendar#event",
        "etag": f'"{3400000000000000 + number}"',
        "id": event_id,
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={event_id}",
        "created": stamp.isoformat().replace("+00:00", "Z"),
        "updated": stamp.isoformat().replace("+00:00", "Z"),
        "summary": f"Meeting {number} about the plans of the coming quarter",
        "description": "Please read the notes before the meeting. " * 4,
        "location": "Room 4, second floor",
        "creator": {"email": PEOPLE[0], "self": True},
        "organizer": {"email": PEOPLE[0], "self": True},
        "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Paris"},
        "end": {"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": "Europe/Paris"},
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "attendees": [
            {"email": who, "displayName": "Somebody Invited", "responseStatus": "accepted"}
            for who in dice.sample(PEOPLE, dice.choice((3, 4)))
        ],
        "reminders": {"useDefault": True},
        "eventType": "default",
    }
    if number % 10 == 0:
        made["recurrence"] = [f"RRULE:FREQ=WEEKLY;BYDAY={start:%a}"[:-1].upper()]
    elif number % 16 == 1 and number > 16:
        series = f"{number - number % 10:026d}"
        made["recurringEventId"] = series
        made["id"] = f"{series}_{start:%Y%m%dT%H%M%SZ}"
        made["originalStartTime"] = made["start"]
    return made


def pages(events: int, size: int) -> list[bytes]:
    """Render all pages, compressed."""
    dice = random.Random(1)
    rendered: list[bytes] = []
    for first in range(0, events, size):
        last = first + size >= events
        page = {
            "kind": "calendar#events",
            "etag": '"p1"',
            "summary": PEOPLE[0],
            "updated": "2025-06-02T08:00:00.000Z",
            "timeZone": "Europe/Paris",
            "accessRole": "owner",
            "defaultReminders": [],
            **({"nextSyncToken": "token"} if last else {"nextPageToken": str(first + size)}),
            "items": [event(n, dice) for n in range(first, min(first + size, events))],
        }
        text = json.dumps(page, separators=(",", ":")).encode()
        rendered.append(gzip.compress(text, 6))
    return rendered


def main() -> None:
    """Serve the pages on a free port."""
    events, size = int(sys.argv[1]), int(sys.argv[2])
    prepared = pages(events, size)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            token = parse_qs(urlsplit(self.path).query).get("pageToken", ["0"])[0]
            body = prepared[int(token) // size]
            self.send_response(200)
            self.send_header("Content-Type", "application/json; charset=UTF-8")
            self.send_header("Content-Encoding", "gzip")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Stay quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}/calendar/v3", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
