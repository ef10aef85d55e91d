from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from kloudsync.model.channel import Grant
from kloudsync.push.ports import PushStore
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.channels import ChannelContract, message, pending


class TestMemoryChannels(ChannelContract):
    """The store in memory keeps the contract."""

    @pytest.fixture
    def store(self) -> PushStore:
        """Return an empty store."""
        return MemoryStore()


class TestSQLiteChannels(ChannelContract):
    """The store in a file keeps the contract."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[PushStore]:
        """Return an empty store."""
        with SQLiteStore(tmp_path / "calendars.db") as store:
            yield store


def test_channels_survive(tmp_path: Path) -> None:
    """Channels and due topics are there after opening again."""
    path = tmp_path / "calendars.db"
    with SQLiteStore(path) as store:
        store.open_channel(pending())
        store.confirm_channel("c", Grant(resource="r"), now=11.0)
        store.receive(message(4), now=12.0)
        before = store.channels("google", "owner"), store.standings("google", "owner")
    with SQLiteStore(path) as store:
        assert (store.channels("google", "owner"), store.standings("google", "owner")) == before


def test_one_message_received_at_once(tmp_path: Path) -> None:
    """Of several receivers of one message, one finds it new."""
    path = tmp_path / "calendars.db"
    stores = [SQLiteStore(path) for _ in range(4)]
    stores[0].open_channel(pending())
    barrier, found = Barrier(len(stores)), list[bool]()

    def receive(store: SQLiteStore) -> None:
        barrier.wait()
        found.append(store.receive(message(4), now=12.0))

    threads = [Thread(target=receive, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [False, False, False, True]
    assert [one.marks for one in stores[0].standings("google", "owner")] == [1]
    for store in stores:
        store.close()
