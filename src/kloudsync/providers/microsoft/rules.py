"""What is inferred of Graph, and can be chosen otherwise."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from attrs import field, frozen
from attrs.validators import and_, ge, le

from kloudsync.errors import UsageError
from kloudsync.providers.microsoft.reading import MICROSOFT
from kloudsync.recurrence import Reading

LONGEST_WINDOW: Final = timedelta(days=1825)
"""What a view of a calendar may span; more is refused with `ErrorInvalidRequest`."""

LARGEST_PAGE: Final = 999
"""More than this is refused by other listings of Outlook; the ceiling of events is not documented."""


class Following(StrEnum):
    """Which of Graph's two feeds tells what changed."""

    VIEW = "calendarView/delta"
    """What changes within a window; documented in v1.0."""
    EVENTS = "events/delta"
    """What changes of single events and series; documented in beta only."""


@frozen(kw_only=True)
class Rules:
    """How a calendar at Microsoft is read.

    Attributes:
        following: Which feed tells what changed.
        back: How far into the past the window of the feed reaches.
        ahead: How far into the future it reaches. The feed keeps its window for good; what lies
            outside is told by id alone, and asked for.
        renew: So long before the window's end the next run lists in full, with a later window.
        page_size: How many rows to ask for at once.
        reads_zone: Whether the mailbox's zone is asked for (permission `MailboxSettings.Read`),
            in which a series recurs that names no zone. Where that is not allowed, UTC is taken.
        asks_removed: Whether it is asked where events are that the feed leaves out, since it
            leaves out what lies outside of the window, and what is in another calendar by now,
            too. If not, they are taken for deleted.
        surveys: Whether the occurrences of a series are listed and compared with its pattern, where
            the service does not say which it leaves out: five years of them, up to the end of the
            window. If not, deleted occurrences stay.
        most_listings: How often a listing is read again that changed while it was read.
        reading: Whose reading of rules counts.

    Raises:
        UsageError: The window is longer than the service allows, or ends before it is renewed.
    """

    following: Following = Following.VIEW
    back: timedelta = timedelta(days=30)
    ahead: timedelta = timedelta(days=365)
    renew: timedelta = timedelta(days=90)
    page_size: int = field(default=100, validator=and_(ge(1), le(LARGEST_PAGE)))
    reads_zone: bool = True
    asks_removed: bool = True
    surveys: bool = True
    most_listings: int = field(default=3, validator=ge(1))
    reading: Reading = MICROSOFT

    def __attrs_post_init__(self) -> None:
        """Refuse a window that could not be followed."""
        if not timedelta() < self.renew < self.ahead:
            raise UsageError(
                f"a window that reaches {self.ahead} ahead cannot be renewed {self.renew} before "
                "it ends; give a shorter `renew`"
            )
        if self.back < timedelta() or self.back + self.ahead > LONGEST_WINDOW:
            raise UsageError(
                f"the window from {self.back} back to {self.ahead} ahead is not within "
                f"{LONGEST_WINDOW.days} days"
            )
