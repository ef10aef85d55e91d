"""How deep JSON is nested, looked at before it is decoded.

Decoding a byte of brackets within brackets takes thirty times what an ordinary byte takes, and
where the stack of a thread is small it ends the interpreter. Nothing that a service says is nested
as deep as what is refused here.
"""

from __future__ import annotations

import re
from typing import Final

DEEPEST: Final = 64
"""How many lists and objects may stand in each other."""

_KEPT: Final = b'[]{}"'
_OTHERS: Final = bytes(set(range(256)) - set(_KEPT))
_ALIKE: Final = bytes.maketrans(b"{}", b"[]")
_ESCAPE: Final = re.compile(rb"\\.", re.DOTALL)
_SELDOM: Final = 64
"""Bytes for each backslash of a text that has few."""
_STRING: Final = re.compile(rb'"[^"]*"')


class TooDeep(ValueError):
    """The text is JSON, perhaps, but nested deeper than any that means something."""


def is_deep(text: bytes, most: int = DEEPEST) -> bool:
    """Tell whether JSON is nested deeper than so many levels, in time in proportion to its length."""
    if b'\\"' in text:
        text = _without_escapes(text)
    left = text.translate(_ALIKE, _OTHERS)
    # Counted only now that little is left: to count costs as much per byte as to leave out does.
    if left.count(b"[") <= most:
        return False
    # Strings that hold no bracket are two quotes by now. What else is left of quotes belongs to
    # those that do, of which the first makes an odd number.
    brackets = left.replace(b'""', b"")
    if b'"' in brackets:
        brackets = _STRING.sub(b"", left)
    for _ in range(most):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _without_escapes(text: bytes) -> bytes:
    """Leave out backslashes with what they stand before, where it may be a quote."""
    if text.count(b"\\") > len(text) // _SELDOM:
        return text.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Each of these searches takes as long as this one, which minds how many it finds.
    return _ESCAPE.sub(b"", text)


def expect_shallow(text: bytes) -> None:
    """Look at JSON before it is decoded.

    Raises:
        TooDeep: It is nested deeper than `DEEPEST`.
    """
    if is_deep(text):
        raise TooDeep(f"JSON that is nested more than {DEEPEST} deep")
