"""Counts of requests: what a store that keeps them must do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Protocol

import pytest

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.requests import RequestCount
from kloudsync.runtime.request_counts import RequestStore
from kloudsync.sync.ports import Store

DAY = date(2026, 11, 30)
NEXT = DAY + timedelta(days=1)
MINE = CalendarKey("google", "ana", "primary")
LIST = CalendarKey("google", "ana", "")
THEIRS = CalendarKey("google", "bob", "primary")


class CountingStore(Store, RequestStore, Protocol):
    """A store that keeps calendars and counts their requests."""


class RequestContract:
    """What `RequestStore` promises."""

    @pytest.fixture
    def store(self) -> CountingStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def test_empty(self, store: CountingStore) -> None:
        """Where nothing was counted there is nothing."""
        assert store.requests("google", "ana", first=DAY, last=NEXT) == []
        assert store.requests_of_all(first=DAY, last=NEXT) == {}

    def test_counts_add_up(self, store: CountingStore) -> None:
        """Counts are added to those of the same calendar, day and cause."""
        store.count_requests(MINE, {"push": 1, "poll": 2}, day=DAY)
        store.count_requests(MINE, {"push": 3}, day=DAY)
        store.count_requests(MINE, {"push": 5}, day=NEXT)
        store.count_requests(LIST, {"list": 1}, day=DAY)
        assert store.requests("google", "ana", first=DAY, last=NEXT) == [
            RequestCount(key=LIST, day=DAY, cause="list", count=1),
            RequestCount(key=MINE, day=DAY, cause="poll", count=2),
            RequestCount(key=MINE, day=DAY, cause="push", count=4),
            RequestCount(key=MINE, day=NEXT, cause="push", count=5),
        ]

    def test_days_and_accounts_are_apart(self, store: CountingStore) -> None:
        """Both ends of a span belong to it, and what others cost is theirs."""
        for day in (DAY - timedelta(days=1), DAY, NEXT, NEXT + timedelta(days=1)):
            for key in (MINE, THEIRS):
                store.count_requests(key, {"poll": 1}, day=day)
        found = store.requests("google", "ana", first=DAY, last=NEXT)
        assert [(one.key, one.day) for one in found] == [(MINE, DAY), (MINE, NEXT)]
        assert store.requests_of_all(first=DAY, last=NEXT) == {"poll": 4}

    def test_pruned(self, store: CountingStore) -> None:
        """Old days are forgotten, the day itself is not."""
        for day in (DAY, NEXT):
            store.count_requests(MINE, {"poll": 1}, day=day)
        store.prune_requests(NEXT)
        assert [one.day for one in store.requests("google", "ana", first=DAY, last=NEXT)] == [NEXT]

    def test_erased(self, store: CountingStore) -> None:
        """Counts go with their calendar, and with their account."""
        for key in (MINE, LIST, THEIRS):
            store.count_requests(key, {"poll": 1}, day=DAY)
        lease = store.acquire(str(MINE), "me", ttl=60.0, now=0.0)
        assert lease is not None
        store.forget(MINE, lease)
        assert [one.key for one in store.requests("google", "ana", first=DAY, last=DAY)] == [LIST]
        store.forget_account("google", "ana")
        assert store.requests_of_all(first=DAY, last=DAY) == {"poll": 1}
