"""How the text of one item is decoded: by msgspec where it is installed (the extra `speed`), else by json.

msgspec makes those members alone that the reader of the item looks at. It goes through all others, too, and is
stricter than json in everything: NaN, half a surrogate pair, bare control characters and members of another
type than is named are refused. What it refuses is read again with json. What it takes, json takes, and makes
the same of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache, partial
from json import JSONDecoder
from typing import Any, Final, TypeAlias

Decode: TypeAlias = Callable[[str], Any]
"""Takes a text that is one value of JSON, and nothing around it; raises ValueError or RecursionError."""

# Raw control characters in strings are against the letter of RFC 8259, but harm nobody.
decode_at: Final = JSONDecoder(strict=False).raw_decode
"""Decodes the value at an index of a text, and tells where it ends."""


def decode_whole(text: str) -> Any:
    """Decode a text that is one value of JSON.

    Raises:
        ValueError: It is none, or more than one.
        RecursionError: It is nested too deeply.
    """
    value, end = decode_at(text)
    if end != len(text):
        raise ValueError("there is more")
    return value


def item_decoder(members: type | None) -> Decode:
    """Return what decodes an item for a reader that looks at some of its members, or at all.

    Args:
        members: A TypedDict that names them, none of them required. They are text or truth values, or objects
            and lists of these, since of numbers the two libraries do not make the same. None for all members.
    """
    quick = None if members is None else _quick(members)
    # More digits than that json refuses to read, and msgspec does not look at.
    most = sys.get_int_max_str_digits() or sys.maxsize
    return decode_whole if quick is None else partial(_either, *quick, most)


@cache
def _quick(members: type) -> tuple[Decode, type[Exception]] | None:
    """Return a decoder of msgspec, and what it raises; None where it is not installed."""
    try:
        import msgspec  # noqa: PLC0415 - an extra
    except ImportError:
        return None
    return msgspec.json.Decoder(members).decode, msgspec.MsgspecError


def _either(quick: Decode, refused: type[Exception], most: int, text: str) -> Any:
    if len(text) <= most:
        try:
            return quick(text)
        except refused:
            pass
    return decode_whole(text)
