"""What Microsoft's calendar is seen or believed to do, although no current page of it says so."""

from enum import Enum


class Habit(Enum):
    """One habit of the service; the value says what it is, and how well it is known."""

    MASTER_RESENT = (
        "a change of one occurrence re-sends the master and what is left of the series in the"
        " window (seen in 2019); without it a deleted occurrence is told by nothing"
    )
    OUTSIDE_REMOVED = (
        "what changes outside a delta's window is told as `@removed` (documented, seen by many)"
    )
    OCCURRENCES_REMOVED = (
        "a deleted series is followed by `@removed` of its occurrences in the window (seen by 1)"
    )
    REMOVED_AT_FIRST = "the first round holds `@removed` of what was deleted before (documented)"
    REPLAYS = "a round repeats what the round before it told (documented)"
    EMPTY_PAGES = "a delta begins with a page that holds nothing (documented)"
    FAMILIES_TOGETHER = "a page of a delta never divides a series (seen by 1)"
    MOVED_AS_CHANGED = (
        "what moved to another calendar is removed with the reason `changed` (inferred)"
    )
    RESYNC_REQUIRED = "dead tokens are refused as `resyncRequired`, with a Location (documented)"
    TOKENS_NOT_FOUND = "dead tokens are refused with 404 instead of 410 (seen by 1)"
    ITEM_DELTA_NEEDS_START = "`events/delta` wants a startDateTime (seen in 2026)"
    BARE_ITEM_DELTA = (
        "rows of `events/delta` are id, type, start and end (documented for beta; 1 saw them whole)"
    )
    EXCEPTIONS_IN_ITEM_DELTA = "`events/delta` has rows of exceptions (seen by 1)"
    FAMILIES_WITHHELD = (
        "`cancelledOccurrences` and `exceptionOccurrences` are not served (the page of v1.0 lost"
        " them in 2021, the metadata of 2026 has them)"
    )
    NO_ORIGINAL_START = "`instances` leaves `originalStart` out (seen in 2020)"
    CALENDAR_PATHS_ONLY = (
        "an event of another calendar than the default is found by its calendar's path alone"
        " (seen by 1, of shared calendars)"
    )
    NULL_UIDS = "every second event has no iCalUId (seen by 1)"
    OLD_IDS = "ids hold `/` and `+` (old forms)"
    CUSTOM_ZONES = "invitations from outside recur in `tzone://Microsoft/Custom` (seen by many)"
    LATE_JOIN_URL = "the joinUrl of a meeting is missing in the answer that creates it (seen)"
    DECLINED_STAY = "a declined meeting stays, free and declined, instead of going (seen)"
    REPEATS_CONFLICT = (
        "a POST with a transactionId that was used is refused with 409 instead of answered with"
        " the first event (either is documented)"
    )
    BATCH_OVERFLOWS = (
        "of the parts of a batch that concern one mailbox all but four are throttled (seen)"
    )
    WATCH_MAIN_ONLY = (
        "subscriptions to other calendars than the default are refused (only that is documented;"
        " the others are seen to work)"
    )
    NOISY_NOTIFICATIONS = "one change is notified twice (seen by many)"
    FRACTIONAL_WAITS = "Retry-After has a fraction (seen by 1)"
    SMALL_CODES = "codes of errors begin with a small letter (seen)"


USUAL = frozenset(
    (
        Habit.MASTER_RESENT,
        Habit.OUTSIDE_REMOVED,
        Habit.FAMILIES_TOGETHER,
        Habit.ITEM_DELTA_NEEDS_START,
        Habit.BARE_ITEM_DELTA,
    )
)
"""What a fake does unless it is told otherwise."""
