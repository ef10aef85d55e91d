"""Dates in header fields (RFC 9110, section 5.6.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str | None) -> datetime | None:
    """Read the date of a header, tolerantly.

    Args:
        value: The header's value, or None.

    Returns:
        An aware time; None where absent or unreadable.
    """
    try:
        when = parsedate_to_datetime(value or "")
    except (ValueError, OverflowError):
        return None
    # Without a zone, or with -0000, it comes naive; all dates of HTTP are in UTC.
    return when.replace(tzinfo=when.tzinfo or UTC)
