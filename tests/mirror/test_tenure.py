"""One worker pushes to a sink at a time."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from tests.mirror.world import Steps, Store, World

from kloudsync.errors import LeaseHeld

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def test_only_one_worker_pushes_at_a_time(world: World, store: Store) -> None:
    """While another worker holds the sink's lease a push leaves with a clear error."""
    now = world.clock.now().timestamp()
    name = f"mirror:salesloft:{world.salesloft.calendar_id}"
    assert store.acquire(name, "other", ttl=60, now=now) is not None
    with pytest.raises(LeaseHeld, match="another worker is pushing"):
        world.push()


def test_two_pushes_of_one_mirror_exclude_each_other(store: Store) -> None:
    """Whoever shares a mirror between threads gets one push at a time, like any two workers."""
    tries: list[str] = []

    def intrude() -> None:
        with suppress(LeaseHeld):
            shared.push()
            tries.append("got in")

    def intruded(steps: Steps, step: tuple[int, int]) -> None:
        steps.append(step)
        if not tries:
            tries.append("tried")
            other = threading.Thread(target=intrude)
            other.start()
            other.join()

    with World("blocking", store) as shared:
        now = shared.clock.now()
        shared.calendar.create("New", now + DAY, now + DAY + HOUR)
        shared.noted = intruded
        assert shared.sync_and_push().created == 1
        assert tries == ["tried"]
