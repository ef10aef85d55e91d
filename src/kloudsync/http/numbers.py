"""Numbers that services write as text, in header fields and in names of pages."""

from __future__ import annotations

from typing import Final

_MOST: Final = 10**15
_DIGITS: Final = 18


def whole_number(text: str | None, *, most: int = _MOST) -> int | None:
    """Read a whole number that is not negative.

    Args:
        text: Decimal digits, with or without space around them.
        most: The largest number that makes sense.

    Returns:
        The number; None where it is absent, unreadable, or larger than makes sense.
    """
    digits = (text or "").strip()
    # By length first: reading thousands of digits is slow, and beyond a limit an error.
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _DIGITS):
        return None
    number = int(digits)
    return number if number <= most else None
