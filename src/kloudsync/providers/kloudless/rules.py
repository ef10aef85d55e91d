"""What is inferred of Kloudless rather than documented, and can therefore be set otherwise."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen
from attrs.validators import ge, gt

from kloudsync.providers.kloudless.place import Phase
from kloudsync.recurrence import Reading


@frozen(kw_only=True)
class Rules:
    """How a calendar is synced through Kloudless.

    Documented is that at most 10,000 records of the last 24 hours are kept, but not what an
    older cursor is answered with. It may well be an incomplete list without a word, so that
    the whole calendar is read again before that can happen.

    Attributes:
        oldest_cursor: A cursor older than this is not used any more. Below the documented 24
            hours, since a pass takes time itself.
        most_records: As many records in one go count as a stream that has lost its beginning.
            Below the documented 10,000, since more may be dropped while it is read.
        reading: Whose reading of recurrence lines counts. Events come as the account's own
            service holds them. Where None, each full pass asks the account which that is, and
            the copy keeps the answer: Google's reading for `google_calendar`, iCalendar's for
            all others. One that is given is asked for nowhere; another one is another copy.
        page_size: How many objects to ask for at once; the service's own size where None. The
            largest size is not documented.
        subscription: The id of the subscription to use; None takes the account's own that
            watches the calendar.
        creates_subscription: Whether one is created where there is none. It needs no consent,
            but the service keeps one per account by default.
        checks_subscription: Whether each run begins by asking whether the subscription is
            still the same and active. Costs a request; without it a subscription that was
            switched off looks like a calendar in which nothing happens.
        trusts_last_cursor: Whether the subscription's `last_cursor` is a place in its activity.
            Inferred, and doubtful: where False, the newest cursor is found by reading the
            activity to its end.
        reads_calendar: Whether the calendar itself is read first, for its zone and for the id
            that `primary` stands for. Without the id, activity of other calendars that the
            same subscription watches is told apart only where events were listed before.
        oldest_calendar: What was read of the calendar itself is read again by the next run once
            it is older than this: activity does not tell that its zone has changed. Costs a
            request each time; nothing at all reads it in every run.
        most_listings: How often a listing of several pages is read in one pass at most, where it
            may have shifted between two of them: its total changed, or something was deleted
            meanwhile. Whether pages shift is not documented; 1 trusts that they do not.
        shifted_by_updates: Whether an update makes a listing suspect, too, as where it is ordered
            by what updates change. The order is not documented.
        list_parameters: Query parameters to list events with, beside the page.
        margin: How much more than a window to ask for on either side. The edges of ranges are
            not documented. At least half a day, for days that begin elsewhere.
    """

    oldest_cursor: timedelta = field(default=timedelta(hours=20), validator=gt(timedelta()))
    most_records: int = field(default=9_500, validator=ge(1))
    reading: Reading | None = None
    page_size: int | None = 100
    subscription: str | None = None
    creates_subscription: bool = True
    checks_subscription: bool = True
    trusts_last_cursor: bool = False
    reads_calendar: bool = True
    oldest_calendar: timedelta = field(default=timedelta(hours=6), validator=ge(timedelta()))
    most_listings: int = field(default=3, validator=ge(1))
    shifted_by_updates: bool = False
    list_parameters: tuple[tuple[str, str], ...] = ()
    margin: timedelta = field(default=timedelta(days=1), validator=ge(timedelta(hours=12)))

    @property
    def first(self) -> Phase:
        """What is asked first of the calendar itself."""
        return Phase.CALENDAR if self.reads_calendar else Phase.WATCH
