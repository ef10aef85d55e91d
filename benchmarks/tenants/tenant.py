"""A tenant of the benchmark: one account with one calendar, of whatever content."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import timedelta
from typing import Any

import httpx
from shapes import START

from kloudsync import Google, SyncEngine
from kloudsync.errors import KloudsyncError
from kloudsync.http.retry import Retry
from kloudsync.stores import MemoryStore

MONTH = START, START + timedelta(days=31)
FAR = START.replace(year=9999)


def page(items: list[Any] | str, edit: int) -> bytes:
    """Write a page; another edit has other stamps in it, so that all of it is news."""
    if isinstance(items, str):
        return f'{{"items":[{items}],"nextSyncToken":"{edit}"}}'.encode()
    stamp = {"updated": f"2026-01-01T00:00:{edit % 60:02}.000Z", "location": f"room {edit}"}
    held = [{**one, **stamp} if one else one for one in items]
    text = json.dumps({"items": held, "nextSyncToken": str(edit)}, ensure_ascii=False)
    return text.encode("utf-8", "replace")


class Tenant:
    """One account with one calendar, whose contents are replaced before each round."""

    def __init__(self, name: str) -> None:
        self.body = b""
        http_client = httpx.Client(transport=httpx.MockTransport(self._answer))
        google = Google("token", http_client=http_client, retry=Retry(attempts=1), account=name)
        self._store = MemoryStore()
        self.engine = SyncEngine(google.calendar("c@example.com"), self._store)

    def _answer(self, _: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=self.body)

    def sync(self, body: bytes) -> None:
        """Sync, read the feed, and let go what was read; errors of ours are an answer too."""
        self.body = body
        with suppress(KloudsyncError):
            self.engine.sync(full=True)
            for change in self.engine.changes("reader"):
                self.engine.acknowledge("reader", change)
            self._store.prune(FAR)

    def ask(self) -> int:
        """Ask for the month and its taken time; returns how many occurrences there were."""
        skipped: list[Any] = []
        with suppress(KloudsyncError):
            shown = sum(1 for _ in self.engine.occurrences(*MONTH, skipped=skipped.append))
            self.engine.busy(*MONTH, skipped=skipped.append)
            return shown
        return 0

    def round(self, body: bytes) -> None:
        """Sync, and ask."""
        self.sync(body)
        self.ask()
