"""What one account does to the others: their lag from edit to feed, alone and beside it, in one run.

People create events in the calendars of ordinary accounts, one after the other, and what is measured
is how long each takes until a reader of the calendar's feed has it. Beside them there is, one after
the other, an account whose service always fails, one that floods its calendars with edits and the
fleet with notifications, and one whose calendar of 100,000 events is listed for the first
time, until its copy is committed:

    python benchmarks/fleet/noise.py                                   # SQLite and PostgreSQL
    python benchmarks/fleet/noise.py --stores sqlite --seconds 30 --noises large --events 1000000

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
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from intake import hooked_apart
from people import STARTS, People
from run import database, dismiss, hire, until, watched
from service import Service, calendar_of

from kloudsync import Fleet
from kloudsync.fleet.policy import FleetPolicy
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


class Trial:
    """One store's fleet, the people who edit, and what is measured beside which noise.

    Args:
        service: What they are followed at.
        store: Where copies are.
        lags: How long edits take.
        options: How much of everything.
    """

    def __init__(
        self, service: Hostile, store: Any, lags: Lags, options: argparse.Namespace
    ) -> None:
        self._service, self._store, self._lags, self._options = service, store, lags, options
        self._fleet = Fleet(store, print)
        self.told: dict[str, list[float]] = {}

    def alone(self) -> None:
        """Measure without any noise."""
        self._measure(f"alone, {sum(one.startswith('alone') for one in self.told) + 1}")

    def failing(self) -> None:
        """Measure beside an account of 200 calendars whose service always fails."""
        names = [f"x{number}@noise.example.com" for number in range(200)]
        self._fleet.enrol("google", FAILING, calendars=names)
        self._measure("beside one that fails")
        self._fleet.retire("google", FAILING)

    def flooding(self) -> None:
        """Measure beside an account that edits its forty calendars all the time, each of which is told."""
        over = threading.Event()
        thread = threading.Thread(target=self._flood, args=(over,))
        thread.start()
        try:
            self._measure("beside one that floods")
        finally:
            over.set()
            thread.join()

    def large(self) -> None:
        """Measure beside an account whose large calendar is listed for the first time, to its commit."""
        self._fleet.enrol("google", LARGE, calendars=["primary"])
        key = CalendarKey("google", LARGE, "primary")
        self._measure(
            f"beside one of {self._options.events:,} events",
            lambda: self._store.state(key).passes > 0,
        )

    def _flood(self, over: threading.Event) -> None:
        number = 0
        while not over.wait(1 / self._options.flood):
            number += 1
            start = STARTS + timedelta(minutes=number)
            there = self._service.calendar(f"f{number % 40}@noise.example.com")
            there.create(f"noise {number}", start, start + timedelta(hours=1))

    def _measure(self, what: str, over: Callable[[], bool] = lambda: True) -> None:
        time.sleep(self._options.settle)
        begins = time.time()
        while time.time() < begins + self._options.seconds or not over():
            time.sleep(0.5)
        self.told[what] = self._lags.between(begins, time.time())
        print(f"{what}: median {statistics.median(self.told[what]):.2f} s", flush=True)


def hostile(options: argparse.Namespace) -> tuple[Hostile, dict[str, str]]:
    """Return a service with calendars of all accounts, and who owns the ordinary ones."""
    accounts = [f"a{number}@example.com" for number in range(options.accounts)]
    service = Hostile(accounts, options.events)
    owners = {name: name for name in accounts}
    for number, owner in enumerate(accounts):
        calendar = f"c{number}@group.calendar.google.com"
        service.add_calendar(calendar, account=owner)
        owners[calendar] = owner
    for number in range(40):
        service.add_calendar(f"f{number}@noise.example.com", account=FLOODING)
    for number in range(200):
        service.add_calendar(f"x{number}@noise.example.com", account=FAILING)
    return service, owners


def measure(kind: str, options: argparse.Namespace) -> bool:
    """Run one store's fleet through all noises; tell whether each was bearable."""
    service, owners = hostile(options)
    accounts = sorted(set(owners.values()))
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kloudsync-noise-")))
        url, open_store, _ = stack.enter_context(database(kind, folder))
        store = stack.enter_context(open_store())
        places = (
            stack.enter_context(serve(service)),
            stack.enter_context(hooked_apart(url, FleetPolicy().quiet)),
        )
        for _ in range(8):
            # As a service delivers: one message waits for no other.
            stack.enter_context(service.channels.deliveries.delivering())
        fleet = Fleet(store, print)
        for account in [*accounts, FLOODING]:
            fleet.enrol("google", account)
        workers = [hire([url, *places, ""]) for _ in range(options.workers)]
        stack.callback(dismiss, workers)
        until(lambda: watched(store, accounts) >= len(owners), "channels")
        people, over = People(service, list(owners), 1, again=0.0), threading.Event()
        lags = Lags(store, owners, people)
        stack.callback(over.set)
        threading.Thread(target=people.work, args=(options.edits, over)).start()
        threading.Thread(target=lags.watch, args=(over,)).start()
        print(
            f"\n{kind}: {len(owners)} calendars of {len(accounts)} accounts, {options.edits:g} edits "
            f"a second, {options.workers} worker(s)"
        )
        trial = Trial(service, store, lags, options)
        for noise in options.noises:
            trial.alone()
            getattr(trial, noise)()
        over.set()
        return report(trial.told)


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
    parser.add_argument(
        "--flood", type=float, default=10.0, help="edits per second; what Google lets a user do"
    )
    parser.add_argument("--events", type=int, default=100_000, help="of the large calendar")
    parser.add_argument("--seconds", type=float, default=60.0, help="of each measurement")
    parser.add_argument("--settle", type=float, default=5.0, help="seconds before each of them")
    options = parser.parse_args()
    held = [measure(kind, options) for kind in options.stores]
    if not all(held):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
