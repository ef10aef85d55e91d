"""Google Calendar.

What a client opens loads when it is touched, or when somebody asks for the types of its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.google.auth import GoogleAuthToken
    from kloudsync.providers.google.batch import perform_batch
    from kloudsync.providers.google.collections import Collections
    from kloudsync.providers.google.edits import GoogleEdits
    from kloudsync.providers.google.push import GooglePush
    from kloudsync.providers.google.series.editor import SeriesEditor
    from kloudsync.providers.google.source import GoogleCalendar
    from kloudsync.providers.google.window import GoogleWindow

__all__ = [
    "Collections",
    "GoogleAuthToken",
    "GoogleCalendar",
    "GoogleEdits",
    "GooglePush",
    "GoogleWindow",
    "SeriesEditor",
    "perform_batch",
]

_HOMES: Final = {
    "Collections": "kloudsync.providers.google.collections",
    "GoogleAuthToken": "kloudsync.providers.google.auth",
    "GoogleCalendar": "kloudsync.providers.google.source",
    "GoogleEdits": "kloudsync.providers.google.edits",
    "GooglePush": "kloudsync.providers.google.push",
    "GoogleWindow": "kloudsync.providers.google.window",
    "SeriesEditor": "kloudsync.providers.google.series.editor",
    "perform_batch": "kloudsync.providers.google.batch",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
