"""Subscriptions, and what they have seen of their calendars."""

from datetime import datetime, timedelta
from typing import Any

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.rows import Kind, Row
from kloudsync.testing.kloudless.activity import ActivityLog
from kloudsync.testing.kloudless.addresses import href
from kloudsync.testing.kloudless.unify import Unifier

_ACTIONS = {"add": "+", "update": "~", "delete": "-"}


@attrs.define
class Watched:
    """How far a subscription has followed one calendar.

    Attributes:
        calendar: The upstream calendar.
        mark: The last change that was recorded.
        known: The ids of what was there.
    """

    calendar: FakeCalendar
    mark: int
    known: set[str]

    @classmethod
    def now(cls, calendar: FakeCalendar) -> "Watched":
        """Begin with a calendar as it is; earlier changes are never told."""
        rows = [row for row in calendar.book.rows if _lives(row)]
        return cls(calendar, calendar.book.mark, {row.id for row in rows})

    def news(self) -> list[tuple[str, Row]]:
        """Return what changed since, each with the type of its activity."""
        rows = self.calendar.book.rows.since(self.mark)
        self.mark = self.calendar.book.mark
        return [(self._type(row), row) for row in rows]

    def _type(self, row: Row) -> str:
        if not _lives(row):
            self.known.discard(row.id)
            return "delete"
        kind = "update" if row.id in self.known else "add"
        self.known.add(row.id)
        return kind


@attrs.define(kw_only=True)
class FakeSubscription:
    """One subscription of an account.

    Attributes:
        id: Its number.
        account: The account's number.
        default: Whether it is the one that every account is given.
        created: When it was created.
        active: Whether it records.
        disable_reason: Why it does not.
        resources: The upstream ids of what it watches; everything where empty.
        watched: How far it has followed each calendar, by upstream id.
        log: What it recorded.
    """

    id: int
    account: int
    default: bool
    created: datetime
    active: bool = True
    disable_reason: str = ""
    resources: list[str] = attrs.field(factory=list[str])
    watched: dict[str, Watched] = attrs.field(factory=dict[str, Watched])
    log: ActivityLog = attrs.field(factory=ActivityLog)

    def follow(self, calendar: FakeCalendar, unifier: Unifier, now: datetime) -> bool:
        """Record what changed in a calendar; tell whether anything did."""
        if not self.active or (self.resources and calendar.id not in self.resources):
            # What happens meanwhile is never told.
            self.watched.pop(calendar.id, None)
            return False
        if calendar.id not in self.watched:
            self.watched[calendar.id] = Watched.now(calendar)
        news = self.watched[calendar.id].news()
        for kind, row in news:
            self.log.record(self._activity(kind, row, unifier), now)
        return bool(news)

    def shown(self, monitored: list[Any], now: datetime) -> Resource:
        """Write the subscription as listings show it."""
        return {
            "id": self.id,
            "account": self.account,
            "type": "subscription",
            "api": "activity",
            "active": self.active,
            "disable_reason": self.disable_reason,
            "subscription_type": "changes",
            "default": self.default,
            "expiry": _stamp(now + timedelta(hours=24)),
            "created": _stamp(self.created),
            "modified": _stamp(now),
            "monitored_resources": monitored,
            "monitored_resource_object_type": "calendar",
            "monitored_resource_api": "calendar",
            "last_cursor_updated_at": _stamp(now),
            "last_cursor": str(self.log.newest),
            "href": href(f"accounts/{self.account}/subscriptions/{self.id}"),
        }

    def _activity(self, kind: str, row: Row, unifier: Unifier) -> Resource:
        google = row.resource()
        metadata = unifier.stub(google) if kind == "delete" else unifier.event(google)
        return {
            "id": metadata["id"],
            "account": self.account,
            "subscription": self.id,
            "action": _ACTIONS[kind],
            "ip": None,
            "modified": metadata.get("modified"),
            "type": kind,
            "user_id": None,
            "api": "activity",
            "metadata": metadata,
        }


def _lives(row: Row) -> bool:
    return row.kind in {Kind.SINGLE, Kind.SERIES, Kind.EXCEPTION}


def _stamp(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").replace("+00:00", "Z")
