"""What users have set, and when."""

from collections.abc import Iterator

import attrs

FIRST = {
    "autoAddHangouts": "false",
    "dateFieldOrder": "MDY",
    "defaultEventLength": "60",
    "format24HourTime": "false",
    "hideInvitations": "false",
    "hideWeekends": "false",
    "locale": "en",
    "remindOnRespondedEventsOnly": "false",
    "showDeclinedEvents": "true",
    "timezone": "America/Los_Angeles",
    "useKeyboardShortcuts": "true",
    "weekStart": "0",
}
"""The settings of an account that never changed any."""


@attrs.frozen
class Choice:
    """One setting of one account: its value, and the stamp of its last change."""

    value: str
    changed: int


class Preferences:
    """The settings of all accounts."""

    def __init__(self) -> None:
        self._choices: dict[str, dict[str, Choice]] = {}

    def begin(self, account: str, stamp: int, **choices: str) -> None:
        """Give an account its first settings."""
        values = FIRST | choices
        self._choices[account] = {name: Choice(value, stamp) for name, value in values.items()}

    def change(self, account: str, name: str, value: str, stamp: int) -> None:
        """Set one setting."""
        self._choices.setdefault(account, {})[name] = Choice(value, stamp)

    def of(self, account: str) -> Iterator[tuple[str, Choice]]:
        """Yield an account's settings in the order of change."""
        held = self._choices.get(account, {})
        return iter(sorted(held.items(), key=lambda pair: pair[1].changed))
