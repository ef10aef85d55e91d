"""What is left in files and tables of somebody who asked to be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cases import expect_right, programs

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Topic
from kloudsync.model.writes import LedgerEntry
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import Worker, read_all, take

MINE = CalendarKey("google", "erased-account", "erased-calendar")
THEIRS = CalendarKey("google", "kept-account", "kept-calendar")


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MemoryStore | SQLiteStore]:
    """Return each store in turn."""
    made = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "calendars.db")
    with made as store:
        yield store


def fill(store: MemoryStore | SQLiteStore, key: CalendarKey) -> Worker:
    """Let a store know of a calendar whatever it can."""
    worker = Worker(store, key)
    worker.sync(*(added(single(f"{number}", raw="ERASE-ME " * 50)) for number in range(200)))
    read_all(store, f"consumer of {key}", key)
    topic = Topic(key, "events")
    store.open_channel(
        Channel(
            id=f"channel of {key}",
            topic=topic,
            address="https://hooks.example.com/",
            token_hash="0",
            opened_at=0.0,
            expires_at=10.0,
        )
    )
    store.mark(topic, now=1.0)
    lease = take(store, "mirror:sink")
    entry = LedgerEntry(key="k", uid="u", start=0, end=1, digest=None, stamp=0.0, cancelled=False)
    store.enter(f"mirror:sink:{key}", lease, [entry])
    store.release(lease)
    return worker


@pytest.mark.parametrize("whole_account", [False, True])
def test_nothing_is_left_but_of_others(
    store: MemoryStore | SQLiteStore, whole_account: bool
) -> None:
    """Channels, marks, ledgers, leases and readers of a calendar go with it."""
    workers = [fill(store, key) for key in (MINE, THEIRS)]
    if whole_account:
        store.forget_account(MINE.provider, MINE.account)
    else:
        store.forget(MINE, workers[0].lease)
    for key, left in ((MINE, 0), (THEIRS, 1)):
        owner = (key.provider, key.account)
        assert len(store.channels(*owner)) == len(store.standings(*owner)) == left
        assert len(store.ledger(f"mirror:sink:{key}")) == left
    assert store.mirrors() == [f"mirror:sink:{THEIRS}"]
    assert [one.key for one in store.consumers()] == [THEIRS]
    assert store.acquire(str(MINE), "anybody", ttl=1.0, now=0.0) is not None


def test_no_byte_is_left(tmp_path: Path) -> None:
    """Neither the file nor its journal holds what was forgotten, while the store is still open."""
    path = tmp_path / "calendars.db"
    with SQLiteStore(path) as store:
        worker = fill(store, MINE)
        assert found(tmp_path, b"ERASE-ME")
        store.forget(MINE, worker.lease)
        store.forget_account(MINE.provider, MINE.account)
        for word in (b"ERASE-ME", b"erased-account", b"erased-calendar"):
            assert not found(tmp_path, word)


def found(folder: Path, word: bytes) -> bool:
    """Tell whether any file of a folder holds some bytes."""
    return any(word in file.read_bytes() for file in folder.iterdir())


@pytest.mark.parametrize("program", programs("security/erasure"))
def test_what_was_found_stays_mended(program: Path) -> None:
    """A program that found text and names in the files finds them there no more."""
    expect_right(program)
