"""A week of a calendar, drawn as a page of a paper calendar."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from attrs import evolve, frozen
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from kloudsync.agenda import AgendaReader, occurrences
from kloudsync.cli.output import written_out
from kloudsync.cli.terminal import Terminal
from kloudsync.model.occurrence import Occurrence
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.reading import zone_among
from kloudsync.text.titles import Titles
from kloudsync.text.wording import Local, expect_zone

HALF_HOUR = 30
OPENS, CLOSES = 16, 38
"""The half hours of the day that the grid shows; what lies outside is listed below it."""

MOST_DRAWN = 20_000
"""Occurrences of series beyond which one is named instead of drawn; nobody has as many in a week."""

MOST_BESIDE = 12
"""How much of a day is listed above its grid, and below it."""

_HOURS_WIDTH = 6
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


def show_week(
    console: Terminal,
    store: AgendaReader,
    copies: Sequence[CalendarCopy],
    day: date,
) -> None:
    """Draw the week that a day belongs to, in the first calendar's own zone.

    Args:
        console: Where to draw.
        store: Holds the copies.
        copies: The copies to ask.
        day: Any day of the week.

    Raises:
        UsageError: The output cannot be written.
    """
    zone = expect_zone(zone_among(copies))
    monday = day - timedelta(days=day.weekday())
    start = datetime.combine(monday, time(), zone)
    end = datetime.combine(monday + timedelta(days=7), time(), zone)
    shown = occurrences(store, [one.view for one in copies], start, end, limit=MOST_DRAWN)
    with written_out(console):
        console.print(draw(shown, monday, zone, console.width))
        for one in shown.unexpanded:
            console.print(Text(f"series {one.series} is left out: {one.error}", "yellow"))


def draw(shown: Iterable[Occurrence], monday: date, zone: tzinfo, width: int = 100) -> Table:
    """Lay out a week's occurrences as a table of days and half hours.

    Args:
        shown: What takes place.
        monday: The first day of the week.
        zone: In which hours are counted.
        width: Columns of the terminal.
    """
    local, titles = Local(zone), Titles()
    days: dict[date, list[Occurrence]] = defaultdict(list)
    whole: dict[date, list[str]] = defaultdict(list)
    for one in shown:
        if isinstance(one.start, datetime):
            days[local.by_the_clock(one.start).date()].append(one)
        else:
            whole[max(one.start, monday)].append(_title(one, titles))
    busy_weekend = any(days[monday + timedelta(days=n)] for n in (5, 6))
    dates = [monday + timedelta(days=n) for n in range(7 if busy_weekend else 5)]
    room = max(8, (min(width, 140) - _HOURS_WIDTH - 2) // len(dates) - 1)
    blocks = {day: [_block(one, titles, local) for one in days[day]] for day in dates}
    table = Table(box=box.ROUNDED, padding=(0, 0), title=_caption(monday, zone), title_style="bold")
    table.add_column("", style="dim", justify="right", width=_HOURS_WIDTH, no_wrap=True)
    for day in dates:
        table.add_column(
            f"{day:%a %d %b}" if room > 9 else f"{day:%a %d}", width=room, no_wrap=True
        )
    table.add_row("", *(_chips(whole[day], room) for day in dates), end_section=True)
    grids = [_grid(blocks[day]) for day in dates]
    for slot in range(OPENS, CLOSES):
        label = f"{slot // 2:02d}:00 " if slot % 2 == 0 else ""
        end = slot == CLOSES - 1
        table.add_row(label, *(_cell(grid, slot, room) for grid in grids), end_section=end)
    table.add_row("else ", *(_outside(blocks[day], room) for day in dates))
    return table


def _caption(monday: date, zone: tzinfo) -> str:
    return f"Week {monday.isocalendar().week} of {monday.isocalendar().year}, {zone}"


def _title(one: Occurrence, titles: Titles) -> str:
    title = titles.of(one)
    return (title if isinstance(title, str) else None) or "(no title)"


def _grid(blocks: Iterable[Block]) -> dict[int, Block]:
    """Return the blocks of a day by the half hour that they begin in; the longest wins."""
    grid: dict[int, Block] = {}
    for block in blocks:
        rival = grid.get(block.first)
        if rival is None:
            grid[block.first] = block
        else:
            longer = max(rival, block, key=lambda one: one.last - one.first)
            grid[block.first] = evolve(longer, more=rival.more + 1)
    return grid


def _block(one: Occurrence, titles: Titles, local: Local) -> Block:
    if not (isinstance(one.start, datetime) and isinstance(one.end, datetime)):
        raise TypeError("an all-day occurrence has no place in the grid of hours")
    start, end = local.by_the_clock(one.start), local.by_the_clock(one.end)
    first = (start.hour * 60 + start.minute) // HALF_HOUR
    minutes = int((end - start).total_seconds() // 60)
    last = min(47, first + max(1, -(-minutes // HALF_HOUR)) - 1)
    key = one.series or one.id
    return Block(first, last, _title(one, titles), _COLOURS[sum(map(ord, key)) % len(_COLOURS)])


def _chips(titles: list[str], room: int) -> Group:
    chips = [
        Text(f" {title:<{room - 1}.{room - 1}}", "bold white on grey35")
        for title in titles[:MOST_BESIDE]
    ]
    return Group(*chips, *_left_out(len(titles), room))


def _cell(grid: dict[int, Block], slot: int, room: int) -> Text:
    block = grid.get(slot)
    if block is not None:
        text = block.title if not block.more else f"{block.title} +{block.more}"
        return Text(f"▌{text:<{room - 1}.{room - 1}}", f"bold {block.colour} reverse")
    running = [one for one in grid.values() if one.first < slot <= one.last]
    return Text(f"▌{'':<{room - 1}}", f"{running[0].colour} reverse") if running else Text("")


def _outside(blocks: Iterable[Block], room: int) -> Group:
    """List what begins before or after the hours that are shown, as far as anybody would read it."""
    outside = [one for one in blocks if not OPENS <= one.first < CLOSES]
    lines = [
        Text(f"{one.first // 2:02d}:{one.first % 2 * 30:02d} {one.title}"[:room], one.colour)
        for one in outside[:MOST_BESIDE]
    ]
    return Group(*lines, *_left_out(len(outside), room))


def _left_out(count: int, room: int) -> list[Text]:
    left = count - MOST_BESIDE
    return [Text(f"+{left:,} more"[:room], "dim")] if left > 0 else []
