"""A loopback service of many small calendars, in a process of its own.

    python benchmarks/many_calendars/service.py EVENTS

prints its base URL and serves until it is killed. Answers are encoded once, and the first line of a
request says which one is wanted, so that every contestant waits equally little. What a calendar is
called decides what it holds: EVENTS events, or one where its name begins with `s`. What is listed
since then is nothing, or one event that was renamed where the name begins with `x`. The path `cpu`
is answered with the seconds of CPU that this process took.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent / "sync"))

from pages import PEOPLE, event  # beside the other benchmark

HEAD = (
    b"HTTP/1.1 200 OK\r\n"
    b"Content-Type: application/json; charset=UTF-8\r\n"
    b"Vary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n"
    b"Date: Mon, 02 Jun 2025 08:00:00 GMT\r\n"
    b"Cache-Control: private, max-age=0, must-revalidate, no-transform\r\n"
    b"Server: ESF\r\nX-XSS-Protection: 0\r\nX-Frame-Options: SAMEORIGIN\r\n"
    b"X-Content-Type-Options: nosniff\r\n"
)
CALENDAR = re.compile(rb"/calendars/([a-z])")


def answer(items: list[dict[str, Any]]) -> bytes:
    """Return a whole answer."""
    page = {
        "kind": "calendar#events",
        "etag": '"p1"',
        "summary": PEOPLE[0],
        "updated": "2025-06-02T08:00:00.000Z",
        "timeZone": "Europe/Paris",
        "accessRole": "owner",
        "defaultReminders": [],
        "nextSyncToken": "CICRtMaE9JEDEICRtMaE9JEDGAUgxMuvkwMoxMuvkwM=",
        "items": items,
    }
    body = gzip.compress(json.dumps(page, separators=(",", ":")).encode(), 6)
    return HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body) + body


class Service(asyncio.Protocol):
    """Answers requests without a body, however many come in one piece."""

    def __init__(self, find: Callable[[bytes], bytes]) -> None:
        self._find = find
        self._left = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin with a connection."""
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        """Answer what has come whole."""
        *whole, self._left = (self._left + data).split(b"\r\n\r\n")
        for request in whole:
            self._transport.write(self._find(request.partition(b"\r\n")[0]))


async def serve(events: int) -> None:
    """Serve on a free port."""
    dice = random.Random(1)
    items = [event(number, dice) for number in range(events)]
    full, small, nothing = answer(items), answer(items[:1]), answer([])
    # One event under two names in turn, so that each is a change.
    renamed = [answer([{**items[7], "summary": f"Renamed {turn}"}]) for turn in range(2)]
    turns = Counter[bytes]()

    def find(line: bytes) -> bytes:
        named = CALENDAR.search(line)
        if named is None:
            body = repr(time.process_time()).encode()
            return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        if b"syncToken=" not in line:
            return small if named[1] == b"s" else full
        if named[1] != b"x":
            return nothing
        turns[line] += 1
        return renamed[turns[line] % 2]

    server = await asyncio.get_running_loop().create_server(lambda: Service(find), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    print(f"http://127.0.0.1:{port}/calendar/v3", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
