"""What has to be true of a store that version 1 left, once it is opened; `version_1.sql` has it as text."""

from __future__ import annotations

from kloudsync.sync.ports import Store
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, OTHER, Worker, take


def see_what_is_kept(store: Store) -> None:
    """Events and what was acknowledged are there; cursors and what was staged are not."""
    assert (store.state(KEY).cursor, store.state(KEY).checkpoint) == (None, None)
    assert store.state(OTHER).cursor is None
    assert [record.raw for record in store.events(KEY)] == ["2", "{}"]
    assert [one.after.raw for one in store.changes("crm", limit=9) if one.after] == ["2"]
    assert [one.after.raw for one in store.changes("crm", limit=9, key=KEY) if one.after] == ["2"]
    assert len(store.changes("new", limit=9)) == 4
    assert [one.after.id for one in store.changes("new", limit=9, key=OTHER) if one.after] == ["b"]


def see_how_it_goes_on(store: Store) -> None:
    """What is committed next comes behind what every consumer has read."""
    heir = Worker(store, lease=take(store, str(KEY), "heir", now=1000.0))
    heir.sync(added(single("d")))
    assert [one.after.id for one in store.changes("crm", limit=9) if one.after] == ["a", "d"]
    assert [one.after.id for one in store.changes("crm", limit=9, key=KEY) if one.after] == [
        "a",
        "d",
    ]
