import asyncio
from datetime import UTC

from kloudsync.runtime.clock import Clock, SystemClock
from kloudsync.testing.clock import ManualClock


def test_the_systems_clock_is_aware_and_its_chances_are_fractions() -> None:
    """Times are in UTC, never run backwards, and a chance is in [0, 1)."""
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()
    assert all(0 <= clock.chance() < 1 for _ in range(100))


def test_the_systems_clock_waits_as_long_as_it_is_told() -> None:
    """No wait is shorter than asked, blocking or awaiting."""
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)
    asyncio.run(clock.pause(0.001))
    assert clock.monotonic() - before >= 0.002


def test_a_manual_clock_fits_wherever_a_clock_is_taken() -> None:
    """Waiting on it costs nothing and moves it on."""
    manual = ManualClock()
    clock: Clock = manual
    start = clock.now()
    clock.sleep(5)
    asyncio.run(clock.pause(7))
    assert ((clock.now() - start).total_seconds(), manual.slept) == (12, [5, 7])
