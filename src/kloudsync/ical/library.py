"""The icalendar library, which is an extra."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from kloudsync.errors import MissingExtra


def library() -> Any:
    """Return the module.

    Raises:
        MissingExtra: It is not installed.
    """
    try:
        return import_module("icalendar")
    except ImportError as error:
        raise MissingExtra(
            'icalendar is not installed; run `pip install "kloudsync[ical]"`'
        ) from error
