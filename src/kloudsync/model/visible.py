"""Text of strangers, shown so that it steers nothing: neither a terminal nor the line it is on.

Titles, names, ids and messages come from calendars that anybody may write to. A terminal
obeys some characters: escape sequences move the cursor, set the window's title or fill the
clipboard; marks of direction make a line read otherwise than it is; line breaks forge lines.
Each of them is shown as a sign that stands for it (CWE-150).
"""

from __future__ import annotations

import unicodedata
from typing import Final

_DIRECTIONS: Final = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_BREAKS: Final = "\u2028\u2029"
_UNKNOWN: Final = "\N{REPLACEMENT CHARACTER}"
_PICTURES: Final = 0x2400
"""Where Unicode has pictures of the first 32 control characters."""


def _sign(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(_PICTURES + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else _UNKNOWN


_SIGNS: Final = {
    ord(character): _sign(character)
    for character in [*map(chr, range(0xA0)), *_DIRECTIONS, *_BREAKS]
    if character in _DIRECTIONS + _BREAKS or unicodedata.category(character) == "Cc"
}


def visible(text: str) -> str:
    """Return text in which a sign takes the place of each character that steers a reader.

    Line breaks are among them; each character stays one.
    """
    if text.isprintable():
        return text
    return text.translate(_SIGNS).encode(errors="replace").decode()
