"""The PostgreSQL store."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from psycopg_pool import ConnectionPool

from kloudsync.stores.postgres.database import Clock, PostgresDatabase
from kloudsync.stores.sql.copying import Copies
from kloudsync.stores.sql.unit import Roles, Units


class PostgresStore(Units, Copies, Roles):
    """A store in a PostgreSQL database, for workers on any number of machines.

    Everything lives in one schema of its own, which is created if it is not there.
    Each transaction borrows one of a few connections that are kept open; connections
    that broke are replaced. A process that was forked makes connections of its own; an
    iterator belongs to the process that began it. Needs the extra `postgres`.

    ```python
    with PostgresStore("postgresql://calendars@db.example.com/calendars") as store:
        SyncEngine(google.calendar("primary"), store).sync()
    ```

    Args:
        conninfo: What libpq takes: a URL, or words such as `host=… dbname=…`. Or a pool of
            psycopg_pool's, which is shared with whoever else uses it, and stays open.
        schema: The schema, of at most 63 bytes; several stores may share one database.
        timeout: How many seconds to wait for a row that another worker has locked.
        migrate: Whether to create or update the schema where it is not up to date. A role that may
            read and write rows alone opens a schema that is.
        prepare_threshold: After how many times a statement is prepared at the server, as psycopg
            has it, unless a pool is given; None for never, since a pooler that lends connections for one transaction
            may hand a prepared name to another client.
        clock: Whose clock leases go by: the server's, so that a worker whose own is wrong takes
            nobody's lease, or the workers' own, for tests that set the time.

    Raises:
        UsageError: The connection string cannot be read, or no schema, timeout or clock can be so.
        StoreCorrupt: The schema holds tables of another program.
        StoreTooNew: A newer kloudsync made the schema.
        StoreError: The database cannot be reached, or the schema is not up to date and must not
            be migrated.
    """

    def __init__(
        self,
        conninfo: str | ConnectionPool,
        *,
        schema: str = "kloudsync",
        timeout: float = 5.0,
        migrate: bool = True,
        prepare_threshold: int | None = None,
        clock: Clock = "server",
    ) -> None:
        self._database = PostgresDatabase(
            conninfo,
            schema=schema,
            timeout=timeout,
            migrate=migrate,
            prepare_threshold=prepare_threshold,
            clock=clock,
        )

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
        """Close the connections; iterators that are not finished keep theirs until they are."""
        self._database.close()
