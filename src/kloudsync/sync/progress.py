"""What a run tells while it works: to progress bars, metrics and traces."""

from __future__ import annotations

from typing import TypeAlias

from attrs import frozen

from kloudsync.http.setting import Attempt
from kloudsync.model.calendar import CalendarKey
from kloudsync.sync.report import SyncReport


@frozen(kw_only=True)
class PassStarted:
    """A pass begins, or goes on after a crash.

    Attributes:
        calendar: The calendar.
        full: Whether the whole calendar is listed.
        reason: Why a full pass is needed, or None.
        resumed: Whether earlier pages are staged already.
    """

    calendar: CalendarKey
    full: bool
    reason: str | None
    resumed: bool


@frozen(kw_only=True)
class PageStaged:
    """A page was read and staged.

    Attributes:
        calendar: The calendar.
        pages: How many pages the pass has staged so far.
        events: How many events this run has received so far.
        total: How many the pass will receive, or None where the service does not say.
    """

    calendar: CalendarKey
    pages: int
    events: int
    total: int | None


@frozen(kw_only=True)
class TryMade:
    """A request was sent; `attempt.wait` is set where another follows.

    Attributes:
        calendar: The calendar.
        attempt: What became of it.
    """

    calendar: CalendarKey
    attempt: Attempt


@frozen(kw_only=True)
class CursorDropped:
    """The service refused the cursor; a full pass follows.

    Attributes:
        calendar: The calendar.
        reason: What the service said.
    """

    calendar: CalendarKey
    reason: str


@frozen(kw_only=True)
class RunFinished:
    """The run has come to its end.

    Attributes:
        calendar: The calendar.
        report: What it did.
    """

    calendar: CalendarKey
    report: SyncReport


@frozen(kw_only=True)
class RunFailed:
    """The run ended in an error, which its caller receives after the lease is released.

    A run that finds the lease taken has not begun, and tells nothing.

    Attributes:
        calendar: The calendar.
        error: What ended it; a cancelled task and an interrupt among them.
    """

    calendar: CalendarKey
    error: BaseException


Progress: TypeAlias = PassStarted | PageStaged | TryMade | CursorDropped | RunFinished | RunFailed
