"""What reaches the terminal: text of strangers is shown, and steers nothing.

Titles, names, ids and messages come from calendars that anybody may write to. A terminal
obeys some characters: escape sequences move the cursor, set the window's title or fill the
clipboard; marks of direction make a line read otherwise than it is; line breaks forge lines.
Each of them is shown as a sign that stands for it (CWE-150).
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Iterable
from traceback import format_exc
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

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
    """Return text in which a sign takes the place of each character that steers a terminal.

    Line breaks are among them; each character stays one.
    """
    return text.translate(_SIGNS).encode(errors="replace").decode()


class Terminal(Console):
    """A console on which no text breaks out of its line.

    All text passes, whoever wrote it: what is printed as lines is printed line by line.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of something to show."""
        return super().render(_harmless(renderable), options)


def _harmless(renderable: RenderableType) -> RenderableType:
    if not isinstance(renderable, Text):
        return renderable
    shown = renderable.blank_copy(visible(renderable.plain))
    # There are as many characters as before, so that styles stay where they are.
    shown.spans = renderable.spans
    return shown


class Visible(logging.Formatter):
    """Log messages as the terminal shows text."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the message of a record on one line, and its traceback below."""
        message = visible(record.getMessage())
        return message if record.exc_info is None else f"{message}\n{traceback_shown()}"


def traceback_shown() -> str:
    """Return the traceback of the error that is being handled, to be shown line by line."""
    return "\n".join(map(visible, format_exc().splitlines()))


def show_log() -> None:
    """Send warnings of the library to the terminal, where nobody else takes them."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Visible("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
