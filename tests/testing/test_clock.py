from datetime import UTC, datetime, timedelta

import pytest

from kloudsync.runtime.clock import Clock
from kloudsync.testing.clock import ManualClock, Stamps, instant


def test_sleeping_moves_the_clock_and_is_remembered() -> None:
    """A sleep on the manual clock takes no time, moves the clock and is remembered."""
    clock: Clock = ManualClock(datetime(2026, 1, 5, tzinfo=UTC))
    clock.sleep(90)
    assert clock.now() == datetime(2026, 1, 5, 0, 1, 30, tzinfo=UTC)
    assert clock.monotonic() == 90


async def _pause(clock: ManualClock) -> None:
    await clock.pause(2.5)


def test_pausing_never_suspends() -> None:
    """An awaited pause ends within one step of the coroutine."""
    clock = ManualClock()
    with pytest.raises(StopIteration):
        _pause(clock).send(None)
    assert clock.slept == [2.5]


def test_a_manual_clock_does_not_run_backwards() -> None:
    """Moving the manual clock back is refused."""
    with pytest.raises(ValueError, match="forward"):
        ManualClock().advance(timedelta(seconds=-1))


def test_a_manual_clock_starts_at_an_instant() -> None:
    """A naive start is refused."""
    with pytest.raises(ValueError, match="aware"):
        ManualClock(datetime(2026, 1, 5))


def test_stamps_keep_their_distance_on_a_clock_that_stands_still() -> None:
    """Two stamps never share a second unless the pace allows it."""
    stamps = Stamps(ManualClock(), timedelta(seconds=1))
    assert stamps.next() + 1_000_000 == stamps.next()


def test_stamps_follow_the_clock() -> None:
    """A stamp is the present where the clock is ahead of the last one."""
    clock = ManualClock()
    stamps = Stamps(clock)
    clock.advance(timedelta(hours=1))
    assert instant(stamps.next()) == clock.now()


def test_a_burst_of_stamps_rises_and_later_stamps_follow_it() -> None:
    """Stamps of a burst are distinct and earlier than the next one."""
    stamps = Stamps(ManualClock())
    burst = list(stamps.burst(100))
    assert sorted(set(burst)) == burst
    assert stamps.next() > burst[-1]
