"""How a fleet's calendars stand: how many in which state, and which need somebody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from rich.console import Group
from rich.text import Text

from kloudsync.cli.output import print_json, written_out
from kloudsync.cli.terminal import Terminal
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State, Status, rows_of, status_of
from kloudsync.fleet.topics import HOUSE, account_of
from kloudsync.runtime.due import DueStore

_MOST: Final = 5
"""How many of a state are named that needs somebody."""

_TROUBLE: Final = {
    State.DELAYED: "yellow",
    State.HELD: "red",
    State.NEEDS_CONSENT: "red",
    State.FAILING: "red",
}


def standings_of(store: DueStore) -> Iterator[Status]:
    """Yield how each topic of the fleet on a store stands; nothing where there is none."""
    delayed, now = FleetPolicy().delayed, datetime.now(UTC).timestamp()
    for row in rows_of(store):
        yield status_of(row, delayed=delayed, now=now)


def show_standings(console: Terminal, standings: Iterable[Status], *, json: bool = False) -> None:
    """Print a line for each state, and name what needs somebody; nothing where there is no fleet.

    Args:
        console: Where to print.
        standings: How each topic stands.
        json: Whether to print each as a JSON object on a line of its own, and nothing else.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        if json:
            for one in standings:
                print_json(console, one.to_dict())
            return
        by_state: defaultdict[State, list[Status]] = defaultdict(list)
        for one in standings:
            # The fleet's own housekeeping is nobody's calendar.
            if account_of(one.topic) != HOUSE:
                by_state[one.state].append(one)
        if by_state:
            console.print()
            console.print(Text.assemble(("fleet", "bold"), "  calendars, lists, channels, mirrors"))
        for state in State:
            if by_state[state]:
                console.print(_shown(state, by_state[state]), soft_wrap=True)


def _shown(state: State, ones: list[Status]) -> Group:
    style = _TROUBLE.get(state)
    lines = [Text.assemble("  ", (f"{len(ones):>7,}", "bold"), "  ", (state.value, style or ""))]
    named = ones if style else []
    lines += [_named(one) for one in named[:_MOST]]
    lines += [Text(f"{'':11}… and {len(named) - _MOST:,} more", "dim")] if named[_MOST:] else []
    return Group(*lines)


def _named(one: Status) -> Text:
    return Text(f"{'':11}{one.topic.key} {one.topic.collection}: {one.reason}", "dim")
