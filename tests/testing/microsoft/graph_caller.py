"""A client of few words for the fake Microsoft."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import quote, urlencode, urlsplit

import attrs

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import FakeMicrosoft

ROOT = "https://graph.microsoft.com/v1.0"
Parameters = Mapping[str, str | int]
WINDOW: Parameters = {
    "startDateTime": "2026-03-01T00:00:00Z",
    "endDateTime": "2026-05-01T00:00:00Z",
}


@attrs.frozen
class GraphCaller:
    """Asks the fake as one account, without any HTTP client."""

    fake: FakeMicrosoft
    token: str = "any"

    def send(
        self,
        method: str,
        path: str,
        query: Parameters | None = None,
        body: object = None,
        *,
        prefer: str = "",
        if_match: str = "",
    ) -> Reply:
        """Send a request below the root, or to a link."""
        url = path if path.startswith("https://") else f"{ROOT}/{path}"
        if query:
            url += f"?{urlencode(query, quote_via=quote, safe='$')}"
        named = {"Prefer": prefer, "If-Match": if_match}
        told = {name: value for name, value in named.items() if value}
        sent = {"Authorization": f"Bearer {self.token}", **told}
        return self.fake.handle(method, url, sent, json.dumps(body).encode() if body else b"")

    def get(self, path: str, query: Parameters | None = None, *, prefer: str = "") -> Resource:
        """Read a resource, which has to be there."""
        return good(self.send("GET", path, query, prefer=prefer))

    def post(self, path: str, body: object = None, *, prefer: str = "") -> Resource:
        """Post a body, which has to be taken."""
        return good(self.send("POST", path, body=body, prefer=prefer))

    def pages(
        self, path: str, query: Parameters | None = None, *, prefer: str = ""
    ) -> list[Resource]:
        """Read all pages of a list or of one round of a delta."""
        pages = [self.get(path, query, prefer=prefer)]
        while "@odata.nextLink" in pages[-1]:
            pages.append(self.get(str(pages[-1]["@odata.nextLink"]), prefer=prefer))
        return pages

    def rows(
        self, path: str, query: Parameters | None = None, *, prefer: str = ""
    ) -> list[Resource]:
        """Read all rows of a list."""
        return [row for page in self.pages(path, query, prefer=prefer) for row in page["value"]]

    def refusal(
        self, method: str, path: str, query: Parameters | None = None, body: object = None
    ) -> tuple[int, str]:
        """Send what is refused; answers with the status and the code."""
        return why(self.send(method, path, query, body))

    def follow(self, query: Parameters = WINDOW, *, prefer: str = "") -> "Follower":
        """Begin to follow the delta of the default calendar's window."""
        return Follower(self, "me/calendarView/delta", query, prefer)


@attrs.define
class Follower:
    """Follows a delta from round to round.

    Attributes:
        caller: Who asks.
        link: Where the next round begins.
        query: The parameters of the first round.
        prefer: The preferences of every request.
    """

    caller: GraphCaller
    link: str
    query: Parameters | None
    prefer: str = ""

    def round(self) -> list[Resource]:
        """Read a round; answers with its rows."""
        pages = self.caller.pages(self.link, self.query, prefer=self.prefer)
        self.link, self.query = str(pages[-1]["@odata.deltaLink"]), None
        return [row for page in pages for row in page["value"]]


def good(reply: Reply) -> Resource:
    """Read the JSON object of an answer that is no refusal."""
    assert reply.status < 300, reply.body
    return cast("dict[str, Any]", json.loads(reply.body)) if reply.body else {}


def why(reply: Reply) -> tuple[int, str]:
    """Read status and code of a refusal."""
    assert reply.status >= 400, reply.body
    return reply.status, json.loads(reply.body)["error"]["code"]


def utc(text: str) -> datetime:
    """Name an instant such as `2026-03-02T10:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def query_of(link: str) -> str:
    """Return the query of a link."""
    return urlsplit(link).query


def kinds(rows: list[Resource]) -> list[str]:
    """Tell rows apart: their types, and `@removed`."""
    return ["@removed" if "@removed" in row else str(row["type"]) for row in rows]
