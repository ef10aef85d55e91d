"""Calendars: what they are called, and how a copy of one is told apart from all others."""

from __future__ import annotations

from typing import Any

from attrs import evolve, field, frozen

from kloudsync.model.told import Told


@frozen
class CalendarKey(Told):
    """The identity of one copy: of one calendar, or of a part of it, as one account sees it.

    Two accounts that share a calendar hold two copies: a sync cursor belongs to
    the account that received it. So do two queries of one calendar.

    Attributes:
        provider: The service, such as `google`.
        account: The caller's name for the account; any stable text.
        calendar: The provider's calendar id.
        query: What narrows the calendar down, in the source's own words; empty for all of it.
    """

    provider: str
    account: str
    calendar: str
    query: str = ""

    @property
    def whole(self) -> CalendarKey:
        """The calendar itself, of which this may be a part."""
        return evolve(self, query="") if self.query else self

    def __str__(self) -> str:
        """Name the copy as no other one is named, and read well in messages."""
        name = ":".join(map(_escaped, (self.provider, self.account, self.calendar)))
        return f"{name}?{_escaped(self.query)}" if self.query else name


@frozen(kw_only=True)
class Calendar(Told):
    """A calendar as its owner's account lists it.

    Attributes:
        id: The provider's calendar id.
        title: What the user calls it, or None.
        description: Free text, or None.
        zone: The IANA name of the zone in which its days begin, or None where unknown.
        primary: Whether it is the account's main calendar; None where the provider does not say.
        access: The provider's word for what the account may do with it, or None.
        raw: The calendar as received.
    """

    id: str
    title: str | None = None
    description: str | None = None
    zone: str | None = None
    primary: bool | None = None
    access: str | None = None
    raw: dict[str, Any] = field(factory=dict[str, Any], repr=False, eq=False)


def _escaped(part: str) -> str:
    """Return a part of a name without the marks that parts are joined by."""
    return part.replace("%", "%25").replace(":", "%3A").replace("?", "%3F")
