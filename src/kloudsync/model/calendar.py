"""Calendars: what they are called, and how a copy of one is told apart from all others."""

from __future__ import annotations

from typing import Any

from attrs import field, frozen


@frozen
class CalendarKey:
    """The identity of one calendar as one account sees it.

    Two accounts that share a calendar hold two copies: a sync cursor belongs to
    the account that received it.

    Attributes:
        provider: The service, such as `google`.
        account: The caller's name for the account; any stable text.
        calendar: The provider's calendar id.
    """

    provider: str
    account: str
    calendar: str

    def __str__(self) -> str:
        """Read well in messages."""
        return f"{self.provider}:{self.account}:{self.calendar}"


@frozen(kw_only=True)
class Calendar:
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
