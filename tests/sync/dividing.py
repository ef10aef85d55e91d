"""Stories of series that somebody divides, told in rows: who writes what, in which order and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

import httpx
from attrs import define, field
from tests.sync.world import Drive, World

from kloudsync.model.change import SeriesSplit, SeriesTruncated
from kloudsync.model.times import Time
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event
from kloudsync.stores import MemoryStore
from kloudsync.sync.ports import Store
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeCalendar, FakeGoogle

Row: TypeAlias = dict[str, Any]
OWNER = "owner@example.com"
_CONTENT = ("summary", "description", "location")


@define
class Story:
    """One row, lived through on a calendar that a copy follows.

    Attributes:
        row: What happens.
        world: The calendar's copy.
        writer: Whoever writes to the calendar as a program.
        calendar: The calendar, for what its user does.
        names: The ids of what was written, by the names that the row uses.
        reports: What each sync said.
    """

    row: Row
    world: World
    writer: Google
    calendar: FakeCalendar
    names: dict[str, str] = field(factory=dict[str, str])
    reports: list[SyncReport] = field(factory=list[SyncReport])
    _counts: Counter[str] = field(factory=Counter[str])

    def live(self) -> None:
        """Live through the row."""
        for other in self.row.get("others", ()):
            self.create(other, self._next("other"))
        self.create(self.row["series"], "base")
        self.sync()
        for fields in self._together():
            self.names[self._next("import")] = fields["id"]
        self.sync()
        for edit in self.row.get("before", ()):
            self.edit(edit)
            self.sync()
        for cut in self.row.get("cuts", ()):
            self.cut(cut)
            if not cut.get("unseen"):
                self.sync()

    def sync(self) -> None:
        """Bring the copy up to date."""
        self.reports.append(self.world.sync())
        assert self.world.is_in_step()

    def splits(self) -> list[tuple[str, str, Time]]:
        """Return the splits of the feed, by the names of the row."""
        return [
            (self._named(one.old), self._named(one.new), one.at)
            for one in self.world.copy.changes("all")
            if isinstance(one, SeriesSplit)
        ]

    def truncations(self) -> list[str]:
        """Return the truncations of the feed, by the names of the row."""
        told = self.world.copy.changes("all")
        return [self._named(one.series) for one in told if isinstance(one, SeriesTruncated)]

    def reported(self) -> tuple[list[tuple[str, str, Time]], list[str]]:
        """Return what the reports say of splits and truncations."""
        splits = [one for report in self.reports for one in report.splits]
        truncations = [one for report in self.reports for one in report.truncations]
        return (
            [(self._named(one.old), self._named(one.new), one.at) for one in splits],
            [self._named(one.series) for one in truncations],
        )

    def lineage(self, name: str, copy: CalendarCopy | None = None) -> list[str]:
        """Return the segments of a series, by the names of the row."""
        return [self._named(one) for one in (copy or self.world.copy).lineage(self.names[name])]

    def newcomer(self) -> SyncEngine:
        """Begin a copy now, and return it."""
        engine = SyncEngine(self.writer.calendar(self.calendar.id), MemoryStore())
        report = engine.sync()
        assert (report.splits, report.truncations) == ((), ())
        return engine

    def _named(self, id_: str) -> str:
        return {id_: name for name, id_ in self.names.items()}[id_]

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}{self._counts[kind]}"

    def _together(self) -> Iterator[Row]:
        """Create series in one second, as scripts do."""
        terms = self.row.get("together", ())
        made = [_resource(fields) | {"id": f"term{n}"} for n, fields in enumerate(terms)]
        self.calendar.load(made)
        yield from made

    def create(self, fields: Row, name: str) -> None:
        """Create a series under a name, by a program."""
        resource = _resource(fields)
        if fields.get("by") == "import":
            resource |= {"iCalUID": f"{name}@example.net"}
            if "organizer" in fields:
                resource["organizer"] = {"email": fields["organizer"]}
            made = self.writer.events.import_(self.calendar.id, codec.load(Event, resource))
        else:
            made = self.writer.events.insert(self.calendar.id, codec.load(Event, resource))
        assert made.id
        self.names[name] = made.id

    def edit(self, edit: Row) -> None:
        """Do what the calendar's user does."""
        ((kind, changes),) = edit.items()
        series = self.names[changes.get("of", "base")]
        held = self.calendar.truth()[series]
        given = {name: value for name, value in changes.items() if name in _CONTENT}
        if kind == "edit_this":
            at = self._time(changes["at"])
            if "shift_minutes" in changes:
                start = at + _shift(changes)
                given |= {"start": start, "end": start + _length(held)}
            self.calendar.edit_this(series, at, **given)
            return
        if _shift(changes):
            given["start"] = _start(held) + _shift(changes)
        if "recurrence" in changes:
            given["recurrence"] = changes["recurrence"]
        self.calendar.edit_all(series, **given)

    def cut(self, cut: Row) -> None:
        """Divide a series."""
        old = self.names[cut.get("of", "base")]
        name = self._next("new")
        gap = _Gap(cut["gap"], self)
        if cut["how"] == "google":
            changes = _moved(cut["tail"], self._time(cut["at"]))
            self.names[name] = self.calendar.edit_following(old, self._time(cut["at"]), **changes)
        elif cut["how"] == "editor":
            self._edit_following(cut, old, name, gap)
        else:
            self._write_both(cut, old, name, gap)
        if touched := cut.get("touched"):
            self._wait(touched["minutes"])
            self._patch(old, {"description": touched["description"]})
        for edit in cut.get("then", ()):
            self.edit(edit)

    def _edit_following(self, cut: Row, old: str, name: str, gap: _Gap) -> None:
        at = self._time(cut["at"])
        changes = _moved(cut["tail"], at)
        if "start" in changes:
            held = self.calendar.truth()[old]["start"]
            changes["start"] = _as_field(changes["start"], held.get("timeZone"))
        edit = (
            gap.client()
            .series(self.calendar.id, old)
            .edit_this_and_following(at, codec.load(Event, changes))
        )
        assert edit.series.id
        self.names[name] = edit.series.id

    def _write_both(self, cut: Row, old: str, name: str, gap: _Gap) -> None:
        """Write both halves as a client does that knows events alone."""
        held = self.calendar.truth()[old]
        writes: list[Callable[[], None]] = [
            lambda: self._write_head(cut, old, held, name),
            lambda: self._write_tail(cut, old, held, name),
        ]
        if cut["first"] == "tail":
            writes.reverse()
        writes[0]()
        gap.pass_by()
        writes[1]()

    def _write_head(self, cut: Row, old: str, held: Row, name: str) -> None:
        if cut["keeps_id"] == "tail":
            self._insert(_copied(held) | {"recurrence": cut["head"]["recurrence"]}, name, cut)
            return
        change = {"recurrence": cut["head"]["recurrence"]}
        if cut["head"].get("raises_sequence"):
            change["sequence"] = held["sequence"] + 1
        if cut["how"] == "import":
            again = _copied(held) | change | {"iCalUID": held["iCalUID"]}
            self.writer.events.import_(self.calendar.id, codec.load(Event, again))
        else:
            self._patch(old, change)

    def _write_tail(self, cut: Row, old: str, held: Row, name: str) -> None:
        if beside := cut.get("beside"):
            self.create(beside, self._next("beside"))
        if cut["tail"] is None:
            return
        changes = _moved(cut["tail"], self._time(cut["at"]))
        start = changes.pop("start", self._time(cut["at"]))
        zone = held["start"].get("timeZone")
        times = {"start": _as_field(start, zone), "end": _as_field(start + _length(held), zone)}
        if cut["keeps_id"] == "tail":
            self._patch(old, times | changes)
        else:
            self._insert(_copied(held) | times | changes, name, cut)

    def _insert(self, resource: Row, name: str, cut: Row) -> None:
        event = resource
        if cut["how"] == "import":
            event = event | {"iCalUID": f"{name}@example.net"}
            made = self.writer.events.import_(self.calendar.id, codec.load(Event, event))
        else:
            event = {key: value for key, value in event.items() if key != "organizer"}
            made = self.writer.events.insert(self.calendar.id, codec.load(Event, event))
        assert made.id
        self.names[name] = made.id

    def _patch(self, event: str, changes: Row) -> None:
        self.writer.events.patch(self.calendar.id, event, codec.load(Event, changes))

    def _wait(self, minutes: float) -> None:
        self.world.clock.advance(timedelta(minutes=minutes))

    def _time(self, text: str) -> Any:
        """Read a time of the row on the clock of its series."""
        return _read(text, self.row["series"]["zone"])


@define
class _Gap:
    """What happens between the two writes of a cut."""

    text: str
    story: Story

    def pass_by(self) -> None:
        """Let it pass."""
        for part in self.text.split(","):
            kind, _, minutes = part.partition(":")
            if kind == "minutes":
                self.story.world.clock.advance(timedelta(minutes=int(minutes)))
            elif kind == "sync":
                self.story.sync()

    def client(self) -> Google:
        """Make a client for which it passes by between its first write and what follows."""
        inner = self.story.world.fake.transport()
        wrote: list[str] = []

        def answer(request: httpx.Request) -> httpx.Response:
            if wrote == ["waits"]:
                wrote.append("goes on")
                self.pass_by()
            response = inner.handle_request(request)
            if request.method != "GET" and not wrote:
                wrote.append("waits")
            return response

        http = httpx.Client(transport=httpx.MockTransport(answer))
        # On a clock of its own: to the client its requests take no time.
        return Google("writer", http_client=http, clock=ManualClock())


@contextmanager
def begun(row: Row, drive: Drive, store: Store, **settings: Any) -> Generator[Story]:
    """Set up the world of a row, live through it, and let it go on."""
    fake = FakeGoogle(
        OWNER,
        time_zone=row["series"]["zone"],
        tokens={"token": OWNER, "writer": OWNER},
        clock=ManualClock(datetime(2025, 12, 1, 8, tzinfo=UTC)),
    )
    http = httpx.Client(transport=fake.transport())
    with World(drive, store, fake=fake, **settings) as world:
        writer = Google("writer", http_client=http, clock=world.clock)
        story = Story(row, world, writer, fake.calendar())
        story.live()
        yield story


def tell(row: Row, drive: Drive, store: Store, **settings: Any) -> Story:
    """Live through a row."""
    with begun(row, drive, store, **settings) as story:
        return story


def _resource(fields: Row) -> Row:
    zone = None if fields["all_day"] else fields["zone"]
    times = {
        name: _as_field(_read(fields[name], fields["zone"]), zone) for name in ("start", "end")
    }
    content = {name: fields[name] for name in _CONTENT if name in fields}
    return times | content | {"recurrence": fields["recurrence"]}


def _read(text: str, zone: str) -> Any:
    if len(text) == len("2026-01-05"):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def _as_field(at: Any, zone: str | None) -> Row:
    if not isinstance(at, datetime):
        return {"date": at.isoformat()}
    return {"dateTime": at.isoformat(), **({"timeZone": zone} if zone else {})}


def _copied(held: Row) -> Row:
    names = ("start", "end", "recurrence", "organizer", *_CONTENT)
    return {name: held[name] for name in names if name in held}


def _shift(changes: Row) -> timedelta:
    return timedelta(days=changes.get("shift_days", 0), minutes=changes.get("shift_minutes", 0))


def _moved(changes: Row, at: Any) -> Row:
    """Return changes with the start that they shift to."""
    moved = {name: value for name, value in changes.items() if not name.startswith("shift")}
    return moved | {"start": at + _shift(changes)} if _shift(changes) else moved


def _start(held: Row) -> Any:
    return _moment(held["start"], held["start"].get("timeZone", "UTC"))


def _length(held: Row) -> timedelta:
    length: timedelta = _moment(held["end"], "UTC") - _start(held)
    return length


def _moment(given: Row, zone: str) -> Any:
    if "date" in given:
        return date.fromisoformat(given["date"])
    return datetime.fromisoformat(given["dateTime"]).astimezone(ZoneInfo(zone))
