"""A history as a script of steps: drawn from a seed, run by a world, shrunk when it fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeAlias

from attrs import frozen

CALENDARS = 2


@frozen
class Act:
    """A person does something to a calendar; `luck` decides what."""

    calendar: int
    luck: int


@frozen
class Found:
    """A person gives a calendar a series to begin with; `luck` decides which."""

    calendar: int
    luck: int


@frozen
class Do:
    """A person does one thing of a name, which people do more seldom; `luck` decides to what."""

    calendar: int
    deed: str
    luck: int


@frozen
class Divide:
    """Another client divides a series by two requests; between them a worker may sync."""

    calendar: int
    luck: int
    tail_first: bool
    synced_between: bool


@frozen
class Rezone:
    """Another client gives a calendar another zone."""

    calendar: int
    luck: int


@frozen
class Search:
    """A worker syncs what a search finds in a calendar, into a copy of its own."""

    calendar: int
    text: str


@frozen
class Sync:
    """A worker syncs a calendar, in pages of some size; of either colour."""

    calendar: int
    page_size: int
    awaiting: bool = False


@frozen
class Crash:
    """A worker syncs a calendar and dies at an operation of the store."""

    calendar: int
    page_size: int
    fatal: int
    after: bool


@frozen
class Race:
    """Two workers sync a calendar; the second comes in after some pages of the first.

    With `late` the first is slow, and its lease has run out by then.
    """

    calendar: int
    page_size: int
    pages: int
    late: bool


@frozen
class Storm:
    """From now on the service fails by chance, until the next calm."""

    luck: int
    rate: float


@frozen
class Calm:
    """The service recovers."""


@frozen
class Expire:
    """All sync tokens die; with `pages` those of pages, too."""

    pages: bool


@frozen
class Jump:
    """Time passes, in hours; the clock may also be set back a little."""

    hours: float


@frozen
class Read:
    """A consumer reads the feed, and acknowledges some of what it saw."""

    calendar: int
    luck: int


@frozen
class Push:
    """A worker pushes the copy of the first calendar to Salesloft, and may die at it."""

    fatal: int | None


@frozen
class Relay:
    """A worker syncs the first calendar as Kloudless shows it.

    Attributes:
        fresh: Whether it lists the whole calendar.
        numbered: Whether pages go by number, so that they shift with what is deleted.
        luck: What a person does behind the first page; None for nobody.
    """

    fresh: bool = False
    numbered: bool = False
    luck: int | None = None


Step: TypeAlias = (
    Act
    | Found
    | Do
    | Divide
    | Rezone
    | Search
    | Sync
    | Crash
    | Race
    | Storm
    | Calm
    | Expire
    | Jump
    | Read
    | Push
    | Relay
)
Script: TypeAlias = Sequence[Step]

_KINDS = (
    "act",
    "sync",
    "crash",
    "race",
    "storm",
    "calm",
    "expire",
    "jump",
    "read",
    "push",
    "relay",
    "sync awaiting",
    "search",
    "rezone",
    "divide",
    "toggle all-day",
    "set until",
    "change rule",
)
_WEIGHTS = (30, 14, 6, 3, 3, 2, 4, 3, 6, 3, 2, 3, 2, 1, 4, 2, 2, 2)


def draw(seed: int, length: int = 50) -> list[Step]:
    """Draw a history; the same seed draws the same one.

    Every calendar begins with two series, and with a sync after some edits, so that every
    history has something to edit and earlier states to build on.
    """
    dice = random.Random(seed)
    steps: list[Step] = [Found(n % CALENDARS, dice.randrange(1 << 30)) for n in range(4)]
    steps += [Act(n % CALENDARS, dice.randrange(1 << 30)) for n in range(4)]
    steps += [Sync(n, dice.choice((2, 3, 7))) for n in range(CALENDARS)]
    while len(steps) < length:
        (kind,) = dice.choices(_KINDS, _WEIGHTS)
        steps.append(_DRAW[kind](dice))
    return steps


def _size(dice: random.Random) -> int:
    return dice.choice((1, 2, 3, 5, 250))


def _doing(deed: str) -> Callable[[random.Random], Step]:
    return lambda dice: Do(dice.randrange(CALENDARS), deed, dice.randrange(1 << 30))


_DRAW: dict[str, Callable[[random.Random], Step]] = {
    "act": lambda dice: Act(dice.randrange(CALENDARS), dice.randrange(1 << 30)),
    "sync": lambda dice: Sync(dice.randrange(CALENDARS), _size(dice)),
    "crash": lambda dice: Crash(
        dice.randrange(CALENDARS),
        dice.choice((1, 2, 3)),
        dice.randrange(1, 40),
        dice.random() < 0.5,
    ),
    "race": lambda dice: Race(
        dice.randrange(CALENDARS), dice.choice((1, 2)), dice.randrange(1, 4), dice.random() < 0.5
    ),
    "storm": lambda dice: Storm(dice.randrange(1 << 30), dice.choice((0.1, 0.3))),
    "calm": lambda dice: Calm(),  # noqa: ARG005 - the table's shape
    "expire": lambda dice: Expire(dice.random() < 0.5),
    "jump": lambda dice: Jump(dice.choice((0.01, 0.1, 1.0, 30.0))),
    "push": lambda dice: Push(dice.choice((None, None, dice.randrange(1, 12)))),
    "relay": lambda dice: Relay(
        fresh=dice.random() < 0.3,
        numbered=dice.random() < 0.5,
        luck=dice.randrange(1 << 30) if dice.random() < 0.5 else None,
    ),
    "read": lambda dice: Read(dice.randrange(CALENDARS), dice.randrange(1 << 30)),
    "sync awaiting": lambda dice: Sync(dice.randrange(CALENDARS), _size(dice), awaiting=True),
    "search": lambda dice: Search(dice.randrange(CALENDARS), str(dice.randrange(10))),
    "rezone": lambda dice: Rezone(dice.randrange(CALENDARS), dice.randrange(1 << 30)),
    "divide": lambda dice: Divide(
        dice.randrange(CALENDARS),
        dice.randrange(1 << 30),
        tail_first=dice.random() < 0.3,
        synced_between=dice.random() < 0.4,
    ),
    **{name: _doing(name) for name in ("toggle all-day", "set until", "change rule")},
}


def shrink(script: Script, fails: Callable[[Script], bool]) -> list[Step]:
    """Return a shorter script that still fails: steps are left out while it does.

    Args:
        script: A script that fails.
        fails: Tells whether a script fails.
    """
    kept = list(script)
    width = max(1, len(kept) // 2)
    while width:
        at = 0
        while at < len(kept):
            shorter = kept[:at] + kept[at + width :]
            if fails(shorter):
                kept = shorter
            else:
                at += width
        width //= 2
    return kept


def written(script: Script) -> str:
    """Return a script as Python, to be pasted into a test."""
    lines = ",\n    ".join(repr(step) for step in script)
    return f"[\n    {lines},\n]"
