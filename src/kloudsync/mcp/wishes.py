"""How a model says that an event shall be, read; and how a person is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice
from typing import Final

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.mcp.arguments import read_time
from kloudsync.model.edits import Scope, Seen, Target, Wish
from kloudsync.model.times import Time, epoch
from kloudsync.recurrence import ICALENDAR, Recurrence
from kloudsync.text.wording import Local, counted, fenced

LONGEST_LINE: Final = 200
"""Characters of a title or place."""

LONGEST_TEXT: Final = 1_000
"""Characters of a description: a person reads all of it before anything is written."""

MOST_GUESTS: Final = 10

SCOPES: Final = {
    Scope.THIS: "this occurrence only",
    Scope.FOLLOWING: "this occurrence and all that follow",
    Scope.ALL: "all occurrences of the series",
}


def read_scope(told: str | None, *, recurring: bool) -> Scope | None:
    """Read which occurrences are meant, which nobody guesses.

    Raises:
        UsageError: It is not said of a series, or said of a single event.
    """
    if not recurring:
        if told is not None:
            raise UsageError("this is a single event, which has no scope; leave `scope` out")
        return None
    try:
        return Scope(told or "")
    except ValueError:
        raise UsageError(
            "this is one of a series; say `scope`: this, following (this one and all later "
            "ones) or all. Ask the person which is meant"
        ) from None


def read_times(
    start: str | None, end: str | None, zone: tzinfo, held: tuple[Time, Time] | None
) -> tuple[Time, Time] | None:
    """Read when an event shall be; None where that stays.

    Args:
        start: When it shall begin; as before where None.
        end: When it shall end, a day inclusive; as long as before where None.
        zone: By whose clock times without offset are.
        held: When it is now; None for a new event.

    Raises:
        UsageError: A time is missing or none, or the two do not go together.
    """
    if start is None and end is None:
        return None
    begins = read_time(start, "start", zone) if start is not None else held and held[0]
    ends = read_time(end, "end", zone, last=True) if end is not None else None
    if begins is None:
        raise UsageError("start is missing")
    if ends is None:
        ends = _as_long(begins, held)
    timed = isinstance(begins, datetime)
    if timed is not isinstance(ends, datetime):
        raise UsageError("start and end have to be two days, or two times")
    if held is not None and timed is not isinstance(held[0], datetime):
        kind = "times" if isinstance(held[0], datetime) else "whole days"
        raise UsageError(f"it takes {kind}, which stays so; cancel it and make another one instead")
    if epoch(ends) <= epoch(begins):
        raise UsageError("it would end before it begins")
    return begins, ends


def _as_long(begins: Time, held: tuple[Time, Time] | None) -> Time:
    if held is None:
        raise UsageError("end is missing")
    length = timedelta(seconds=epoch(held[1]) - epoch(held[0]))
    if isinstance(begins, datetime):
        return (begins.astimezone(UTC) + length).astimezone(begins.tzinfo)
    return begins + length


def read_words(what: str, told: str | None, longest: int) -> str | None:
    """Read a title, place or text, as short as a person reads it.

    Raises:
        UsageError: It is longer.
    """
    if told is not None and len(told) > longest:
        raise UsageError(f"{what} has {len(told):,} characters; at most {longest:,} are possible")
    return told


def read_guests(told: Sequence[str]) -> tuple[str, ...]:
    """Read whom to invite.

    Raises:
        UsageError: They are too many, or no addresses.
    """
    if len(told) > MOST_GUESTS:
        raise UsageError(f"{len(told)} guests; at most {MOST_GUESTS} are possible")
    wrong = [one for one in told if "@" not in one or len(one) > LONGEST_LINE or " " in one]
    if wrong:
        raise UsageError(f"{wrong[0][:40]!r} is no address such as ann@example.com")
    return tuple(told)


def read_rule(told: str | None, start: Time, end: Time, zone: str) -> Recurrence | None:
    """Read how a new event repeats, such as `FREQ=WEEKLY;COUNT=4`.

    Raises:
        UsageError: It is no rule.
    """
    if told is None:
        return None
    line = told if told.upper().startswith("RRULE:") else f"RRULE:{told}"
    if "\n" in line or len(line) > LONGEST_LINE:
        raise UsageError("repeats has to be one rule, such as FREQ=WEEKLY;COUNT=4")
    try:
        rule = Recurrence.parse([line], start, end=end, zone=zone, reading=ICALENDAR)
    except RecurrenceError as error:
        raise UsageError(f"repeats is no rule such as FREQ=WEEKLY;COUNT=4: {error}") from error
    if start not in rule:
        raise UsageError("the rule does not go through the start; give a start that it does")
    return rule


def told_of_new(wish: Wish, rule: Recurrence | None, calendar: str, local: Local) -> str:
    """Tell a person of a new event."""
    assert wish.start is not None and wish.end is not None, "a new event has times"  # noqa: S101, PT018
    when = local.span(wish.start, wish.end)
    lines = [
        f"New event in {fenced(calendar, longest=1024)}: {when} {_words(wish.title)}",
        *_contents(wish),
    ]
    if rule is not None:
        first = [local.begin(one) for one in islice(rule, 4)]
        more = " and so on" if len(first) > 3 else ""
        lines.append(f"repeats {' '.join(wish.recurrence)}: {', '.join(first[:3])}{more}")
    if wish.guests:
        lines.append(f"invites, by mail: {' '.join(_words(one) for one in wish.guests)}")
    return "\n".join(lines)


def told_of_change(
    wish: Wish | None, target: Target, seen: Seen, local: Local, *, calendar: str, notify: bool
) -> str:
    """Tell a person of a change or, where there is no wish, of a cancellation."""
    which = f", {SCOPES[target.scope]}" if target.scope else ""
    what = "Cancels" if wish is None else "Changes"
    now = f"{local.span(seen.start, seen.end)} {_words(seen.title)}"
    lines = [f"{what} in {fenced(calendar, longest=1024)}{which}: {now}"]
    if wish is not None:
        if wish.start is not None and wish.end is not None:
            lines.append(f"moves to {local.span(wish.start, wish.end)}")
        if wish.title is not None:
            lines.append(f"is called {_words(wish.title)}")
        lines += _contents(wish)
    if seen.guests:
        mailed = counted(seen.guests, "guest")
        lines.append(f"mails {mailed}" if notify else f"mails none of {mailed}")
    return "\n".join([*lines, *seen.costs])


def _contents(wish: Wish) -> Iterator[str]:
    if wish.location is not None:
        yield f"place {_words(wish.location)}"
    if wish.description is not None:
        yield f"text {_words(wish.description)}"


def _words(told: str | None) -> str:
    """Show all of a text that is going to be written."""
    return fenced(told, longest=LONGEST_TEXT)
