"""What users have set: `settings`."""

from collections.abc import Iterator

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google.call import Call, answer
from kloudsync.testing.google.collections import Member, list_collection
from kloudsync.testing.google.encoding import Resource
from kloudsync.testing.google.refusals import not_found

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


def list_settings(call: Call) -> Reply:
    """Answer `settings.list`."""
    members = (
        Member(changed=choice.changed, resource=_shown(name, choice))
        for name, choice in call.service.preferences.of(call.account)
    )
    return list_collection(call, "calendar#settings", members)


def get_setting(call: Call) -> Reply:
    """Answer `settings.get`."""
    choice = dict(call.service.preferences.of(call.account)).get(call.names[0])
    if choice is None:
        raise not_found()
    return answer(_shown(call.names[0], choice))


def _shown(name: str, choice: Choice) -> Resource:
    etag = f'"{2 * choice.changed}"'
    return {"kind": "calendar#setting", "etag": etag, "id": name, "value": choice.value}
