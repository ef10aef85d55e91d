"""What readers may ask of committed passes."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from random import Random

import pytest

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.record import EventRecord, Kind, RecurrenceId
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import (
    HOUR,
    added,
    cancelled,
    deleted,
    exception,
    series,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, read_all

DAY = 24 * HOUR


class ReaderContract(Suite):
    """What readers may ask of events, and of where their rules put them."""

    def test_events_by_id(self, worker: Worker) -> None:
        """Every visible record comes once, by id, cancelled occurrences included."""
        held = [
            series("s"),
            cancelled("s_2", "s", 2),
            single("B"),
            exception("s_1", "s", 1),
            single("a"),
        ]
        worker.sync(*map(added, held))
        assert worker.events() == sorted(held)

    def test_every_column(self, worker: Worker) -> None:
        """A record comes back with every column as it was."""
        full = EventRecord(
            id="a",
            kind=Kind.EXCEPTION,
            raw='{"summary": "é 漢 😀"}',
            start=-5,
            end=2**40,
            last_end=2**41,
            all_day=1,
            zone="Europe/Paris",
            busy=0,
            declined=1,
            recurrence="RRULE:FREQ=DAILY\nEXDATE:20260101T000000Z",
            series="s",
            original=-7,
            original_all_day=1,
            uid="u@example.com",
            lineage="l",
            created="2026-01-01T00:00:00.000Z",
        )
        bare = EventRecord("b", Kind.CANCELLED, "")
        worker.sync(added(full), added(bare))
        assert worker.events() == [full, bare]

    def test_events_of_one_commit(self, worker: Worker) -> None:
        """A reader that takes its time sees one commit, whatever is committed meanwhile."""
        held = [single(f"id-{number:04}") for number in range(2000)]
        worker.sync(*map(added, held))
        reader = worker.store.events(KEY)
        first = list(islice(reader, 10))
        worker.sync(*(deleted(record.id) for record in held[5:]), added(single("z")))
        read_all(worker.store, "consumer")
        worker.prune(10.0**9)
        assert first + list(reader) == held
        assert len(worker.ids()) == 6

    def test_unfinished_reader(self, worker: Worker) -> None:
        """A reader that stops half-way hinders nobody."""
        worker.sync(*(added(single(f"id-{number:04}")) for number in range(2000)))
        reader = worker.store.events(KEY)
        assert next(reader).id == "id-0000"
        del reader
        worker.sync(deleted("id-0000"))
        assert len(worker.ids()) == 1999

    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [
            (0, 1000, False),
            (0, 1001, True),
            (4599, 9000, True),
            (4600, 9000, False),
            (2000, 2001, True),
        ],
    )
    def test_window_bounds(self, worker: Worker, start: int, end: int, found: bool) -> None:
        """An event touches a window if it starts before its end and ends after its start."""
        worker.sync(added(single("a", 1000, 3600)))
        assert worker.store.window(KEY, start, end) == ([single("a")] if found else [])

    @pytest.mark.parametrize(
        ("start", "end", "found"),
        [(999, 1000, False), (1000, 1001, True), (1001, 2000, False), (0, 5000, True)],
    )
    def test_window_without_length(self, worker: Worker, start: int, end: int, found: bool) -> None:
        """Events without length, or without a known end, count where they start inside."""
        point = single("a", 1000, 0)
        open_end = single("b", 1000)._replace(end=None, last_end=None)
        worker.sync(added(point), added(open_end))
        expected = [point, open_end] if found else []
        assert sorted(worker.store.window(KEY, start, end)) == expected

    @pytest.mark.parametrize(
        "length", [2**power + more for power in (11, 12, 16, 31, 33) for more in (-1, 0, 1)]
    )
    def test_window_of_any_length(self, worker: Worker, length: int) -> None:
        """An event is found in its last second, however long it is, and not in the next."""
        record = single("a", 1000, length)
        worker.sync(added(record))
        last = 1000 + length - 1
        assert worker.store.window(KEY, last, last + 1) == [record]
        assert worker.store.window(KEY, last + 1, last + 2) == []

    def test_window_of_series(self, worker: Worker) -> None:
        """A series counts from its start to the end of its last occurrence, or without end."""
        endless, bounded = series("e", 1000), series("b", 1000, last_end=10_000)
        worker.sync(added(endless), added(bounded))
        assert worker.store.window(KEY, 0, 1000) == []
        assert sorted(worker.store.window(KEY, 9999, 10_500)) == [bounded, endless]
        assert worker.store.window(KEY, 10_000, 10_500) == [endless]
        assert worker.store.window(KEY, 10**12, 10**12 + 1) == [endless]

    def test_window_leaves_out(self, worker: Worker) -> None:
        """Cancelled occurrences and events without a start have no place in a window."""
        unplaced = single("u")._replace(start=None, end=None, last_end=None)
        worker.sync(added(cancelled("s_1", "s", 1000)), added(unplaced))
        assert worker.store.window(KEY, 0, 10**9) == []

    def test_window_sees_current_records(self, worker: Worker) -> None:
        """A window shows the latest records only."""
        worker.sync(added(single("a", 1000)), added(single("b", 1000)), added(series("s", 1000)))
        worker.sync(updated(single("a", 90_000)), deleted("b"), updated(series("s", 2000)))
        assert worker.store.window(KEY, 0, 5000) == [series("s", 2000)]
        assert single("a", 90_000) in worker.store.window(KEY, 80_000, 100_000)

    def test_windows_of_others(self, worker: Worker) -> None:
        """A window shows one calendar; one that nobody knows is empty."""
        other = Worker(worker.store, OTHER)
        moved = exception("s_1", "s", 1000)
        worker.sync(added(single("a")))
        other.sync(added(single("a", 2000)), added(moved))
        assert worker.store.window(KEY, 0, 9000) == [single("a")]
        assert sorted(worker.store.window(OTHER, 0, 9000)) == [single("a", 2000), moved]
        assert worker.store.moved(KEY, 0, 9000) == []
        assert worker.store.moved(OTHER, 0, 9000) == [RecurrenceId("s_1", "s", 1000, 0)]
        nobody = CalendarKey("google", "nobody", "none")
        assert worker.store.window(nobody, 0, 9000) == []
        assert worker.store.moved(nobody, 0, 9000) == []

    @pytest.mark.parametrize("seed", range(5))
    def test_window_is_exact(self, worker: Worker, seed: int) -> None:
        """Windows of any place and length hold what a look at every record finds."""
        random = Random(seed)
        held = [_anything(random, f"id-{number}") for number in range(300)]
        worker.sync(*map(added, held))
        for _ in range(60):
            start = random.randrange(-10 * DAY, 400 * DAY)
            end = start + random.choice([1, HOUR, DAY, 31 * DAY, 1000 * DAY])
            found = {record.id for record in worker.store.window(KEY, start, end)}
            assert found == _touching(held, start, end)

    def test_moved(self, worker: Worker) -> None:
        """Occurrences are found by where the rule put them, not by where they are."""
        held = [
            exception("s_1", "s", 1000, start=10**6),
            exception("s_2", "s", 2000, start=1500),
            cancelled("s_3", "s", 1999)._replace(original_all_day=1),
            single("a", 1500),
            series("s", 1500),
        ]
        worker.sync(*map(added, held))
        found = worker.store.moved(KEY, 1000, 2000)
        assert sorted(found) == [
            RecurrenceId("s_1", "s", 1000, 0),
            RecurrenceId("s_3", "s", 1999, 1),
        ]

    def test_beginning(self, worker: Worker) -> None:
        """Visible series are found by where they begin, however long they go on."""
        held = [series("a", 1000), series("b", 1999, last_end=5000), series("c", 2000)]
        worker.sync(*map(added, held), added(single("x", 1500)), added(exception("y", "a", 1500)))
        assert sorted(worker.store.beginning(KEY, 1000, 2000)) == held[:2]
        assert worker.store.beginning(KEY, 1001, 1999) == []
        assert worker.store.beginning(OTHER, 0, 9000) == []
        worker.begin()
        worker.stage(updated(series("a", 5000)), added(series("d", 1000)))
        assert sorted(worker.store.beginning(KEY, 1000, 2000)) == held[:2]
        worker.commit()
        assert [one.id for one in sorted(worker.store.beginning(KEY, 1000, 2000))] == ["b", "d"]

    def test_calendars(self, worker: Worker) -> None:
        """Calendars with a committed pass are known, in a stable order."""
        keys = [
            CalendarKey("google", "b", "x"),
            CalendarKey("google", "a", "y"),
            CalendarKey("a", "z", "z"),
        ]
        for key in keys:
            Worker(worker.store, key).sync()
        worker.begin()
        assert worker.store.calendars() == [keys[2], keys[1], keys[0]]
        assert worker.store.calendars_of("google", "a") == [keys[1]]
        assert worker.store.calendars_of("google", "z") == []

    def test_empty_answers(self, store: Store) -> None:
        """Readers of an unknown calendar get empty answers."""
        assert list(store.events(KEY)) == []
        assert store.links(KEY) == []
        assert store.quarantined(KEY) == []
        assert store.calendars() == []


def _anything(random: Random, id_: str) -> EventRecord:
    start = random.randrange(0, 365 * DAY)
    length = random.choice([0, 1, HOUR, DAY, 7 * DAY, 300 * DAY, 4095, 4096, 4097, 2**31])
    kind = random.choice(["single", "single", "series", "exception", "cancelled"])
    if kind == "series":
        last = random.choice([None, start + length, start + 30 * DAY])
        return series(id_, start, last_end=last)._replace(end=start + min(length, HOUR))
    if kind == "exception":
        return exception(id_, "s", start)
    return cancelled(id_, "s", start) if kind == "cancelled" else single(id_, start, length)


def _touching(held: Iterable[EventRecord], start: int, end: int) -> set[str]:
    found: set[str] = set()
    for record in held:
        if record.start is None or record.start >= end:
            continue
        pointlike = record.end is None or record.end == record.start
        last = record.last_end
        if last is None or last > start or (pointlike and last == start):
            found.add(record.id)
    return found
