"""What the library warns of, and what it fails with, as the terminal shows text."""

from __future__ import annotations

import logging
import sys
from traceback import format_exc

from kloudsync.model.visible import visible


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
