"""Answers made to fill the memory or to hold up the work of whoever reads them."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen

PROGRAM = Path(__file__).with_name("bombed.py")
MOST = 320
"""MB beyond what a quiet run takes: an answer of 64 MiB, decoded, with room for a copy or two."""

WHOLE = 200 * 1024 * 1024


def event(**members: Any) -> dict[str, Any]:
    """Return an event with further members."""
    times = {"start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}
    return {"id": "abcde", "status": "confirmed", **times, **members}


def page(*items: Any, **members: Any) -> bytes:
    """Return a page of JSON, the last one unless it names a next."""
    if "nextPageToken" not in members:
        members["nextSyncToken"] = "next"
    return json.dumps({"kind": "calendar#events", "items": items, **members}).encode()


def around(core: bytes) -> bytes:
    """Return a page with one item of any text between two good ones."""
    first, last = (json.dumps(event(id=name)).encode() for name in ("first", "later"))
    return b'{"items":[' + b",".join((first, core, last)) + b'],"nextSyncToken":"next"}'


def flood() -> Iterator[bytes]:
    """Yield the chunks of a page of 200 MB."""
    item = json.dumps(event(description="x" * 60_000)).encode() + b","
    yield b'{"items":['
    for _ in range(WHOLE // len(item)):
        yield item
    yield b'null],"nextSyncToken":"next"}'


@cache
def zipped() -> bytes:
    """Return a gigabyte of blanks within a page, packed, in a megabyte."""
    blanks = gzip.compress(b" " * (32 * 1024 * 1024), compresslevel=9)
    return gzip.compress(b'{"items":[]') + blanks * 32 + gzip.compress(b"}")


@frozen
class Bomb:
    """A hostile answer, and how it has to end.

    Attributes:
        body: Returns the chunks of the body.
        ends: The error's name, or how many events were added and quarantined.
        headers: The answer's header fields.
        status: The answer's status.
    """

    body: Callable[[], Iterator[bytes] | list[bytes]]
    ends: str | tuple[int, int]
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


def whole(body: bytes, ends: str | tuple[int, int], **headers: str) -> Bomb:
    """Return a bomb whose body is one piece."""
    return Bomb(lambda: [body], ends, tuple(headers.items()))


def ruled(*lines: str) -> bytes:
    """Return a page with a series."""
    start = {"dateTime": "2026-01-05T09:00:00Z", "timeZone": "UTC"}
    end = {"dateTime": "2026-01-05T10:00:00Z", "timeZone": "UTC"}
    return page(event(start=start, end=end, recurrence=lines))


MANY = ",".join(f"2026{month:02}{day:02}T090000Z" for month in range(1, 13) for day in range(1, 28))
BOMBS = {
    "quiet": whole(page(event()), (1, 0)),
    "nested page": whole(b"[" * 10_000_000, "DecodeError"),
    "nested object": whole(b'{"a":' * 3_000_000, "DecodeError"),
    "nested member": whole(b'{"items":[],"x":' + b"[" * 5_000_000, "DecodeError"),
    "nested item": whole(around(b"[" * 500_000 + b"]" * 500_000), (2, 1)),
    "nested value": whole(around(b'{"id":"x","a":' * 99_999 + b"1" + b"}" * 99_999), (2, 1)),
    "nested without end": whole(around(b"[" * 1_000_000), "DecodeError"),
    "200 MB": Bomb(flood, "AnswerTooLong"),
    "200 MB of error": Bomb(flood, "AnswerTooLong", status=500),
    "gigabyte packed": Bomb(lambda: [zipped()], "AnswerTooLong", (("Content-Encoding", "gzip"),)),
    "empty gzip members": Bomb(
        lambda: [gzip.compress(b"") * 200_000], "DecodeError", (("Content-Encoding", "gzip"),)
    ),
    "digits": whole(around(b'{"id":"x","sequence":' + b"9" * 1_000_000 + b"}"), (2, 1)),
    "long header": Bomb(lambda: [page()], "TransportError", (("X-Long", "x" * 1_000_000),)),
    "many headers": Bomb(
        lambda: [page()], "TransportError", tuple((f"X-{n}", "x") for n in range(50_000))
    ),
    "same page again": whole(page(event(), nextPageToken="again"), "DecodeError"),
    "every second": whole(ruled("RRULE:FREQ=SECONDLY"), (1, 0)),
    "a billion times": whole(ruled("RRULE:FREQ=SECONDLY;COUNT=1000000000"), (1, 0)),
    "never": whole(ruled("RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1000000"), (1, 0)),
    "long rule": whole(ruled("RRULE:FREQ=DAILY;BYHOUR=" + "1," * 500_000 + "1"), (0, 1)),
    "many dates": whole(ruled("RRULE:FREQ=DAILY", *[f"RDATE:{MANY}"] * 300), (0, 1)),
}


class Handler(BaseHTTPRequestHandler):
    """Answers each path with its bomb."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send as much of the bomb as the client takes."""
        bomb = list(BOMBS.values())[int(self.path.split("/")[1])]
        self.close_connection = True
        try:
            self.send_response(bomb.status)
            for name, value in bomb.headers:
                self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            for chunk in bomb.body():
                self.wfile.write(chunk)
        except OSError:
            return  # the client had enough

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the parent's name
        """Keep quiet."""


@contextmanager
def served() -> Generator[str]:
    """Serve the bombs; yields where."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module", params=["msgspec", "json"])
def said(request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    """What a program of its own says that runs into one bomb after the other."""
    with served() as address:
        command = [sys.executable, str(PROGRAM), request.param]
        command += [f"{address}/{number}" for number in range(len(BOMBS))]
        done = subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own program
    return dict(zip(BOMBS, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_with_a_clear_error_in_bounded_memory(
    said: dict[str, dict[str, Any]], name: str
) -> None:
    """Each is refused or kept aside; the rest of its page is taken, the memory stays small."""
    told, ends = said[name], BOMBS[name].ends
    if isinstance(ends, str):
        assert told["error"] == ends
        assert len(told["message"]) < 500
    else:
        assert (told["error"], told["added"], told["quarantined"]) == (None, *ends)
    assert told["peak"] < said["quiet"]["peak"] + MOST
