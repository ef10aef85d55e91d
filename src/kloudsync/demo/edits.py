"""What a person does to the calendar, as the page says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from attrs import frozen

from kloudsync.errors import UsageError
from kloudsync.model.times import Time
from kloudsync.testing.google import FakeCalendar

RULES: Final[Mapping[str, tuple[str, ...]]] = {
    "never": (),
    "daily": ("RRULE:FREQ=DAILY",),
    "weekdays": ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",),
    "weekly": ("RRULE:FREQ=WEEKLY",),
}
"""How often an event can be made to take place, in the page's words."""

SCOPES: Final = ("this", "following")
LONGEST_TITLE: Final = 200
LONGEST: Final = timedelta(days=1)
MOST_DAYS: Final = 31


@frozen(kw_only=True)
class Target:
    """What an edit is about.

    Attributes:
        event: The id of a single event, or of the series that an occurrence belongs to.
        original: Where the rule puts the occurrence; None for a single event.
        following: Whether all later occurrences are meant too.
    """

    event: str
    original: Time | None = None
    following: bool = False

    @classmethod
    def read(cls, event: str, said: Mapping[str, Any], zone: ZoneInfo) -> Target:
        """Read what the page says.

        Raises:
            UsageError: It makes no sense.
        """
        original = said.get("original")
        scope = said.get("scope", "this")
        if scope not in SCOPES:
            raise UsageError(f"scope is one of {', '.join(SCOPES)}, not {scope!r}")
        if scope == "following" and original is None:
            raise UsageError("a single event has none that follow it")
        slot = None if original is None else _moment("original", original, zone)
        return cls(event=event, original=slot, following=scope == "following")


@frozen(kw_only=True)
class Wish:
    """How an event shall be.

    Attributes:
        title: Its title.
        start: When it begins, in the calendar's zone; a day where it takes whole ones.
        end: When it ends, exclusive.
        rule: Its recurrence lines; only new events get some.
    """

    title: str
    start: Time
    end: Time
    rule: tuple[str, ...] = ()

    @classmethod
    def read(cls, said: Mapping[str, Any], zone: ZoneInfo) -> Wish:
        """Read what the page says; times are those of the wall in a zone.

        Raises:
            UsageError: A field is missing, or makes no sense.
        """
        title, repeats = said.get("title"), said.get("repeats", "never")
        if not isinstance(title, str) or not 0 < len(title.strip()) <= LONGEST_TITLE:
            raise UsageError(f"a title has 1 to {LONGEST_TITLE} characters")
        if repeats not in RULES:
            raise UsageError(f"repeats is one of {', '.join(RULES)}, not {repeats!r}")
        start, end = (_moment(name, said.get(name), zone) for name in ("start", "end"))
        _expect_order(start, end)
        return cls(title=title.strip(), start=start, end=end, rule=RULES[repeats])


def create(calendar: FakeCalendar, wish: Wish) -> str:
    """Create an event, and return its id."""
    return calendar.create(wish.title, wish.start, wish.end, recurrence=wish.rule)


def edit(calendar: FakeCalendar, target: Target, wish: Wish, *, moved: bool) -> None:
    """Edit what a person chose.

    Args:
        calendar: The calendar.
        target: What is edited.
        wish: How it shall be.
        moved: Whether its times are others than before. A split that moves nothing has an id
            that tells whose other half it is.

    Raises:
        LookupError: It is no longer there.
    """
    changes: dict[str, Any] = {"summary": wish.title}
    if moved:
        changes |= {"start": wish.start, "end": wish.end}
    if target.original is None:
        calendar.edit(target.event, **changes)
    elif target.following:
        calendar.edit_following(target.event, target.original, **changes)
    else:
        calendar.edit_this(target.event, target.original, **changes)


def delete(calendar: FakeCalendar, target: Target) -> None:
    """Delete what a person chose.

    Raises:
        LookupError: It is no longer there.
    """
    if target.original is None:
        calendar.delete(target.event)
    elif target.following:
        calendar.truncate(target.event, target.original)
    else:
        calendar.cancel_occurrence(target.event, target.original)


def _expect_order(start: Time, end: Time) -> None:
    if isinstance(start, datetime) and isinstance(end, datetime):
        if not timedelta() < end - start <= LONGEST:
            raise UsageError("an event ends after it starts, and within a day")
    elif isinstance(start, datetime) or isinstance(end, datetime):
        raise UsageError("an event has two times, or two days")
    elif not timedelta() < end - start <= timedelta(days=MOST_DAYS):
        raise UsageError(f"an event takes one day or more, and at most {MOST_DAYS}")


def _moment(name: str, said: object, zone: ZoneInfo) -> Time:
    """Read a day, a time of the wall, or an instant with its offset."""
    text = said if isinstance(said, str) else ""
    try:
        if len(text) == len("2026-01-05"):
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{name} is a time such as 2026-01-05T10:00, or a day, not {said!r}"
        ) from error
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment.astimezone(zone)
