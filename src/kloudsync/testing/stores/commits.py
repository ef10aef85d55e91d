"""The commit: a whole pass becomes visible at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kloudsync.model.state import Cursor, FeedKind, SeriesLink
from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import (
    added,
    bad,
    cancelled,
    deleted,
    exception,
    series,
    silent,
    single,
    updated,
)
from kloudsync.testing.stores.suite import Suite
from kloudsync.testing.stores.worker import KEY, Worker

READERS: dict[str, Callable[[Store], Any]] = {
    "events": lambda store: list(store.events(KEY)),
    "records": lambda store: store.records(KEY, ["a", "b", "s", "s_1", "s_2"]),
    "window": lambda store: sorted(store.window(KEY, 0, 10**9)),
    "moved": lambda store: sorted(store.moved(KEY, 0, 10**9)),
    "links": lambda store: store.links(KEY),
    "quarantined": lambda store: store.quarantined(KEY),
    "calendars": lambda store: store.calendars(),
    "changes": lambda store: store.changes("reader", limit=100),
}


_WORD = "next"


class CommitContract(Suite):
    """What `commit` promises."""

    @pytest.mark.parametrize("reader", READERS)
    def test_first_pass_is_invisible(self, worker: Worker, reader: str) -> None:
        """No reader sees anything of a first pass before it is committed."""
        read = READERS[reader]
        nothing = read(worker.store)
        worker.begin(full=True)
        worker.stage(
            added(single("a")),
            added(series("s")),
            added(exception("s_1", "s", 1000)),
            added(cancelled("s_2", "s", 2000)),
            quarantined=[bad("q")],
        )
        assert read(worker.store) == nothing
        worker.commit(links=[SeriesLink(old="s", new=None, at=5000)])
        assert read(worker.store) != nothing

    @pytest.mark.parametrize("reader", READERS)
    def test_later_pass_is_invisible(self, worker: Worker, reader: str) -> None:
        """No reader sees anything of a later pass before it is committed, nor after a discard."""
        read = READERS[reader]
        worker.sync(added(single("a")), added(series("s")), added(exception("s_1", "s", 1000)))
        before = read(worker.store)
        worker.begin(full=True)
        worker.stage(
            updated(single("a", raw="new")),
            added(single("b")),
            deleted("s"),
            deleted("s_1"),
            added(cancelled("s_2", "s", 2000)),
            quarantined=[bad("q")],
        )
        assert read(worker.store) == before
        worker.discard()
        assert read(worker.store) == before

    def test_commit_replaces_and_removes(self, worker: Worker) -> None:
        """A commit adds, replaces and removes; what the pass did not stage stays."""
        worker.sync(*(added(single(id_)) for id_ in "abcd"))
        worker.begin()
        worker.stage(
            updated(single("a", raw="new")), silent(single("b", raw="newer")), deleted("c")
        )
        worker.stage(added(single("e")))
        worker.commit()
        expected = [single("a", raw="new"), single("b", raw="newer"), single("d"), single("e")]
        assert worker.events() == expected
        assert worker.counts.held == 4

    def test_state_after_commit(self, worker: Worker) -> None:
        """A commit stores the cursor, ends the pass and counts it."""
        worker.begin(full=True)
        worker.commit(cursor="first", zone="Europe/Paris", now=7.0)
        assert _cursor(worker) == ("first", "query")
        assert worker.state.checkpoint is None
        assert (worker.state.passes, worker.state.synced_at) == (1, 7.0)
        worker.begin()
        worker.commit(cursor="second", now=8.0)
        assert _cursor(worker) == ("second", "query")
        assert (worker.state.passes, worker.state.synced_at) == (2, 8.0)

    def test_zone_is_kept(self, worker: Worker) -> None:
        """A pass that does not know the zone keeps the one known before."""
        worker.begin()
        worker.commit(zone="Europe/Paris")
        worker.begin()
        worker.commit(zone=None)
        assert worker.state.zone == "Europe/Paris"

    def test_no_cursor(self, worker: Worker) -> None:
        """A pass without a cursor leaves none, so that a full pass is due."""
        worker.sync()
        worker.begin()
        worker.commit(cursor=None)
        assert worker.state.cursor is None

    def test_feed_in_staging_order(self, worker: Worker) -> None:
        """The feed has one entry per meaningful record, in staging order over all pages."""
        worker.sync(*(added(single(id_)) for id_ in "abc"), now=1.0)
        worker.begin()
        worker.stage(deleted("c"), silent(single("b")), deleted("unknown"))
        worker.stage(added(single("z")), updated(single("a", raw="new")))
        worker.commit(now=2.0)
        entries = worker.feed()[3:]
        assert [entry.kind for entry in entries] == [
            FeedKind.DELETED,
            FeedKind.ADDED,
            FeedKind.UPDATED,
        ]
        assert {entry.recorded_at for entry in entries} == {2.0}
        assert {entry.key for entry in entries} == {KEY}

    def test_feed_payloads(self, worker: Worker) -> None:
        """An entry holds the record before and after, as far as there was one."""
        worker.sync(added(single("a")))
        worker.sync(updated(single("a", raw="2")))
        worker.sync(deleted("a"))
        assert [(entry.before, entry.after) for entry in worker.feed()] == [
            (None, single("a")),
            (single("a"), single("a", raw="2")),
            (single("a", raw="2"), None),
        ]

    def test_payloads_stay(self, worker: Worker) -> None:
        """Entries keep their payloads whatever happens to the records later."""
        worker.sync(added(single("a", raw="1")))
        for raw in "234":
            worker.sync(silent(single("a", raw=raw)))
        worker.sync(updated(single("a", raw="5")))
        worker.sync(deleted("a"))
        assert [(entry.before, entry.after) for entry in worker.feed()] == [
            (None, single("a", raw="1")),
            (single("a", raw="4"), single("a", raw="5")),
            (single("a", raw="5"), None),
        ]

    def test_back_again(self, worker: Worker) -> None:
        """An id may come back after it was deleted."""
        worker.sync(added(single("a", raw="1")))
        worker.sync(deleted("a"))
        worker.sync(added(single("a", raw="2")))
        assert worker.events() == [single("a", raw="2")]
        assert [entry.kind for entry in worker.feed()] == [
            FeedKind.ADDED,
            FeedKind.DELETED,
            FeedKind.ADDED,
        ]

    def test_announced_links(self, worker: Worker) -> None:
        """Announced links follow the records: a split, or a truncation where `new` is None."""
        split = SeriesLink(old="s", new="t", at=5000, evidence="uid", settled=True)
        cut = SeriesLink(old="u", new=None, at=86400, all_day=True)
        worker.begin()
        worker.stage(added(series("s")))
        worker.commit(announce=[split, cut], now=3.0)
        entries = worker.feed()
        assert [entry.kind for entry in entries] == [
            FeedKind.ADDED,
            FeedKind.SPLIT,
            FeedKind.TRUNCATED,
        ]
        assert [entry.link for entry in entries] == [None, split, cut]
        assert [(entry.before, entry.after) for entry in entries[1:]] == [(None, None)] * 2
        assert worker.store.links(KEY) == []

    def test_kept_links(self, worker: Worker) -> None:
        """Kept links are not told, replace those with the same `old`, and come by slot."""
        waiting = SeriesLink(old="s", new=None, at=5000)
        early = SeriesLink(old="t", new="u", at=1000)
        found = SeriesLink(old="s", new="v", at=6000, evidence="created", settled=True)
        worker.begin()
        worker.commit(links=[waiting, early])
        assert worker.store.links(KEY) == [early, waiting]
        worker.begin()
        worker.commit(links=[found])
        assert worker.store.links(KEY) == [early, found]
        assert worker.feed() == []

    def test_doubt(self, worker: Worker) -> None:
        """A cursor comes back as it was given, with when its kind was last doubted."""
        for doubted_at in (None, 1_800_000_000.25):
            cursor = Cursor(token=_WORD, fingerprint="query", doubted_at=doubted_at)
            worker.store.commit(
                KEY, worker.lease, cursor=cursor, zone=None, now=5.0, since=worker.state
            )
            assert worker.state.cursor == cursor

    def test_empty_pass(self, worker: Worker) -> None:
        """A pass without a single record is a pass."""
        worker.begin()
        worker.commit()
        assert worker.state.passes == 1
        assert worker.store.calendars() == [KEY]


def _cursor(worker: Worker) -> tuple[str, str] | None:
    cursor = worker.state.cursor
    return None if cursor is None else (cursor.token, cursor.fingerprint)
