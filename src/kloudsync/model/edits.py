"""Edits of a calendar in words that all providers share: what a person means, and of what."""

from __future__ import annotations

from enum import StrEnum

from attrs import field, frozen

from kloudsync.model.times import Time
from kloudsync.model.told import Told


class Scope(StrEnum):
    """Which occurrences of a series an edit is about."""

    THIS = "this"
    FOLLOWING = "following"
    """This one and all that follow."""
    ALL = "all"


@frozen(kw_only=True)
class Target(Told):
    """What an edit is about.

    Attributes:
        event: The provider's id of a single event, or of a series.
        original: Where the rule of the series puts the occurrence that was chosen; None for a
            single event.
        scope: Which occurrences are meant; None for a single event.
    """

    event: str
    original: Time | None = None
    scope: Scope | None = None


@frozen(kw_only=True)
class Wish(Told):
    """How an event, or the occurrence that was chosen, shall be. None leaves as it is.

    Attributes:
        start: When it begins: a date if all-day, else aware. Given together with `end`.
        end: When it ends, exclusive.
        zone: The IANA name of the zone that the event lives in.
        title: What it is called.
        location: Where it takes place; empty clears.
        description: Free text; empty clears.
        guests: Addresses of people to invite; of new events only.
        recurrence: Lines of a rule (RFC 5545); of new events only.
    """

    start: Time | None = None
    end: Time | None = None
    zone: str | None = None
    title: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    description: str | None = field(default=None, repr=False)
    guests: tuple[str, ...] = field(default=(), repr=False)
    recurrence: tuple[str, ...] = ()


@frozen(kw_only=True)
class Seen(Told):
    """What the service holds before an edit.

    Attributes:
        version: What it calls this state of the event or series; any change makes another one.
        start: When the event, or the occurrence that was chosen, begins.
        end: When it ends, exclusive.
        title: What it is called, or None.
        guests: How many people beside the calendar's owner are invited.
        costs: What the service does besides, a sentence each, such as dropping what was changed
            of single occurrences.
    """

    version: str
    start: Time
    end: Time
    title: str | None = field(default=None, repr=False)
    guests: int = 0
    costs: tuple[str, ...] = ()
