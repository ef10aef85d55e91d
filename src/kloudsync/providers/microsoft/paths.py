"""Where a mailbox, and a calendar in it, lies below the service's address."""

from __future__ import annotations

from typing import Final

from kloudsync.http.message import path

ME: Final = "me"
"""The mailbox of whoever signed in; programs that act for themselves name a user."""

PRIMARY: Final = "primary"
"""The mailbox's default calendar; every other id says itself which calendar is meant."""


def mailbox_path(mailbox: str, *segments: str) -> str:
    """Return a path in a mailbox.

    Args:
        mailbox: `me`, or a user's id or principal name.
        *segments: What follows, each encoded whole: ids may hold slashes.
    """
    return path(ME, *segments) if mailbox == ME else path("users", mailbox, *segments)


def calendar_path(mailbox: str, calendar_id: str, *segments: str) -> str:
    """Return a path in a calendar, always through the calendar itself.

    An event of a shared calendar is not found without it.
    """
    if calendar_id == PRIMARY:
        return mailbox_path(mailbox, "calendar", *segments)
    return mailbox_path(mailbox, "calendars", calendar_id, *segments)
