"""The palettes of calendars and events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class ColorDefinition(JSONObject):
    """A pair of colours, each as `#rrggbb`.

    Attributes:
        background: What to fill with.
        foreground: What can be read on top of it.
    """

    background: Maybe[str] = UNSET
    foreground: Maybe[str] = UNSET


@frozen(kw_only=True, repr=False)
class Palettes(JSONObject):
    """The colours that ids refer to; the vendor's `Colors`. Read-only.

    Attributes:
        kind: Always `calendar#colors`.
        calendar: Colours of calendar list entries, by `color_id`.
        event: Colours of events, by `color_id`.
        updated: When the palettes last changed.
    """

    kind: Maybe[str] = UNSET
    calendar: Maybe[Mapping[str, ColorDefinition]] = UNSET
    event: Maybe[Mapping[str, ColorDefinition]] = UNSET
    updated: Maybe[datetime] = UNSET
