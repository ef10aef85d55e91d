"""A client of few words for the fake Google."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import attrs

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google import FakeGoogle

LA = ZoneInfo("America/Los_Angeles")
Parameters = Mapping[str, str | list[str]]


@attrs.frozen
class Caller:
    """Asks the fake as one account, without any HTTP client."""

    fake: FakeGoogle
    token: str = "any"
    calendar: str = "primary"

    def send(
        self,
        method: str,
        path: str,
        query: Parameters | None = None,
        body: object = None,
        **headers: str,
    ) -> Reply:
        """Send a request below the base path."""
        url = f"/calendar/v3/{path}?{urlencode(query or {}, doseq=True)}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {"Authorization": f"Bearer {self.token}", **named}
        return self.fake.handle(method, url, sent, json.dumps(body).encode() if body else b"")

    def call(
        self,
        method: str,
        event: str = "",
        query: Parameters | None = None,
        body: object = None,
        **headers: str,
    ) -> Reply:
        """Send a request about events of the calendar."""
        path = f"calendars/{quote(self.calendar, safe='')}/events{event and '/'}{event}"
        return self.send(method, path, query, body, **headers)

    def page(self, **query: str | list[str]) -> Resource:
        """Read one page of `events.list`."""
        reply = self.call("GET", query=query)
        assert reply.status == 200, reply.body
        return read(reply)

    def pages(self, **query: str) -> list[Resource]:
        """Read all pages of `events.list`."""
        pages = [self.page(**query)]
        while "nextPageToken" in pages[-1]:
            pages.append(self.page(**query, pageToken=str(pages[-1]["nextPageToken"])))
        return pages

    def items(self, **query: str) -> list[Resource]:
        """Read all items of `events.list`."""
        return [item for page in self.pages(**query) for item in page["items"]]

    def token_now(self, **query: str) -> str:
        """Read all pages for their sync token."""
        return str(self.pages(**query)[-1]["nextSyncToken"])

    def refusal(self, **query: str) -> tuple[int, str, str]:
        """Ask for a page that is refused; answers with status, reason and message."""
        return why(self.call("GET", query=query))


def read(reply: Reply) -> Resource:
    """Read the JSON object of an answer."""
    return cast("dict[str, Any]", json.loads(reply.body))


def why(reply: Reply) -> tuple[int, str, str]:
    """Read status, reason and message of a refusal."""
    error = read(reply)["error"]
    return reply.status, error["errors"][0]["reason"], error["message"]


def la(day: str, hour: int = 13, minute: int = 0) -> datetime:
    """Name an instant by its wall time in Los Angeles."""
    return datetime.fromisoformat(day).replace(hour=hour, minute=minute, tzinfo=LA)
