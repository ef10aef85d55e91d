"""A connection that is cut with any piece of what a client sends: the next run ends as if it had not been."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from tests.stores.postgres.wire import Wire
from tests.sync.test_crash import live, told
from tests.sync.world import World, replayed

from kloudsync.errors import KloudsyncError
from kloudsync.stores import PostgresStore
from kloudsync.testing.google import FakeGoogle

Story = tuple[dict[str, Any], list[tuple[str, ...]], int]


NEVER = 1_000_000


def live_with_a_cut(conninfo: str, schema: str, fatal: int, *, heard: bool) -> Story:
    """Live through the story with one cut; return the copy, the feed, and the pieces that were sent."""
    fake = FakeGoogle()
    with (
        Wire(conninfo) as wire,
        PostgresStore(wire.conninfo, clock="workers", schema=schema) as far,
        World("blocking", far, fake=fake, page_size=3) as world,
    ):
        wire.cut(fatal, heard=heard)

        def sync() -> None:
            with suppress(KloudsyncError):
                world.sync()
                return
            # What the cut run held is given back by its end, or by its lease's.
            world.clock.sleep(300)
            world.sync()

        live(fake, sync)
        pieces = wire.pieces
    with (
        PostgresStore(conninfo, clock="workers", schema=schema) as store,
        World("blocking", store, fake=fake, page_size=3) as survivor,
    ):
        survivor.sync()
        changes = list(survivor.copy.changes("auditor"))
        assert survivor.is_in_step()
        assert replayed(changes).keys() == survivor.held().keys()
        return survivor.held(), told(changes), pieces


# A cursor whose connection is cut while it is closed counts as open to psycopg, which warns of it.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("step", [29, pytest.param(1, marks=pytest.mark.long)])
@pytest.mark.parametrize("heard", [False, True], ids=["before its effect", "after its effect"])
def test_a_cut_with_any_piece_changes_nothing(
    conninfo: str, new_schema: Callable[[], str], heard: bool, step: int
) -> None:
    """Statements, commits and the beginnings of connections: whether the server heard them or not."""
    held, feed, pieces = live_with_a_cut(conninfo, new_schema(), NEVER, heard=heard)
    assert pieces > 20
    for fatal in range(1, pieces + 1, step):
        survived, told_of, _ = live_with_a_cut(conninfo, new_schema(), fatal, heard=heard)
        assert (survived.keys(), sorted(told_of)) == (held.keys(), sorted(feed)), fatal
