"""What a fleet follows, as topics of a store: calendars, lists, channels, mirrors, housekeeping."""

from __future__ import annotations

from typing import Final

from kloudsync.fleet.accounts import Account
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic

EVENTS: Final = "events"
LIST: Final = "calendarList"
CHANNELS: Final = "channels"
MIRROR: Final = "mirror:"
ALERT: Final = "alert:"
PRUNING: Final = "pruning"

UNLISTED: Final = "it left the account's list"
"""Why a calendar is retired that nobody retired; it is followed again once it is listed again."""

ACCOUNT_RETIRED: Final = "the program retired the account"
"""Why a topic is retired that is followed again once its account is."""

WITH_ACCOUNT: Final = (UNLISTED, ACCOUNT_RETIRED)
"""Why calendars are retired that come back with the account's list."""

GONE: Final = "it is gone"
"""Why a topic is retired for which there is nothing left to do."""

CHANNELS_AFTER: Final = 5.0
"""Seconds after which an account that was enrolled gets its channels."""

HOUSE: Final = Account("kloudsync", "fleet")
"""Whose the housekeeping is."""


def calendar(account: Account, name: str) -> Topic:
    """Return the topic of a calendar's events."""
    return Topic(CalendarKey(account.provider, account.name, name), EVENTS)


def of_account(account: Account, collection: str) -> Topic:
    """Return a topic of the account as a whole."""
    return Topic(CalendarKey(account.provider, account.name, ""), collection)


def alert(topic: Topic, name: str) -> Topic:
    """Return the topic of telling one how another topic stands."""
    return Topic(topic.key, f"{ALERT}{name}:{topic.collection}")


def alerted(topic: Topic) -> tuple[str, Topic]:
    """Return who is told, and of which topic."""
    name, _, collection = topic.collection.removeprefix(ALERT).partition(":")
    return name, Topic(topic.key, collection)


def account_of(topic: Topic) -> Account:
    """Return whose topic it is."""
    return Account(topic.key.provider, topic.key.account)
