"""Reminders of events."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe


class ReminderMethod(StrEnum):
    """How somebody is reminded."""

    EMAIL = "email"
    POPUP = "popup"


@frozen(kw_only=True, repr=False)
class EventReminder(JSONObject):
    """A reminder ahead of an event.

    Attributes:
        method: How to remind. Required.
        minutes: How long before the start, in minutes: 0 to 40320, four weeks. Required.
    """

    method: Maybe[ReminderMethod | str | None] = UNSET
    minutes: Maybe[int | None] = UNSET


@frozen(kw_only=True, repr=False)
class EventReminders(JSONObject):
    """The user's own reminders of an event; changing them does not change `updated`.

    Attributes:
        use_default: Whether the calendar's default reminders apply.
        overrides: The reminders where they do not; at most 5, none where absent.
    """

    use_default: Maybe[bool | None] = UNSET
    overrides: Maybe[Sequence[EventReminder] | None] = UNSET
