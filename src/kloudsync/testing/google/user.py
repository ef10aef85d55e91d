"""A user who edits a calendar at random, for tests that hold for every history."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from kloudsync.testing.clock import instant
from kloudsync.testing.google import expansion, rules
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.ids import base_of, series_base
from kloudsync.testing.google.rows import Kind, Row
from kloudsync.testing.google.splitting import CountSplit
from kloudsync.testing.google.times import Moment, plus

RULES = (
    "FREQ=DAILY",
    "FREQ=DAILY;COUNT=12",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    "FREQ=WEEKLY;COUNT=8",
    "FREQ=WEEKLY;INTERVAL=2",
    "FREQ=MONTHLY;COUNT=6",
)
ZONES = ("America/Los_Angeles", "Europe/Paris", "Asia/Kolkata", "UTC")
_REACH = 12
_DAY = timedelta(days=1)
_Slot = tuple[str, Moment]


class RandomUser:
    """Does to a calendar what users do, drawn from a seed.

    Args:
        calendar: The calendar to edit.
        seed: The same seed does the same things to the same calendar.
    """

    def __init__(self, calendar: FakeCalendar, seed: int | str = 0) -> None:
        self._calendar = calendar
        self._chance = random.Random(seed)
        self._count = 0
        self._actions: dict[str, tuple[int, Callable[[], None]]] = {
            "create": (3, self._create),
            "create series": (3, self._create_series),
            "edit": (2, self._edit),
            "move occurrence": (4, self._move_occurrence),
            "rename occurrence": (2, self._rename_occurrence),
            "cancel occurrence": (4, self._cancel_occurrence),
            "split": (3, self._split),
            "split to another time": (3, self._split_time),
            "truncate": (1, self._truncate),
            "edit all": (1, self._edit_all),
            "move all": (1, self._move_all),
            "delete": (1, self._delete),
            "restore": (1, self._restore),
            # What people do more seldom comes only by name.
            "toggle all-day": (0, self._toggle_all_day),
            "set until": (0, self._set_until),
            "change rule": (0, self._change_rule),
        }

    def act(self, name: str | None = None) -> str:
        """Do one thing; answers with what it was, or `nothing` if its object did not exist.

        Args:
            name: What to do, such as `create series`; drawn where it is not given.
        """
        if name is None:
            weights = [weight for weight, _ in self._actions.values()]
            (name,) = self._chance.choices(list(self._actions), weights)
        self._count += 1
        self._calendar.counts = self._chance.choice(list(CountSplit))
        try:
            self._actions[name][1]()
        except _NothingThereError:
            return "nothing"
        return name

    def _title(self) -> str:
        # Of its own, as those that people write are: readers may take titles for evidence.
        return f"Title {self._calendar.book.mark}.{self._count}"

    def _start(self) -> Moment:
        day = instant(self._calendar.book.stamps.last).date()
        day += timedelta(days=self._chance.randrange(-30, 30))
        if self._chance.random() < 0.2:
            return day
        zone = ZoneInfo(self._chance.choice(ZONES))
        return datetime(day.year, day.month, day.day, self._chance.randrange(24), tzinfo=zone)

    def _create(self) -> None:
        self._calendar.create(self._title(), self._start())

    def _create_series(self) -> None:
        rule = f"RRULE:{self._chance.choice(RULES)}"
        self._calendar.create(self._title(), self._start(), recurrence=[rule])

    def _edit(self) -> None:
        event = self._any(Kind.SINGLE)
        if self._chance.random() < 0.5:
            self._calendar.edit(event.id, summary=self._title())
        else:
            start = self._calendar.book.moment(event.resource(), "start")
            self._calendar.edit(event.id, start=self._later(start))

    def _move_occurrence(self) -> None:
        series, slot = self._slot()
        self._calendar.edit_this(series, slot, start=self._later(slot))

    def _rename_occurrence(self) -> None:
        series, slot = self._slot()
        self._calendar.edit_this(series, slot, summary=self._title())

    def _cancel_occurrence(self) -> None:
        series, slot = self._slot()
        self._calendar.cancel_occurrence(series, slot)

    def _split(self) -> None:
        series, slot = self._slot()
        self._calendar.edit_following(series, slot, summary=self._title())

    def _split_time(self) -> None:
        series, slot = self._slot()
        self._calendar.edit_following(series, slot, start=self._later(slot))

    def _truncate(self) -> None:
        self._calendar.truncate(*self._slot())

    def _edit_all(self) -> None:
        self._calendar.edit_all(self._any(Kind.SERIES).id, summary=self._title())

    def _move_all(self) -> None:
        series = self._any(Kind.SERIES)
        start = self._calendar.book.moment(series.resource(), "start")
        self._calendar.edit_all(series.id, start=self._later(start))

    def _toggle_all_day(self) -> None:
        event = self._any(Kind.SINGLE, Kind.SERIES)
        start = self._calendar.book.moment(event.resource(), "start")
        if isinstance(start, datetime):
            changes: dict[str, Moment] = {"start": start.date(), "end": start.date() + _DAY}
        else:
            zone = self._calendar.book.zone
            nine = datetime(start.year, start.month, start.day, 9, tzinfo=zone)
            changes = {"start": nine, "end": plus(nine, timedelta(hours=1))}
        if event.kind is Kind.SERIES:
            self._calendar.edit_all(event.id, **changes)
        else:
            self._calendar.edit(event.id, **changes)

    def _set_until(self) -> None:
        """Let a series end sooner or later than it does."""
        series = self._whole()
        resource = series.resource()
        start = self._calendar.book.moment(resource, "start")
        last = start + timedelta(days=self._chance.randrange(1, 90))
        until = last.strftime("%Y%m%d")
        if isinstance(last, datetime):
            until = last.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        lines = rules.with_bound(resource["recurrence"], {"UNTIL": until})
        self._calendar.edit_all(series.id, recurrence=lines)

    def _change_rule(self) -> None:
        rule = f"RRULE:{self._chance.choice(RULES)}"
        self._calendar.edit_all(self._whole().id, recurrence=[rule])

    def _delete(self) -> None:
        self._calendar.delete(self._any(Kind.SINGLE, Kind.SERIES).id)

    def _restore(self) -> None:
        self._calendar.restore(self._any(Kind.CANCELLED).id)

    def _later(self, moment: Moment) -> Moment:
        """Move a start by hours or days; all-day events by days."""
        if not isinstance(moment, datetime):
            return moment + timedelta(days=self._chance.choice((-1, 1, 2)))
        return plus(moment, timedelta(hours=self._chance.choice((-26, -1, 1, 3, 24))))

    def _any(self, *kinds: Kind) -> Row:
        rows = [row for row in self._calendar.book.rows if row.kind in kinds]
        if not rows:
            raise _NothingThereError
        return self._chance.choice(rows)

    def _whole(self) -> Row:
        """Choose a series that was never divided, and never lost or handed over an occurrence.

        Another rule could bring slots back, whose deletion says no more than a cancellation.
        """
        series, rows = self._any(Kind.SERIES), self._calendar.book.rows
        base = base_of(series.id)
        born = [row for row in rows if series_base(row.id) == base]
        lost = any(row.kind is Kind.DELETED for row in born)
        handed_over = any(row.series not in {None, series.id} for row in born)
        if lost or handed_over or len(rows.segments(base)) > 1:
            raise _NothingThereError
        return series

    def _slot(self) -> _Slot:
        """Choose an occurrence of a series that is not cancelled."""
        book = self._calendar.book
        series = self._any(Kind.SERIES)
        resource = series.resource()
        slots = expansion.slots(book.moment(resource, "start"), resource["recurrence"])
        cancelled = [
            book.slot_of(row.resource())
            for row in book.rows.exceptions(series.id)
            if row.kind is Kind.CANCELLED
        ]
        living = [slot for slot in islice(slots, _REACH) if slot not in cancelled]
        if not living:
            raise _NothingThereError
        return series.id, self._chance.choice(living)


class _NothingThereError(LookupError):
    """The calendar has nothing of the kind that an action needs."""
