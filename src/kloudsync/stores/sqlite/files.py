"""The files of a store: where they are, whose they are, and whether they are still the same."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from kloudsync.errors import StoreCorrupt, StoreError

MEMORY = ":memory:"
SMALLEST = 512
COMPANIONS = ("-wal", "-shm", "-journal")

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def place_of(path: str | Path) -> str:
    """Return where a store is, links followed, wherever the process goes later."""
    place = os.fspath(path)
    return place if place == MEMORY else os.path.realpath(place)


def make_ready(place: str) -> None:
    """Create a missing file, for its owner alone, and refuse what must not even be opened.

    Raises:
        StoreCorrupt: The file is too short for a database.
        StoreError: It cannot be created, or others could redirect what is written beside it.
    """
    _create(place)
    for companion in COMPANIONS:
        if os.path.islink(f"{place}{companion}"):  # noqa: PTH114 - a path as SQLite makes it
            raise StoreError(f"{place}{companion} is a link, which SQLite would follow; remove it")


def make_private(place: str) -> None:
    """Let nobody but its owner use a store's file, or what lies beside it.

    SQLite gives its companions the mode of the file; those left by somebody else keep theirs. A
    file of another program keeps its mode: it has to be known for a store before.

    Raises:
        StoreError: Others could read or replace it.
    """
    for file in ("", *COMPANIONS):
        _shut(f"{place}{file}")


def identity(place: str) -> tuple[int, int]:
    """Return what tells a file from one that takes its place.

    Raises:
        StoreError: It is gone.
    """
    try:
        found = os.stat(place)  # noqa: PTH116 - before each write
    except OSError as error:
        raise StoreError(f"{place} is gone ({error.strerror}); open the store again") from error
    return found.st_dev, found.st_ino


def _create(place: str) -> None:
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        _refuse_scrap(Path(place))
    except OSError as error:
        raise StoreError(f"{place} cannot be created: {error.strerror}") from error


def _refuse_scrap(path: Path) -> None:
    """Refuse a file too short for a database, which SQLite would take for an empty one and overwrite."""
    if path.is_file() and 0 < path.stat().st_size < SMALLEST:
        raise StoreCorrupt(f"{path} is not a database; give the path of a kloudsync store")


def _shut(place: str) -> None:
    """Take from others what they may do with a file.

    It is never opened for that: to close it would drop every lock that this process has on it.
    """
    path = Path(place)
    if os.name != "posix" or not path.is_file():
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if not mode & _OTHERS:
        return
    try:
        path.chmod(mode & ~_OTHERS)
    except OSError as error:
        raise StoreError(
            f"others may use {place} (mode {mode:04o}), and that cannot be changed "
            f"({error.strerror}); a store belongs to its owner alone"
        ) from error
