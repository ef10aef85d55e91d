"""The SQLite store."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from kloudsync.stores.sql.copying import Copies
from kloudsync.stores.sql.unit import Roles, Units
from kloudsync.stores.sqlite.database import SQLiteDatabase


class SQLiteStore(Units, Copies, Roles):
    """A store in one SQLite file, for any number of threads and processes of one machine.

    The file is created for its owner alone (mode 0600). Commits survive the end of the
    process whatever ends it, and a power failure; one in the middle of a pass may make it
    start again.

    ```python
    with SQLiteStore("calendars.db") as store:
        SyncEngine(google.calendar("primary"), store).sync()
    ```

    Args:
        path: Where the file is or shall be; `":memory:"` keeps everything in memory.
        timeout: How many seconds to wait while another program writes.

    Raises:
        StoreCorrupt: The file is no kloudsync store.
        StoreTooNew: A newer kloudsync wrote the file.
        StoreBusy: Another program kept it locked.
        StoreError: It cannot be opened or created.
    """

    def __init__(self, path: str | Path, *, timeout: float = 5.0) -> None:
        self._database = SQLiteDatabase(path, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; iterators that are not finished keep their snapshot until they are."""
        self._database.close()
