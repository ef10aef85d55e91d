"""What runs say through logging: one line each, without contents."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.sync.world import World

from kloudsync.errors import Unauthorized
from kloudsync.model.state import Quarantined
from kloudsync.runtime.nicknames import nickname
from kloudsync.sync.log import _reasons, failure, logger, without_contents
from kloudsync.sync.progress import PageStaged, Progress, RunFailed, RunFinished

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
TITLE = "planted title"


class Lines(logging.Handler):
    """A handler that keeps what it is told, with its level."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self.told.append((record.levelname, record.getMessage()))

    def at(self, level: str) -> list[str]:
        """Return the lines of one level, and forget everything."""
        kept = [line for name, line in self.told if name == level]
        self.told.clear()
        return kept


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What the logger of runs says during a test."""
    handler, level = Lines(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield handler
    logger.setLevel(level)
    logger.removeHandler(handler)


def fill(world: World, events: int) -> list[str]:
    """Put single events into the calendar."""
    return [
        world.calendar.create(f"{TITLE} {n}", DAY + n * HOUR, DAY + (n + 1) * HOUR)
        for n in range(events)
    ]


def test_a_run_is_one_line_of_counts_and_reasons(world: World, lines: Lines) -> None:
    """A line says which pass it was, why, what it found and what it cost."""
    fill(world, 25)
    world.sync()
    (line,) = lines.at("INFO")
    assert line == (
        f"{nickname(world.copy.key)}: committed pass=full reason='first sync' added=25 updated=0 "
        "deleted=0 unchanged=0 splits=0 truncations=0 quarantined=0 pages=3 requests=3 retries=0 "
        "waited=0.0s took=0.0s"
    )
    world.clock.advance(timedelta(seconds=60))
    world.sync()
    (line,) = lines.at("INFO")
    assert "pass=delta added=0 " in line
    assert line.endswith("lag=60s")


def test_a_rehearsal_says_that_nothing_was_committed(world: World, lines: Lines) -> None:
    """A plan is told from a run by its first word."""
    fill(world, 1)
    world.plan()
    (line,) = lines.at("INFO")
    assert ": not committed pass=full" in line


def test_a_run_that_fails_is_a_line_without_the_services_words(
    make_world: Callable[..., World], lines: Lines
) -> None:
    """The kind of error is named, a hook hears of it, and the caller receives it."""
    steps: list[Progress] = []
    world = make_world(hook=steps.append)
    world.fake.accounts.revoke("token")
    with pytest.raises(Unauthorized) as caught:
        world.sync()
    assert lines.at("INFO") == [
        f"{nickname(world.copy.key)}: failed error='{failure(caught.value)}'"
    ]
    assert failure(caught.value) == "Unauthorized (401)"
    assert isinstance(steps[-1], RunFailed)
    assert steps[-1].error is caught.value
    assert not [step for step in steps if isinstance(step, RunFinished)]


def test_a_hook_that_raises_ends_the_run_as_any_error(
    make_world: Callable[..., World], lines: Lines
) -> None:
    """What a hook raises is told to it, and reaches the caller; the lease is free again."""
    broken = True

    def stumble(step: Progress) -> None:
        if broken and isinstance(step, PageStaged):
            raise RuntimeError(TITLE)

    world = make_world(hook=stumble)
    fill(world, 1)
    with pytest.raises(RuntimeError):
        world.sync()
    assert lines.at("INFO") == [f"{nickname(world.copy.key)}: failed error='RuntimeError'"]
    broken = False
    assert world.sync().committed


def test_a_held_mass_deletion_is_a_warning(world: World, lines: Lines) -> None:
    """Counts say what waits to be confirmed."""
    ids = fill(world, 30)
    world.sync()
    for one in ids:
        world.calendar.delete(one)
    world.fake.expire_sync_tokens()
    world.sync()
    assert lines.at("WARNING") == [
        f"{nickname(world.copy.key)}: held: 30 of 30 events are lacking; they stay until that is confirmed or refused"
    ]


def test_quarantined_events_are_a_warning_of_reasons_without_contents(
    make_world: Callable[..., World], lines: Lines
) -> None:
    """Reasons are counted by what was expected where; what came instead is left out."""
    odd = [
        {"id": f"odd{n}", "start": {"dateTime": TITLE}, "end": {"date": TITLE}} for n in range(3)
    ]
    page = {"items": [*odd, {"id": "odd", "summary": TITLE}], "nextSyncToken": "cursor"}
    world = make_world(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=page)))
    world.sync()
    told = "\n".join(message for _, message in lines.told)
    assert TITLE not in told
    (line,) = lines.at("WARNING")
    assert line == (
        f"{nickname(world.copy.key)}: 4 not understood and kept aside: "
        "3 x expected a date… @ end.date; 1 x expected a time… @ start"
    )


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("expected a time, found 'planted' @ start.dateTime", "expected a time… @ start.dateTime"),
        ("expected a time, found 'planted tit @ end.date", "expected a time… @ end.date"),
        ("no such day in the calendar: '20260230'", "no such day in the calendar…"),
        ("no such time of day: 'planted @ x'", "no such time of day…"),
        ("2026-02-30 is out of range @ start", "… is out of range @ start"),
        ("user@example.com is no property @ recurrence", "… is no property @ recurrence"),
        ("X=planted is not understood", "… is not understood"),
        ("the end is before the start @ end", "the end is before the start @ end"),
    ],
)
def test_a_reason_keeps_what_was_expected_and_where(reason: str, left: str) -> None:
    """Quotations, numbers, addresses and assignments are contents; words and paths are ours."""
    assert without_contents(reason) == left


def test_many_reasons_are_cut_short() -> None:
    """A page of garbage makes one line that can be read."""
    words = ("one", "two", "three", "four", "five", "six", "seven")
    odd = [Quarantined(id=None, reason=word, raw="", version="1") for word in words]
    assert _reasons(odd).endswith("; 1 x five; 2 other reasons")
    assert _reasons(odd[:6]).endswith("; 1 x five; 1 other reasons")
    assert _reasons(odd[:5]).endswith("; 1 x five")
