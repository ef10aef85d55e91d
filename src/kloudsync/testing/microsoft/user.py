"""A person who edits a calendar at random, for tests that hold for every history."""

import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from kloudsync.testing.clock import instant
from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.patterns import DAYS, recurring
from kloudsync.testing.microsoft.refusals import Refusal
from kloudsync.testing.microsoft.times import Moment

ZONES = ("America/Los_Angeles", "Europe/Paris", "Asia/Kolkata", "UTC")
_REACH = 12
_DAY = timedelta(days=1)


class RandomUser:
    """Does to a calendar what people do in Outlook, drawn from a seed.

    Args:
        calendar: The calendar to edit.
        seed: The same seed does the same things to the same calendar.
        others: Calendars of the same mailbox, to which things are moved.
    """

    def __init__(self, calendar: FakeCalendar, seed: int | str = 0, *others: FakeCalendar) -> None:
        self._calendar = calendar
        self._others = others
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
            "split to another time": (2, self._split_time),
            "truncate": (1, self._truncate),
            "edit all": (2, self._edit_all),
            "move all": (1, self._move_all),
            "change pattern": (1, self._change_pattern),
            "toggle all-day": (1, self._toggle_all_day),
            "stop recurring": (1, self._stop_recurring),
            "delete": (2, self._delete),
            "move to another calendar": (1, self._move),
        }

    def act(self, name: str | None = None) -> str:
        """Do one thing; answers with what it was.

        It is `nothing` if its object did not exist, and `refused` if the service did not let it.

        Args:
            name: What to do, such as `create series`; drawn where it is not given.
        """
        if name is None:
            weights = [weight for weight, _ in self._actions.values()]
            (name,) = self._chance.choices(list(self._actions), weights)
        self._count += 1
        try:
            self._actions[name][1]()
        except _NothingThereError:
            return "nothing"
        except Refusal:
            return "refused"
        return name

    def _title(self) -> str:
        # Of its own, as those that people write are: readers may take titles for evidence.
        return f"Title {self._calendar.book.mark}.{self._count}"

    def _start(self) -> Moment:
        day = instant(self._calendar.book.stamps.last).date()
        day += timedelta(days=self._chance.randrange(-30, 30))
        return day if self._chance.random() < 0.2 else self._at(day)

    def _at(self, day: date) -> datetime:
        zone = ZoneInfo(self._chance.choice(ZONES))
        return datetime(day.year, day.month, day.day, self._chance.randrange(24), tzinfo=zone)

    def _pattern(self, start: Moment) -> Resource:
        day = start.date() if isinstance(start, datetime) else start
        ends: dict[str, Any] = self._chance.choice(
            ({}, {"times": self._chance.randrange(2, 14)}, {"until": day + 60 * _DAY})
        )
        own, interval = DAYS[day.weekday()], self._chance.choice((1, 1, 2))
        kind = self._chance.choice(
            ("daily", "weekly", "weekly", "weekly", "absoluteMonthly", "relativeMonthly")
        )
        if kind == "weekly":
            more = {own, self._chance.choice(DAYS)}
            return recurring(kind, day, days=more, interval=interval, **ends)
        if kind == "relativeMonthly":
            index = ("first", "second", "third", "fourth", "last")[(day.day - 1) // 7]
            return recurring(kind, day, days=[own], index=index, **ends)
        return recurring(kind, day, interval=interval, **ends)

    def _create(self) -> None:
        self._calendar.create(self._title(), self._start())

    def _create_series(self) -> None:
        start = self._start()
        self._calendar.create(self._title(), start, recurrence=self._pattern(start))

    def _edit(self) -> None:
        item = self._any(series=False)
        if self._chance.random() < 0.5:
            self._calendar.edit(item.id, subject=self._title())
        else:
            start = self._later(item.start)
            self._calendar.edit(item.id, start=start, end=start + item.duration)

    def _move_occurrence(self) -> None:
        item, day = self._slot()
        start = self._later(item.occurrence(day).start)
        self._calendar.edit_this(item.id, day, start=start, end=start + item.duration)

    def _rename_occurrence(self) -> None:
        item, day = self._slot()
        self._calendar.edit_this(item.id, day, subject=self._title())

    def _cancel_occurrence(self) -> None:
        item, day = self._slot()
        self._calendar.cancel_occurrence(item.id, day)

    def _split(self) -> None:
        item, day = self._slot()
        carry = self._chance.random() < 0.3
        self._calendar.edit_following(item.id, day, carry=carry, subject=self._title())

    def _split_time(self) -> None:
        item, day = self._slot()
        start = self._later(item.slot(day))
        self._calendar.edit_following(item.id, day, start=start, end=start + item.duration)

    def _truncate(self) -> None:
        item, day = self._slot()
        self._calendar.truncate(item.id, day)

    def _edit_all(self) -> None:
        self._calendar.edit_all(self._any(series=True).id, subject=self._title())

    def _move_all(self) -> None:
        item = self._any(series=True)
        start = self._later(item.start)
        self._calendar.edit_all(item.id, start=start, end=start + item.duration)

    def _change_pattern(self) -> None:
        item = self._any(series=True)
        start = (
            item.start.astimezone(item.clock) if isinstance(item.start, datetime) else item.start
        )
        self._calendar.edit_all(
            item.id, start=start, end=start + item.duration, recurrence=self._pattern(start)
        )

    def _toggle_all_day(self) -> None:
        item = self._any(series=False)
        if isinstance(item.start, datetime):
            day = item.start.astimezone(item.clock).date()
            self._calendar.edit(item.id, start=day, end=day + _DAY)
        else:
            nine = self._at(item.start)
            self._calendar.edit(item.id, start=nine, end=nine + timedelta(hours=1))

    def _stop_recurring(self) -> None:
        self._calendar.edit_all(self._any(series=True).id, recurrence=None)

    def _delete(self) -> None:
        items = list(self._calendar.book)
        if not items:
            raise _NothingThereError
        self._calendar.delete(self._chance.choice(items).id)

    def _move(self) -> None:
        items = list(self._calendar.book)
        if not items or not self._others:
            raise _NothingThereError
        self._calendar.move(self._chance.choice(items).id, self._chance.choice(self._others))

    def _later(self, moment: Moment) -> Moment:
        """Move a start by hours or days; all-day events by days."""
        if not isinstance(moment, datetime):
            return moment + self._chance.choice((-1, 1, 2)) * _DAY
        return moment + timedelta(hours=self._chance.choice((-26, -1, 1, 3, 24)))

    def _any(self, *, series: bool) -> Item:
        items = [item for item in self._calendar.book if (item.pattern is not None) is series]
        if not items:
            raise _NothingThereError
        return self._chance.choice(items)

    def _slot(self) -> tuple[Item, date]:
        """Choose an occurrence of a series that is not cancelled."""
        item = self._any(series=True)
        days = item.pattern.dates() if item.pattern is not None else iter(())
        living = [day for day in islice(days, _REACH) if day not in item.cancelled]
        if not living:
            raise _NothingThereError
        return item, self._chance.choice(living)


class _NothingThereError(LookupError):
    """The calendar has nothing of the kind that an action needs."""
