"""A week of a calendar, drawn as a page of a paper calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from attrs import frozen
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from kloudsync.engine import SyncEngine
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.times import zone_or_none

DAYS = 5
HALF_HOUR = 30
_COLOURS = ("blue", "green", "magenta", "cyan", "yellow", "red")


@frozen
class Block:
    """A timed occurrence in the grid of half hours.

    Attributes:
        first: The half hour of the day in which it begins.
        last: The half hour of the day in which it ends.
        title: What it is called.
        colour: What it is painted with.
        more: How many others begin at the same half hour.
    """

    first: int
    last: int
    title: str
    colour: str
    more: int = 0


def show_week(console: Console, engine: SyncEngine, day: date) -> None:
    """Draw the week that a day belongs to, in the calendar's own zone.

    Args:
        console: Where to draw.
        engine: Whose copy to ask.
        day: Any day of the week.
    """
    zone: tzinfo = zone_or_none(engine.state().zone) or UTC
    monday = day - timedelta(days=day.weekday())
    start = datetime.combine(monday, time(), zone)
    end = datetime.combine(monday + timedelta(days=7), time(), zone)
    console.print(draw(list(engine.occurrences(start, end)), monday, zone))


def draw(occurrences: Iterable[Occurrence], monday: date, zone: tzinfo) -> Table:
    """Lay out a week's occurrences as a table of days and half hours."""
    days: dict[date, list[Occurrence]] = defaultdict(list)
    whole: dict[date, list[str]] = defaultdict(list)
    for one in occurrences:
        if isinstance(one.start, datetime):
            days[one.start.astimezone(zone).date()].append(one)
        else:
            whole[max(one.start, monday)].append(_title(one))
    shown = 7 if any(days[monday + timedelta(days=n)] for n in (5, 6)) else DAYS
    dates = [monday + timedelta(days=n) for n in range(shown)]
    blocks = {day: _blocks(days[day], zone) for day in dates}
    table = Table(box=box.ROUNDED, padding=(0, 0), title=_caption(monday, zone), title_style="bold")
    table.add_column("", style="dim", justify="right", width=6)
    for day in dates:
        table.add_column(f"{day:%a %d %b}", width=18, no_wrap=True)
    table.add_row("", *(_all_day(whole[day]) for day in dates), end_section=True)
    for slot in range(*_span(blocks.values())):
        label = f"{slot // 2:02d}:00 " if slot % 2 == 0 else ""
        table.add_row(label, *(_cell(blocks[day], slot) for day in dates))
    return table


def _caption(monday: date, zone: tzinfo) -> str:
    return f"Week {monday.isocalendar().week} of {monday.isocalendar().year}, {zone}"


def _title(one: Occurrence) -> str:
    return one.event.title or "(no title)"


def _blocks(occurrences: Iterable[Occurrence], zone: tzinfo) -> dict[int, Block]:
    """Return the blocks of a day by the half hour that they begin in; the longest wins."""
    blocks: dict[int, Block] = {}
    for one in occurrences:
        block = _block(one, zone)
        rival = blocks.get(block.first)
        if rival is not None:
            longer = max(rival, block, key=lambda b: b.last - b.first)
            block = Block(longer.first, longer.last, longer.title, longer.colour, rival.more + 1)
        blocks[block.first] = block
    return blocks


def _block(one: Occurrence, zone: tzinfo) -> Block:
    if not (isinstance(one.start, datetime) and isinstance(one.end, datetime)):
        raise TypeError("an all-day occurrence has no place in the grid of hours")
    start, end = one.start.astimezone(zone), one.end.astimezone(zone)
    first = (start.hour * 60 + start.minute) // HALF_HOUR
    minutes = int((end - start).total_seconds() // 60)
    last = min(47, first + max(1, -(-minutes // HALF_HOUR)) - 1)
    key = one.series or one.id
    return Block(first, last, _title(one), _COLOURS[sum(map(ord, key)) % len(_COLOURS)])


def _span(days: Iterable[dict[int, Block]]) -> tuple[int, int]:
    blocks = [block for day in days for block in day.values()]
    first = min((block.first for block in blocks), default=18)
    last = max((block.last for block in blocks), default=34)
    return first - first % 2, last + 1


def _all_day(titles: list[str]) -> Text:
    return Text("\n").join(Text(f" {title} ", "bold white on grey35") for title in titles)


def _cell(blocks: dict[int, Block], slot: int) -> Text:
    block = blocks.get(slot)
    if block is not None:
        text = block.title if not block.more else f"{block.title} +{block.more}"
        return Text(f"▌{text:<17.17}", f"bold {block.colour} reverse")
    running = [b for b in blocks.values() if b.first < slot <= b.last]
    return Text(f"▌{'':<17}", f"{running[0].colour} reverse") if running else Text("")
