"""What the roles ask of a database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Protocol, TypeAlias, TypeVar

from kloudsync.errors import StoreError
from kloudsync.model.record import StagedRecord
from kloudsync.stores.sql.shelf import Known

T = TypeVar("T")

Row: TypeAlias = tuple[Any, ...]


class Soon(Protocol):
    """The answer to a statement that others may follow before it is there."""

    def touched(self) -> int:
        """Wait for it, and return how many rows the statement touched."""
        ...

    def rows(self) -> list[Row]:
        """Wait for it, and return every row of it."""
        ...


class Session(Protocol):
    """One transaction."""

    known: Known

    @property
    def is_alone(self) -> bool:
        """Whether nobody else writes until the transaction ends, so that what was read of a calendar stays so."""
        ...

    @property
    def locking(self) -> str:
        """What ends a query for rows that nobody else may change meanwhile; those that others have are waited for."""
        ...

    @property
    def skip_locked(self) -> str:
        """What ends a query for rows that nobody else may change meanwhile; those that others have are left out."""
        ...

    def all(self, sql: str, *values: Any) -> list[Row]:
        """Return every row of an answer."""
        ...

    def each(self, sql: str, *values: Any) -> Iterable[Row]:
        """Return the rows of an answer, to be gone through at once."""
        ...

    def one(self, sql: str, *values: Any) -> Row | None:
        """Return the first row of an answer, or None."""
        ...

    def stream(self, sql: str, *values: Any) -> Iterator[Row]:
        """Yield the rows of an answer without holding them all."""
        ...

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement and return how many rows it touched."""
        ...

    def soon(self, sql: str, *values: Any) -> Soon:
        """Run a statement whose answer is asked for later, so that it travels with the next one."""
        ...

    def do(self, sql: str, *values: Any) -> None:
        """Run a statement whose answer nobody waits for; what it fails with may come a little later."""
        ...

    def now(self, now: float) -> float:
        """Return the same as `clock` as a number, for what rows are looked for by; may have to be waited for.

        Args:
            now: The caller's time, for databases that have no better one.
        """
        ...

    def clock(self, now: float) -> tuple[str, tuple[float, ...]]:
        """Return what stands for the present in a statement, in seconds since 1970, for leases and whatever is due.

        Args:
            now: The caller's time, for databases that have no better one.

        Returns:
            An expression, and the values that are bound to its places.
        """
        ...

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement once per row of values."""
        ...

    def next_ref(self) -> int:
        """Return a number that no version staged from now on falls below."""
        ...

    def load(self, first: int, calendar: int, born: int, staged: Iterable[StagedRecord]) -> None:
        """Insert a version per record, each in the place of an earlier one with its calendar, id and pass.

        Args:
            first: As `next_ref` said when the pass began.
            calendar: The calendar's number.
            born: The pass.
            staged: The records with their verdicts, in staging order.
        """
        ...

    def bury(self, first: int, calendar: int, born: int, ids: str, *values: Any) -> None:
        """Insert a tombstone for each id that a statement answers with, in the order of ids.

        Args:
            first: As `next_ref` said when the pass began.
            calendar: The calendar's number.
            born: The pass, which has no versions with these ids.
            ids: The statement, whose only column is `id`.
            values: What is bound to its places.
        """
        ...

    def tables(self) -> dict[str, tuple[str, ...]]:
        """Return the columns of each table of the store."""
        ...

    def refill(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        """Insert rows of another database as they are, numbers that are given by themselves included."""
        ...


class Database(Protocol):
    """Where sessions come from."""

    def reading(self) -> AbstractContextManager[Session]:
        """Open a snapshot that sees one state, whatever others commit meanwhile."""
        ...

    def writing(self, *, durable: bool = False) -> AbstractContextManager[Session]:
        """Open a transaction that commits at the end of its block, or leaves no trace.

        Args:
            durable: Whether it has to survive a power failure, and all that was committed before.
        """
        ...

    def iterate(self, work: Callable[[Session], Iterator[T]]) -> Iterator[T]:
        """Yield from a snapshot that stays open for as long as somebody iterates."""
        ...

    def scrub(self) -> None:
        """Let no file hold what was deleted, as far as the database can see to it."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...


class Translating:
    """Raises a database's errors as errors of the store, wherever it is entered.

    A class, since each transaction enters it, and a generator would be made for each.

    Args:
        store_error: Returns the store's error for one that the database, or a value for it, is to blame
            for, and None for any other.
    """

    def __init__(self, store_error: Callable[[BaseException], StoreError | None]) -> None:
        self._store_error = store_error

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Raise the store's error in the place of the database's."""
        found = None if error is None else self._store_error(error)
        if found is None:
            return
        try:
            raise found from error
        finally:
            # Its traceback holds this frame: together they would be left to the collector.
            del found


class Role:
    """A group of store methods over one database."""

    _database: Database
