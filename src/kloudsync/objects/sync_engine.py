"""The object that most programs hold: a calendar kept in step with its store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kloudsync.objects.calendar_copy import AsyncCalendarCopy, CalendarCopy
from kloudsync.objects.kept_copy import KeptCopy
from kloudsync.runtime.colour import Awaits, Blocks

if TYPE_CHECKING:
    from kloudsync.model.change import Change  # noqa: F401 - named below, within quotes
    from kloudsync.model.event import Held  # noqa: F401 - the same


class SyncEngine(KeptCopy[Blocks, "Held", "Change"], CalendarCopy):
    """Keeps a store in step with a calendar, and answers questions about it.

    ```python
    with Google(token=…) as google, SQLiteStore("calendars.db") as store:
        engine = SyncEngine(google.calendar("primary"), store)
        report = engine.sync()
    ```

    May be shared between threads; runs for one calendar exclude each other.
    """


class AsyncSyncEngine(KeptCopy[Awaits, "Held", "Change"], AsyncCalendarCopy):
    """Keeps a store in step with a calendar from within an event loop.

    The twin of `SyncEngine`: what that returns, this one's coroutines do, and what that iterates
    over is taken with `async for`, or awaited as a list. Stores are called in worker threads.
    """
