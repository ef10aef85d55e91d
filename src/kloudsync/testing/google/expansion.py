"""Which occurrences a series has, by plain dateutil and what Google makes of it.

This is the fakes' own reading of recurrence rules. It shares nothing with
`kloudsync.recurrence`, so that each can be judged by the other. Google shows the start of a
series also where no rule selects it, beside COUNT, and reads a date among the dates and
exclusions of a timed series as midnight in UTC.
"""

import heapq
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from dateutil import rrule

from kloudsync.testing.google.rules import is_rule, rule_parts
from kloudsync.testing.google.times import Moment, settle

Wall = datetime
"""A wall time in the series' zone, without tzinfo; dates are midnights."""


def slots(start: Moment, lines: Sequence[str]) -> Iterator[Moment]:
    """Yield the original starts of a series in order, perhaps without end.

    Args:
        start: The start of the series; rules run in its zone's wall time.
        lines: The `recurrence` lines: RRULE, RDATE, EXRULE and EXDATE in any order.
    """
    excluded = set(_dates("EXDATE", start, lines))
    walls = (wall for wall in _walls(start, lines) if wall not in excluded)
    return (_moment(wall, start) for wall in walls)


def slots_until(start: Moment, lines: Sequence[str], last: Moment) -> list[Moment]:
    """List the original starts up to and including `last`."""
    end = _wall_of(last, start)
    return list(takewhile(lambda slot: _wall_of(slot, start) <= end, slots(start, lines)))


def has_slot(start: Moment, lines: Sequence[str], slot: Moment) -> bool:
    """Tell whether a series has an occurrence that starts at `slot`."""
    if isinstance(slot, datetime) is not isinstance(start, datetime):
        return False
    return slot in slots_until(start, lines, slot)


def ruled_before(start: Moment, lines: Sequence[str], slot: Moment) -> int:
    """Count what a COUNT counts: occurrences of the rule before `slot`, excluded ones too."""
    end = _wall_of(slot, start)
    counted = takewhile(lambda wall: _shown(wall, start) < end, _each_once(_ruled(start, lines)))
    return sum(1 for _ in counted)


def _walls(start: Moment, lines: Sequence[str]) -> Iterator[Wall]:
    dates = sorted([_wall_of(start, start), *_dates("RDATE", start, lines)])
    return _each_once([*_ruled(start, lines), iter(dates)])


def _ruled(start: Moment, lines: Sequence[str]) -> list[Iterator[Wall]]:
    return [_rule(line, start) for line in lines if is_rule(line)]


def _each_once(sources: Sequence[Iterator[Wall]]) -> Iterator[Wall]:
    former: Wall | None = None
    for wall in heapq.merge(*sources):
        if wall != former:
            yield wall
        former = wall


def _rule(line: str, start: Moment) -> Iterator[Wall]:
    parts = rule_parts(line)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], start).strftime("%Y%m%dT%H%M%S")
    if not isinstance(start, datetime):
        parts = {name: value for name, value in parts.items() if name not in _HOURLY}
    return _bounded(parts, _wall_of(start, start))


def _bounded(parts: dict[str, str], start: Wall) -> Iterator[Wall]:
    """Walk a rule as far as a fake goes; one that nobody can read selects nothing."""
    if _never_comes(parts):
        return
    count = int(parts.pop("COUNT", "0")) or STEPS
    parts["UNTIL"] = min(parts.get("UNTIL", _LAST), _horizon(parts, start))
    text = ";".join(f"{name}={value}" for name, value in parts.items())
    try:
        yield from islice(rrule.rrulestr(text, dtstart=start), count)
    except ValueError:
        return


def _never_comes(parts: Mapping[str, str]) -> bool:
    """Tell whether a rule wants a day that its months do not have; dateutil looks till 9999."""
    months = [int(text) for text in parts.get("BYMONTH", "").split(",") if text.isdigit()]
    days = [int(text.lstrip("+-")) for text in parts.get("BYMONTHDAY", "").split(",") if text]
    longest = (monthrange(2024, month)[1] for month in months if 1 <= month <= 12)
    return bool(months and days) and min(days) > max(longest, default=31)


def _horizon(parts: Mapping[str, str], start: Wall) -> str:
    unit = _UNITS.get(parts["FREQ"], timedelta(days=366))
    try:
        end = start + STEPS * int(parts.get("INTERVAL", "1")) * unit
    except (OverflowError, ValueError):
        return _LAST
    return min(end.strftime("%Y%m%dT%H%M%S"), _LAST)


STEPS = 40_000
"""How many periods of a rule are looked at, and at most how many of its times."""

_LAST = "99000101T000000"
_UNITS = {
    "SECONDLY": timedelta(seconds=1),
    "MINUTELY": timedelta(minutes=1),
    "HOURLY": timedelta(hours=1),
    "DAILY": timedelta(days=1),
    "WEEKLY": timedelta(weeks=1),
    "MONTHLY": timedelta(days=31),
}

_HOURLY = ("BYHOUR", "BYMINUTE", "BYSECOND")


def _until(text: str, start: Moment) -> Wall:
    """Read UNTIL in the wall time of the series; a bare date includes its whole day."""
    if "T" in text:
        return _wall_text(text, start)
    return datetime.combine(_date(text), time.max if isinstance(start, datetime) else time.min)


def _dates(name: str, start: Moment, lines: Sequence[str]) -> Iterator[Wall]:
    for line in lines:
        head, _, values = line.partition(":")
        label, *options = head.upper().split(";")
        if label == name:
            zones = [head.split(";")[1 + i][5:] for i, o in enumerate(options) if o[:5] == "TZID="]
            for value in values.split(","):
                yield _wall_text(value.partition("/")[0], start, zones[0] if zones else None)


def _wall_text(text: str, start: Moment, zone: str | None = None) -> Wall:
    """Read a date or date-time of a recurrence line in the wall time of the series."""
    if not isinstance(start, datetime):
        return datetime.combine(_date(text[:8]), time.min)
    if "T" not in text:
        text = f"{text[:8]}T000000Z"
    wall = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007 - a wall time has no zone
    if text.endswith("Z"):
        return wall.replace(tzinfo=UTC).astimezone(start.tzinfo).replace(tzinfo=None)
    if zone is not None:
        return wall.replace(tzinfo=ZoneInfo(zone)).astimezone(start.tzinfo).replace(tzinfo=None)
    return wall


def _date(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:8]))


def _wall_of(moment: Moment, start: Moment) -> Wall:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.min)
    if isinstance(start, datetime):
        moment = moment.astimezone(start.tzinfo)
    return moment.replace(tzinfo=None)


def _shown(wall: Wall, start: Moment) -> Wall:
    """Return what a clock shows at a wall time: in the gap of spring something later."""
    return _wall_of(_moment(wall, start), start)


def _moment(wall: Wall, start: Moment) -> Moment:
    if not isinstance(start, datetime):
        return wall.date()
    # Of a time that the clock shows twice the start alone says which it means.
    return start if wall == _wall_of(start, start) else settle(wall.replace(tzinfo=start.tzinfo))


def split_dates(start: Moment, lines: Sequence[str], slot: Moment) -> tuple[list[str], list[str]]:
    """Divide the lines of a series at `slot`: rules go to both halves, dates to their own."""
    end = _wall_of(slot, start)
    early: list[str] = []
    late: list[str] = []
    for line in lines:
        head, _, values = line.partition(":")
        name = head.upper().split(";")[0]
        if name not in {"RDATE", "EXDATE"}:
            early.append(line)
            late.append(line)
            continue
        for value in values.split(","):
            single = f"{head}:{value}"
            wall = _shown(next(_dates(name, start, [single])), start)
            (early if wall < end else late).append(single)
    return early, late
