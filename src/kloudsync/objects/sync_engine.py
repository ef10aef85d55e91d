"""The object that most programs hold: a calendar kept in step with its store."""

from __future__ import annotations

from kloudsync import objects  # noqa: F401 - named below, within quotes
from kloudsync.objects.calendar_copy import AsyncCalendarCopy, CalendarCopy
from kloudsync.objects.kept_copy import KeptCopy
from kloudsync.runtime.colour import Awaits, Blocks


class SyncEngine(KeptCopy[Blocks, "objects.Held", "objects.Change"], CalendarCopy):
    """Keeps a store in step with a calendar, and answers questions about it.

    ```python
    with Google(token=…) as google, SQLiteStore("calendars.db") as store:
        engine = SyncEngine(google.calendar("primary"), store)
        report = engine.sync()
    ```

    May be shared between threads; runs for one calendar exclude each other.
    """


class AsyncSyncEngine(KeptCopy[Awaits, "objects.Held", "objects.Change"], AsyncCalendarCopy):
    """Keeps a store in step with a calendar from within an event loop.

    The twin of `SyncEngine`: what that returns, this one's coroutines do, and what that iterates
    over is taken with `async for`, or awaited as a list. Stores are called in worker threads.
    """
