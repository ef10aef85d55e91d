"""Microsoft Graph: the calendars of Outlook and Microsoft 365 (API v1.0).

What a client opens loads when it is touched, or when somebody asks for the types of its methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.microsoft.batch import perform_batch
    from kloudsync.providers.microsoft.edits import MicrosoftEdits
    from kloudsync.providers.microsoft.push import MicrosoftPush
    from kloudsync.providers.microsoft.series.editor import SeriesEditor
    from kloudsync.providers.microsoft.window import MicrosoftWindow

__all__ = [
    "MicrosoftEdits",
    "MicrosoftPush",
    "MicrosoftWindow",
    "SeriesEditor",
    "perform_batch",
]

_HOMES: Final = {
    "MicrosoftEdits": "kloudsync.providers.microsoft.edits",
    "MicrosoftPush": "kloudsync.providers.microsoft.push",
    "MicrosoftWindow": "kloudsync.providers.microsoft.window",
    "SeriesEditor": "kloudsync.providers.microsoft.series.editor",
    "perform_batch": "kloudsync.providers.microsoft.batch",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
