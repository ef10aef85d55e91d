"""React to every change once, though it may be delivered twice: a small CRM that mirrors meetings into its own table.

The CRM writes its table and remembers the feed's position in one transaction of its own, and
acknowledges afterwards. If it dies in between, changes come again, and it knows them by position.

Runs against a fake Google that it starts itself. For a real account, set
KLOUDSYNC_GOOGLE_TOKEN and write `Google()` where `Google(TOKEN, base_url=url)` stands.
"""

import sqlite3
from contextlib import closing
from datetime import timedelta

from kloudsync import Google, SyncEngine
from kloudsync.changes import Added, Change, Deleted, SeriesSplit, SeriesTruncated, Updated
from kloudsync.events import CancelledOccurrence, Held
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle

TOKEN = "any-token"
CONSUMER = "crm"


class CRM:
    """What a program of yours might be: a database of meetings and of notes to people."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.executescript(
            "CREATE TABLE meeting (id TEXT PRIMARY KEY, title TEXT, contacts TEXT);"
            "CREATE TABLE seen (position INTEGER PRIMARY KEY);"
        )

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def apply(self, change: Change) -> None:
        """Take a change in, once, whatever happens."""
        with self.database:  # one transaction: the change and the note that it was seen
            if self._is_new(change):
                self._react(change)

    def _is_new(self, change: Change) -> bool:
        statement = "INSERT OR IGNORE INTO seen VALUES (?)"
        return self.database.execute(statement, (change.position,)).rowcount == 1

    def _react(self, change: Change) -> None:
        match change:
            case Added():
                self._keep(change.event)
            case Updated():
                self._keep(change.after)
            case Deleted():
                self.database.execute("DELETE FROM meeting WHERE id = ?", (change.id,))
                print("  gone:", change.id[:6])
            case SeriesSplit():
                print(f"  {change.old[:6]} goes on as {change.new[:6]} from {change.at:%d %b} on")
            case SeriesTruncated():
                print(f"  {change.series[:6]} ends before {change.at:%d %b}")

    def _keep(self, event: Held) -> None:
        if isinstance(event, CancelledOccurrence):
            # It may have been an edited occurrence before, with a row of its own.
            self.database.execute("DELETE FROM meeting WHERE id = ?", (event.id,))
            print(f"  cancelled: {event.original_start:%d %b}")
            return
        contacts = ", ".join(one.email or "" for one in event.attendees or () if not one.is_self)
        row = (event.id, event.title, contacts)
        self.database.execute("INSERT OR REPLACE INTO meeting VALUES (?, ?, ?)", row)
        print(f"  {event.title} with {contacts or 'nobody'}")


def catch_up(engine: SyncEngine, crm: CRM) -> None:
    """Bring the copy in step, and hand every change on."""
    report = engine.sync()
    print(f"{'full pass' if report.full else 'delta'}:")
    for change in engine.changes(CONSUMER):
        crm.apply(change)
        engine.acknowledge(CONSUMER, change)


def main() -> None:
    """Play a week of a calendar."""
    fake = FakeGoogle()
    calendar, now = fake.calendar(), fake.clock.now()
    hour = timedelta(hours=1)
    weekly = calendar.create(
        "Pipeline review",
        now,
        now + hour,
        recurrence=["RRULE:FREQ=WEEKLY;COUNT=10"],
        attendees=["prospect@example.org"],
    )
    demo = calendar.create("Demo", now + hour, now + 2 * hour, attendees=["buyer@example.org"])

    with fake.serve() as url, Google(TOKEN, base_url=url) as google, closing(CRM()) as crm:
        engine = SyncEngine(google.calendar("primary"), MemoryStore())
        catch_up(engine, crm)

        calendar.cancel_occurrence(weekly, now + timedelta(weeks=1))
        calendar.edit_following(weekly, now + timedelta(weeks=4), start=now + timedelta(days=29))
        catch_up(engine, crm)

        calendar.delete(demo)
        fake.expire_sync_tokens()  # the deletion is not lost
        catch_up(engine, crm)


if __name__ == "__main__":
    main()
