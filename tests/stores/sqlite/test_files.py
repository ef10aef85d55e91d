"""Where the files of a store are, and who may use them."""

from __future__ import annotations

import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from kloudsync.errors import StoreCorrupt, StoreError
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import Worker, take

posix = pytest.mark.skipif(os.name != "posix", reason="modes and links are POSIX's")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the store is."""
    return tmp_path / "calendars.db"


@pytest.fixture(autouse=True)
def generous() -> object:
    """Let whatever is created be for all."""
    before = os.umask(0)
    yield
    os.umask(before)


def leave_empty(path: Path) -> None:
    """Leave an empty file."""
    path.touch(mode=0o644)


def leave_store(path: Path) -> None:
    """Leave a store that others may use."""
    SQLiteStore(path).close()
    path.chmod(0o666)


def leave_companions(path: Path) -> None:
    """Leave a store whose program died, and a copy of its journal that others may read."""
    leave_store(path)
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").touch(mode=0o644)


def leave_link(path: Path) -> None:
    """Leave a link to a store that others may use."""
    leave_store(path.with_name("target.db"))
    path.symlink_to("target.db")


def leave_dangling_link(path: Path) -> None:
    """Leave a link that leads nowhere."""
    path.symlink_to("target.db")


@posix
@pytest.mark.parametrize(
    "leave", [leave_empty, leave_store, leave_companions, leave_link, leave_dangling_link]
)
def test_whatever_was_there_others_are_shut_out(path: Path, leave: Callable[[Path], None]) -> None:
    """The file that is opened and its companions are for their owner alone."""
    leave(path)
    with SQLiteStore(path) as store:
        Worker(store).sync(added(single("a")))
        files = [file for file in path.parent.iterdir() if not file.is_symlink()]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
        assert len(files) == 3


def leave_text(path: Path) -> None:
    """Leave a text, as long as a list of accounts is."""
    path.write_text("root:x:0:0:root:/root:/bin/bash\n" * 99)


def leave_database(path: Path) -> None:
    """Leave a database of another program."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (a)")
        other.commit()


@posix
@pytest.mark.parametrize("leave", [leave_text, leave_database])
def test_what_is_no_store_stays_as_it_was(path: Path, leave: Callable[[Path], None]) -> None:
    """A path that was mistaken for another one may be one that everybody has to read."""
    leave(path)
    path.chmod(0o644)
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match="path of a kloudsync store"):
        SQLiteStore(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


@posix
def test_a_journal_that_is_a_link_is_refused(path: Path, tmp_path: Path) -> None:
    """SQLite would write events to where it leads."""
    Path(f"{path}-wal").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="is a link"):
        SQLiteStore(path)
    assert not (tmp_path / "elsewhere").exists()


@posix
def test_a_mode_that_cannot_be_changed_is_refused(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of somebody else, that others may read, is left alone."""
    leave_store(path)

    def refuse(self: Path, mode: int) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", refuse)
    with pytest.raises(StoreError, match=r"mode 0666.*Operation not permitted"):
        SQLiteStore(path)


def test_a_store_stays_where_it_was_opened(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A relative path is meant as of then, wherever the process goes."""
    elsewhere = path.parent / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(path.parent)
    with SQLiteStore(path.name) as store:
        monkeypatch.chdir(elsewhere)
        worker = Worker(store)
        worker.sync(added(single("a")))
        assert worker.ids() == ["a"]
    assert list(elsewhere.iterdir()) == []


@posix
def test_a_link_that_is_turned_elsewhere_changes_nothing(path: Path) -> None:
    """The store goes on with the file that it opened."""
    leave_link(path)
    with SQLiteStore(path) as store:
        worker = Worker(store)
        path.unlink()
        path.symlink_to("other.db")
        worker.sync(added(single("a")))
        assert worker.ids() == ["a"]
    assert not path.exists()


def replace(path: Path) -> None:
    """Put another store in the place of one."""
    with SQLiteStore(path.with_name("other.db")) as other:
        Worker(other).sync(added(single("theirs")))
    path.with_name("other.db").replace(path)


@posix
@pytest.mark.parametrize("change", [replace, Path.unlink])
def test_a_file_that_is_replaced_is_not_written_to(
    path: Path, change: Callable[[Path], object]
) -> None:
    """Half of a copy in one file and half in another would be none; the program has to open it again."""
    with SQLiteStore(path) as store:
        worker = Worker(store)
        worker.sync(added(single("a")))
        change(path)
        for use in (worker.begin, worker.ids, lambda: take(store, "another")):
            with pytest.raises(StoreError, match="open the store again"):
                use()
