"""What one account does to the others: their lag from edit to feed, alone and beside it, in one run.

People create events in the calendars of ordinary accounts, one after the other, and what is measured
is how long each takes until a reader of the calendar's feed has it. Beside them there is, one after
the other, an account whose service always fails, one that floods its calendars with edits and the
fleet with notifications, and one whose calendar of a million events is listed for the first time:

    python benchmarks/fleet/noise.py                                   # SQLite and PostgreSQL
    python benchmarks/fleet/noise.py --stores sqlite --seconds 30 --events 100000

The fleet has its defaults. What is asked for is a 99th percentile that rises by at most half.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from people import STARTS, People
from run import database, dismiss, hire, hooked, until, watched
from service import Service, calendar_of

from kloudsync import Fleet
from kloudsync.model.calendar import CalendarKey
from kloudsync.testing.exchange import Reply
from kloudsync.testing.serve import serve

FAILING, FLOODING, LARGE = (
    f"{name}@noise.example.com" for name in ("failing", "flooding", "large")
)
PAGE = 2500
EVENT = (
    '{"kind":"calendar#event","etag":"\\"%(n)d\\"","id":"event%(n)d","status":"confirmed",'
    '"created":"2026-01-01T00:00:00.000Z","updated":"2026-01-01T00:00:00.000Z",'
    '"summary":"Meeting %(n)d","iCalUID":"event%(n)d@google.com","sequence":0,'
    '"organizer":{"email":"large@noise.example.com","self":true},'
    '"start":{"dateTime":"2026-%(month)02d-%(day)02dT09:00:00Z","timeZone":"UTC"},'
    '"end":{"dateTime":"2026-%(month)02d-%(day)02dT10:00:00Z","timeZone":"UTC"},'
    '"reminders":{"useDefault":true},"eventType":"default"}'
)


class Hostile(Service):
    """A service one of whose accounts always fails, and another one's calendar is very large.

    Args:
        accounts: The ordinary accounts.
        events: How many events the large calendar has.
    """

    def __init__(self, accounts: list[str], events: int) -> None:
        super().__init__([*accounts, FAILING, FLOODING, LARGE], seed=1, faults=0.0, lost=0.0)
        self._events = events
        self.pages = 0

    def handle(self, method: str, url: str, headers: dict[str, str], body: bytes = b"") -> object:  # type: ignore[override]
        """Answer as the account deserves; pages of the large calendar are written as they are asked for."""
        account = headers.get("authorization", "").removeprefix("Bearer ")
        if account == FAILING and calendar_of(url):
            return Reply(503, {"Content-Type": "text/plain"}, b"The service is away.")
        listed = urlsplit(url).path.endswith("/events") and method == "GET"
        if account == LARGE and listed:
            return self._page(parse_qs(urlsplit(url).query))
        return super().handle(method, url, headers, body)

    def _page(self, query: dict[str, list[str]]) -> Reply:
        first = self._events if "syncToken" in query else int(query.get("pageToken", ["0"])[0])
        size = min(PAGE, int(query.get("maxResults", ["250"])[0]))
        last = min(self._events, first + size)
        items = ",".join(
            EVENT % {"n": n, "month": 1 + n // 28 % 12, "day": 1 + n % 28}
            for n in range(first, last)
        )
        ends = '"nextSyncToken":"large"' if last == self._events else f'"nextPageToken":"{last}"'
        self.pages += bool(items)
        head = f'{{"kind":"calendar#events","summary":"Large","timeZone":"UTC",{ends},"items":['
        return Reply(200, {"Content-Type": "application/json"}, f"{head}{items}]}}".encode())


class Lags:
    """How long each edit takes until a reader of the calendar's feed has it."""

    def __init__(self, store: Any, owners: dict[str, str], people: People) -> None:
        self._store, self._owners, self._people = store, owners, people
        self._missing: dict[tuple[str, str], float] = {}
        self._position: dict[str, Any] = {}
        self._known = 0
        self.seen: list[tuple[float, float]] = []
        """When each edit was made, and how long it took."""

    def watch(self, over: threading.Event) -> None:
        """Look at the feeds of calendars of which something is missing, until it is over."""
        while not over.wait(0.02):
            edits = list(self._people.edits.items())
            self._missing |= dict(edits[self._known :])
            self._known = len(edits)
            for calendar in {calendar for calendar, _ in self._missing}:
                self._read(calendar)

    def _read(self, calendar: str) -> None:
        key = CalendarKey("google", self._owners[calendar], calendar)
        after = self._position.get(calendar)
        for entry in self._store.changes("noise", key=key, after=after, limit=100):
            self._position[calendar] = entry.position
            title = json.loads(entry.after.raw).get("summary") if entry.after else None
            at = self._missing.pop((calendar, title or ""), None)
            if at is not None:
                self.seen.append((at, time.time() - at))

    def between(self, begins: float, ends: float, most: float = 60.0) -> list[float]:
        """Wait until what was edited between two instants was seen, and return how long it took."""
        waits = time.time() + most
        while any(begins <= at < ends for at in list(self._missing.values())):
            time.sleep(0.1)
            if time.time() > waits:
                raise SystemExit(f"an edit was not in its feed after {most:g} s")
        return sorted(lag for at, lag in self.seen if begins <= at < ends)


@contextmanager
def flood(service: Hostile, per_second: float) -> Iterator[None]:
    """Edit the calendars of one account all the time, each of which is told."""
    calendars = [f"f{number}@noise.example.com" for number in range(40)]
    over = threading.Event()

    def edit() -> None:
        number = 0
        while not over.wait(1 / per_second):
            number += 1
            start = STARTS + timedelta(minutes=number)
            there = service.calendar(calendars[number % len(calendars)])
            there.create(f"noise {number}", start, start + timedelta(hours=1))

    thread = threading.Thread(target=edit)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextmanager
def calm(_: Hostile, __: float) -> Iterator[None]:
    """Do nothing besides."""
    yield


def measure(kind: str, options: argparse.Namespace) -> bool:
    """Run one store's fleet through all noises; tell whether each was bearable."""
    accounts = [f"a{number}@example.com" for number in range(options.accounts)]
    service = Hostile(accounts, options.events)
    owners = {name: name for name in accounts}
    for number in range(options.accounts):
        calendar, owner = f"c{number}@group.calendar.google.com", accounts[number]
        service.add_calendar(calendar, account=owner)
        owners[calendar] = owner
    for number in range(40):
        service.add_calendar(f"f{number}@noise.example.com", account=FLOODING)
    for number in range(200):
        service.add_calendar(f"x{number}@noise.example.com", account=FAILING)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kloudsync-noise-")))
        url, open_store, _ = stack.enter_context(database(kind, folder))
        store = stack.enter_context(open_store())
        arguments = [
            url,
            stack.enter_context(serve(service)),
            stack.enter_context(hooked(store, due_in=0.5)),
            "",
        ]
        for _ in range(4):
            stack.enter_context(service.channels.deliveries.delivering())
        fleet = Fleet(store, print)
        for account in [*accounts, FLOODING]:
            fleet.enrol("google", account)
        workers = [hire(arguments) for _ in range(options.workers)]
        stack.callback(dismiss, workers)
        until(lambda: watched(store, accounts) >= len(owners), "channels")
        people, over = People(service, list(owners), 1, again=0.0), threading.Event()
        lags = Lags(store, owners, people)
        threads = [
            threading.Thread(target=people.work, args=(options.edits, over)),
            threading.Thread(target=lags.watch, args=(over,)),
        ]
        for thread in threads:
            thread.start()
        stack.callback(over.set)

        def phase(noise: Callable[[Hostile, float], Any] = calm) -> list[float]:
            time.sleep(options.settle)
            with noise(service, options.flood):
                time.sleep(options.settle)
                begins = time.time()
                time.sleep(options.seconds)
                return lags.between(begins, time.time())

        told: dict[str, list[float]] = {"alone": phase()}
        if "failing" in options.noises:
            names = [f"x{number}@noise.example.com" for number in range(200)]
            fleet.enrol("google", FAILING, calendars=names)
            told["beside one that fails"] = phase()
            fleet.retire("google", FAILING)
        if "flooding" in options.noises:
            told["alone, again"] = phase()
            told["beside one that floods"] = phase(flood)
        if "large" in options.noises:
            told["alone, once more"] = phase()
            fleet.enrol("google", LARGE, calendars=["primary"])
            told[f"beside one with {options.events:,} events"] = phase()
        listed = service.pages * PAGE
        print(
            f"\n{kind}: {len(owners)} calendars of {len(accounts)} accounts, {options.edits:g} edits a second,"
        )
        print(
            f"{options.workers} worker(s); of the large calendar {listed:,} events were listed by the end"
        )
        over.set()
        return report(told)


def report(told: dict[str, list[float]]) -> bool:
    """Print what was measured, and tell whether the others' waiting rose by at most half."""
    alone = sorted(lag for what, lags in told.items() if what.startswith("alone") for lag in lags)
    median, last = statistics.median(alone), percentile(alone)
    print(f"{'':<36} edits  median    99th    most   of the median and 99th alone")
    held = True
    for what, lags in told.items():
        ratio, worst = statistics.median(lags) / median, percentile(lags) / last
        held = held and worst <= 1.5
        print(
            f"{what:<36} {len(lags):>5}  {statistics.median(lags):>4.2f} s  {percentile(lags):>4.2f} s  "
            f"{lags[-1]:>4.2f} s   {ratio:>4.2f} and {worst:>4.2f}",
            flush=True,
        )
    print("at most 1.5 times:", "met" if held else "NOT MET", flush=True)
    return held


def percentile(lags: list[float]) -> float:
    """Return the 99th of a hundred."""
    return lags[math.ceil(0.99 * len(lags)) - 1]


def main() -> None:
    """Measure, and fail where one account costs the others too much."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--stores", type=lambda text: text.split(","), default="sqlite,postgres")
    parser.add_argument(
        "--noises", type=lambda text: text.split(","), default="failing,flooding,large"
    )
    parser.add_argument("--accounts", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--edits", type=float, default=5.0, help="per second")
    parser.add_argument("--flood", type=float, default=50.0, help="edits per second of the flood")
    parser.add_argument("--events", type=int, default=1_000_000, help="of the large calendar")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds before each of them")
    options = parser.parse_args()
    held = [measure(kind, options) for kind in options.stores]
    if not all(held):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
