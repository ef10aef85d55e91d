"""A month's agenda from SQLite, beside a plain dateutil loop and beside rows computed beforehand.

Every size is one calendar of Google-shaped events: a tenth series that began up to ten
years ago, exceptions and cancelled occurrences among the rest. The contenders take turns
in one run and have to agree on what takes place; what counts are the ratios of medians.
Cold means that every rule is read anew; what the process knows of zones stays.

```
python benchmarks/agenda/run.py 1000 10000 100000
```

recurring-ical-events and ical take part up to ten thousand events where they can be
imported; one of them wants an older dateutil, so give them an environment of their own. They
have to show all that takes place. What they show beside it is counted: ical shows a moved
occurrence of a series in UTC where it was, too; recurring-ical-events a start that its own
rule leaves out.
"""

from __future__ import annotations

import gc
import json
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr
from peers import Question, Shown
from peers import found as installed

from kloudsync.agenda import Agenda, busy, occurrences
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.record import EventRecord, StagedRecord, Verdict
from kloudsync.model.state import Checkpoint
from kloudsync.model.view import CalendarView
from kloudsync.providers.google.source import GoogleCalendar
from kloudsync.stores import SQLiteStore

LOW, HIGH = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Paris", "Asia/Kolkata", "UTC")
RULES = (
    *("RRULE:FREQ=WEEKLY;BYDAY={day}",) * 7,
    *("RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR",) * 3,
    *("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY={day}",) * 3,
    *("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR",) * 2,
    "RRULE:FREQ=DAILY",
    "RRULE:FREQ=WEEKLY;UNTIL={until};BYDAY={day}",
    "RRULE:FREQ=WEEKLY;COUNT=600;BYDAY={day}",
    "RRULE:FREQ=MONTHLY;BYDAY=2TU",
    "RRULE:FREQ=MONTHLY",
    "RRULE:FREQ=YEARLY",
)
ZONED = ("kloudsync.recurrence.kinds", "kloudsync.recurrence.zones")
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
GOOGLE = GoogleCalendar(caller=None)
VIEW = CalendarView(GOOGLE.key, GOOGLE)
PADDING = {
    "description": "Agenda, notes and links. " * 20,
    "attendees": [
        {"email": f"user{n}@example.com", "responseStatus": "accepted"} for n in range(4)
    ],
}

GOALS = (
    ("dateutil", "cold", "at least 50"),
    ("dateutil", "warm", "at least 100"),
    ("dateutil, local", "cold", ""),
    ("dateutil, local", "warm", ""),
    ("cold", "rows", "at most 3.5"),
    ("warm", "rows", ""),
    ("busy", "warm", "at most 1.3"),
    ("recurring-ical-events", "cold", "at least 100"),
    ("ical", "cold", "at least 500"),
)
MOST_FOR_PEERS = 10_000
ROUNDS = 5

Item = dict[str, Any]


def stamp(moment: datetime, zone: str) -> Item:
    """Return a time as Google writes it."""
    return {"dateTime": moment.isoformat(), "timeZone": zone}


def event(name: str, start: datetime, zone: str, **more: Any) -> Item:
    """Return an event of half an hour."""
    end = (start.astimezone(UTC) + timedelta(minutes=30)).astimezone(start.tzinfo)
    return {
        "id": name,
        "status": "confirmed",
        "summary": "Meeting",
        "start": stamp(start, zone),
        "end": stamp(end, zone),
        **PADDING,
        **more,
    }


def series(rng: random.Random, number: int) -> Item:
    """Return a series that began up to ten years before the window, or in it."""
    zone = rng.choice(ZONES)
    start = datetime(2016, 11, 20, 8, tzinfo=ZoneInfo(zone)) + timedelta(
        days=rng.randrange(3650), minutes=15 * rng.randrange(40)
    )
    until = f"{LOW + timedelta(days=rng.randrange(-900, 60)):%Y%m%dT%H%M%SZ}"
    rule = rng.choice(RULES).format(day=DAYS[start.weekday()], until=until)
    return event(f"series{number:06}", start, zone, recurrence=[rule])


def replaced(rng: random.Random, master: Item, number: int) -> Item | None:
    """Return an exception, or a cancelled occurrence, near the window; None where there is none."""
    slots = recurring(master).between(LOW - timedelta(20), HIGH + timedelta(20), inc=True)
    if not slots:
        return None
    slot, zone = rng.choice(slots), master["start"]["timeZone"]
    name = GOOGLE.occurrence_id(master["id"], int(slot.timestamp()), all_day=False)
    link = {"recurringEventId": master["id"], "originalStartTime": stamp(slot, zone)}
    if number % 3 == 0:
        return {"id": name, "status": "cancelled", **link}
    return event(name, slot + timedelta(days=rng.randrange(-3, 4), hours=1), zone, **link)


def single(rng: random.Random, number: int) -> Item:
    """Return an event somewhere in ten years."""
    zone = rng.choice(ZONES)
    start = datetime(2017, 1, 1, 8, tzinfo=ZoneInfo(zone)) + timedelta(
        days=rng.randrange(3650), minutes=15 * rng.randrange(40)
    )
    return event(f"single{number:06}", start, zone)


def calendar(size: int) -> list[Item]:
    """Return the events of a calendar."""
    rng = random.Random(size)
    masters = [series(rng, number) for number in range(size // 10)]
    changed: dict[str, Item] = {}
    for number in range(size * 6 // 100):
        if found := replaced(rng, rng.choice(masters), number):
            changed[found["id"]] = found
    rest = size - len(masters) - len(changed)
    return masters + list(changed.values()) + [single(rng, number) for number in range(rest)]


def recurring(master: Item) -> rruleset:
    """Return a series as dateutil reads it, in the wall time of its zone."""
    start = datetime.fromisoformat(master["start"]["dateTime"]).astimezone(
        ZoneInfo(master["start"]["timeZone"])
    )
    rules = rruleset()
    for line in master["recurrence"]:
        rule = rrulestr(line, dtstart=start)
        assert isinstance(rule, rrule)
        rules.rrule(rule)
    return rules


def plain(items: list[Item], *, local: bool = False) -> Shown:
    """Answer with a loop over all events and dateutil, as one writes it in an afternoon.

    Args:
        items: The events.
        local: Whether to ask each series in its own zone, which dateutil answers in two
            thirds of the time, instead of for the window as it is.
    """
    gone = {
        (item["recurringEventId"], datetime.fromisoformat(item["originalStartTime"]["dateTime"]))
        for item in items
        if "recurringEventId" in item
    }
    found: Shown = []
    for item in items:
        if item["status"] == "cancelled":
            continue
        start = datetime.fromisoformat(item["start"]["dateTime"])
        length = datetime.fromisoformat(item["end"]["dateTime"]) - start
        starts = [start]
        if "recurrence" in item:
            zone = ZoneInfo(item["start"]["timeZone"]) if local else UTC
            low, high = (LOW - length).astimezone(zone), HIGH.astimezone(zone)
            starts = recurring(item).between(low, high, inc=True)
        for begin in starts:
            instant = begin.astimezone(UTC)
            if instant < HIGH and instant + length > LOW and (item["id"], instant) not in gone:
                series: str = item.get("recurringEventId") or item["id"]
                found.append((instant.timestamp(), (instant + length).timestamp(), series))
    return sorted(found)


def filled(path: Path, items: list[Item]) -> SQLiteStore:
    """Return a store that holds the events."""
    store = SQLiteStore(path)
    records = [GOOGLE.reread(json.dumps(item)) for item in items]
    lease = store.acquire("bench", "bench", ttl=3600, now=0)
    assert lease is not None
    checkpoint = Checkpoint(full=True, fingerprint="bench")
    store.begin(GOOGLE.key, lease, checkpoint, since=store.state(GOOGLE.key))
    for first in range(0, len(records), 2500):
        page = [
            StagedRecord(record, Verdict.ADDED)
            for record in records[first : first + 2500]
            if isinstance(record, EventRecord)
        ]
        store.stage(GOOGLE.key, lease, page, checkpoint=checkpoint, since=store.state(GOOGLE.key))
    store.commit(GOOGLE.key, lease, cursor=None, zone="UTC", now=1, since=store.state(GOOGLE.key))
    return store


def precomputed(path: Path, shown: list[Occurrence]) -> sqlite3.Connection:
    """Return a database that holds the answer, among those of eleven other months."""
    database = sqlite3.connect(path)
    columns = "start INTEGER, finish INTEGER, all_day INTEGER, zone TEXT, id TEXT, series TEXT"
    database.execute(f"CREATE TABLE occurrence ({columns})")
    month = 31 * 86_400
    told = [(one.all_day, one.record.zone, one.id, one.series) for one in shown]
    for shift in range(-6 * month, 6 * month, month):
        moved = [
            (one.begins + shift, one.ends + shift, *rest)
            for one, rest in zip(shown, told, strict=True)
        ]
        database.executemany("INSERT INTO occurrence VALUES (?, ?, ?, ?, ?, ?)", moved)
    database.execute("CREATE INDEX by_start ON occurrence (start, finish)")
    database.commit()
    return database


def fetched(database: sqlite3.Connection) -> sqlite3.Cursor:
    """Ask for the rows of the month."""
    return database.execute(
        "SELECT * FROM occurrence WHERE start < ? AND start > ? AND finish > ? ORDER BY start",
        (HIGH.timestamp(), LOW.timestamp() - 86_400, LOW.timestamp()),
    )


def rule_caches() -> Iterator[Any]:
    """Yield everything that keeps rules for next time; what is known of zones stays."""
    for name, module in list(sys.modules.items()):
        if name.startswith(("kloudsync.agenda", "kloudsync.recurrence")) and name not in ZONED:
            yield from (one for one in vars(module).values() if hasattr(one, "cache_clear"))


def forget() -> None:
    """Make the next question read every rule anew."""
    for cache in list(rule_caches()):
        cache.cache_clear()


def timed(work: Callable[[], Any]) -> float:
    """Return the CPU seconds that work takes: they hold still when others use the machine."""
    gc.collect()
    begin = process_time()
    work()
    return process_time() - begin


def walked(found: Iterable[Any]) -> None:
    """Look at each part of an answer, and hold none."""
    deque(found, maxlen=0)


def agenda(store: SQLiteStore) -> Agenda:
    """Ask for the month."""
    return occurrences(store, [VIEW], LOW, HIGH)


def asked(name: str, question: Question, expected: Shown) -> float:
    """Return the CPU seconds that a library takes, which has to show all that takes place."""
    answer: Shown = []
    taken = timed(lambda: answer.extend(question(LOW, HIGH)))
    assert set(expected) <= set(answer), name
    print(f"{name} shows {len(answer) - len(expected)} more than take place")
    return taken


def compare(size: int, folder: Path) -> None:
    """Let the contenders take turns over one calendar, and print a row of ratios."""
    items = calendar(size)
    expected = plain(items)
    store = filled(folder / f"{size}.db", items)
    shown = list(agenda(store))
    seen = sorted((one.begins, one.ends, one.series or one.id) for one in shown)
    assert seen == expected == plain(items, local=True)
    rows = precomputed(folder / f"{size}-rows.db", shown)
    assert [row[4] for row in fetched(rows)] == [one.id for one in shown]
    # What the contenders were given is none of the collector's business while they work, nor
    # what those before them keep.
    gc.freeze()
    times: dict[str, list[float]] = {}

    def note(name: str, work: Callable[[], Any]) -> None:
        times.setdefault(name, []).append(timed(work))

    quick: dict[str, Callable[[], Any]] = {
        "cold": lambda: walked(agenda(store)),
        "warm": lambda: walked(agenda(store)),
        "busy": lambda: busy(store, [VIEW], LOW, HIGH),
        "rows": lambda: walked(fetched(rows)),
    }
    names = list(quick)
    for number in range(ROUNDS):
        # The loop takes half a minute over the largest calendar.
        if size < 50_000 or number < 3:
            note("dateutil", lambda: plain(items))
            note("dateutil, local", lambda: plain(items, local=True))
        # Whoever comes after the slow ones finds the processor's caches full of other things.
        for first in range(len(names)):
            for name in names[first:] + names[:first]:
                if name == "cold":
                    forget()
                note(name, quick[name])
    # Whoever comes after them finds memory so scattered that it takes a quarter longer.
    if size <= MOST_FOR_PEERS:
        for name, question in installed(items).items():
            gc.freeze()
            times[name] = [asked(name, question, expected)]
    gc.unfreeze()
    store.close()
    rows.close()
    report(size, len(shown), {name: statistics.median(taken) for name, taken in times.items()})


def report(size: int, found: int, taken: dict[str, float]) -> None:
    """Print medians and ratios."""
    each = {name: seconds / found * 1e6 for name, seconds in taken.items()}
    print(f"\n{size:,} events, {found:,} occurrences in the month")
    print("  " + "  ".join(f"{name} {seconds * 1e3:.2f} ms" for name, seconds in taken.items()))
    print(f"  per occurrence: cold {each['cold']:.2f} us, warm {each['warm']:.2f} us")
    for name, over, goal in GOALS:
        if name in taken:
            print(f"  {name + ' / ' + over:29} {taken[name] / taken[over]:8.2f}   {goal}")


def main(sizes: list[int]) -> None:
    """Compare over calendars of several sizes, each in a process that begins with nothing."""
    if len(sizes) > 1:
        for size in sizes:
            subprocess.run([sys.executable, __file__, str(size)], check=True)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(sizes[0], Path(folder))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [1_000, 10_000, 100_000])
