"""Keep a calendar in a SQLite file, and see what each sync did.

Runs against a fake Google that it starts itself. For a real account, set
KLOUDSYNC_GOOGLE_TOKEN and write `Google()` where `Google(TOKEN, base_url=url)` stands.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from kloudsync import Google, SyncEngine
from kloudsync.events import SingleEvent
from kloudsync.runs import SyncReport
from kloudsync.stores import SQLiteStore
from kloudsync.testing import FakeGoogle, populate

TOKEN = "any-token"


def show(report: SyncReport) -> None:
    """Print a report in one line."""
    kind = f"full pass ({report.resync_reason})" if report.full else "delta"
    print(f"{kind}: {report}; requests: {report.requests}")


def main() -> None:
    """Sync twice, edit in between, and open the file again."""
    fake = FakeGoogle()
    populate(fake.calendar(), events=200)
    with TemporaryDirectory() as folder, fake.serve() as url:
        file = Path(folder) / "calendars.db"

        with Google(TOKEN, base_url=url) as google, SQLiteStore(file) as store:
            engine = SyncEngine(google.calendar("primary"), store)
            show(engine.sync())
            first = next(event for event in engine.events() if isinstance(event, SingleEvent))
            fake.calendar().edit(first.id, summary="Renamed by somebody else")
            show(engine.sync())

        with Google(TOKEN, base_url=url) as google, SQLiteStore(file) as store:
            engine = SyncEngine(google.calendar("primary"), store)
            print(f"{sum(1 for _ in engine.events())} events held, read from the file alone")


if __name__ == "__main__":
    main()
