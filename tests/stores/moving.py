"""A store that has lived, and what has to be true once it is copied to another one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

import httpx

from kloudsync import Google, SyncEngine
from kloudsync.testing import FakeGoogle, ManualClock

if TYPE_CHECKING:
    from kloudsync.stores import PostgresStore, SQLiteStore

    SqlStore: TypeAlias = PostgresStore | SQLiteStore


class Lived:
    """A calendar with a divided series, of whose changes one reader has met some and another all."""

    def __init__(self, store: SqlStore) -> None:
        self.clock = ManualClock()
        self.fake = FakeGoogle(clock=self.clock)
        self.calendar = self.fake.calendar()
        self.http = httpx.Client(transport=self.fake.transport())
        self.start = self.clock.now()
        hour = timedelta(hours=1)
        engine = self.engine(store)
        for number in range(3):
            self.calendar.create(f"Review {number}", self.start, self.start + hour)
        self.series = self.calendar.create(
            "Stand-up", self.start, self.start + hour, recurrence=["RRULE:FREQ=DAILY;COUNT=9"]
        )
        engine.sync()
        self.later = self.calendar.edit_following(
            self.series, self.start + timedelta(days=4), summary="Later"
        )
        engine.sync()
        read = list(engine.changes("crm"))
        engine.acknowledge("crm", read[1])
        self.left = read[2:]
        token = store.changes("audit", limit=100)[-1].token
        assert token is not None
        store.acknowledge("audit", token)

    def engine(self, store: SqlStore) -> SyncEngine:
        """Return an engine on a store, with a client of its own."""
        google = Google("any-token", http_client=self.http, clock=self.clock)
        return SyncEngine(google.calendar(), store)

    def goes_on(self, store: SqlStore) -> None:
        """See that readers, cursor, lineage and numbers go on in a copy as they would have."""
        engine = self.engine(store)
        assert list(engine.changes("crm")) == self.left
        assert store.changes("audit", limit=100) == []
        assert engine.lineage(self.later) == [self.series, self.later]
        self.calendar.create("Retrospective", self.start, self.start + timedelta(hours=1))
        report = engine.sync()
        assert (report.full, report.added, report.deleted) == (False, 1, 0)
        (told,) = store.changes("audit", limit=100)
        assert told.position > self.left[-1].position
        engine.sync(full=True)
        assert [entry.token for entry in store.changes("audit", limit=100)] == [told.token]


def rows(store: SqlStore) -> dict[str, list[str]]:
    """Return what each table holds, in an order of its own."""
    with store._database.reading() as session:
        return {
            table: sorted(
                repr(row)
                for row in session.all(f"SELECT {', '.join(sorted(columns))} FROM {table}")  # noqa: S608 - names of the schema
            )
            for table, columns in session.tables().items()
        }
