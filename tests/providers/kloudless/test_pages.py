"""Listings and activity, page by page."""

import asyncio
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests.providers.kloudless.world import BASE_URL, always, client_of, scripted

from kloudsync.errors import (
    DecodeError,
    NotFound,
)
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.resources.activity import ActivityStream
from kloudsync.testing.kloudless import FakeKloudless

PACIFIC = ZoneInfo("America/Los_Angeles")
NINE = datetime(2026, 1, 6, 9, tzinfo=PACIFIC)
HOUR = timedelta(hours=1)


def test_listings_are_walked_by_opaque_pages(fake: FakeKloudless, client: Kloudless) -> None:
    """All pages are read, each as the page before named it, with the same parameters."""
    for hour in range(7):
        fake.google.calendar().create(f"e{hour}", NINE + hour * HOUR)
    assert len(list(client.events.iterate(page_size=3))) == 7
    pages = [line.query for line in fake.requests if line.operation == "events.list"]
    assert [query.get("page_size") for query in pages] == ["3", "3", "3"]


def test_older_listings_are_walked_by_number(fake: FakeKloudless) -> None:
    """A total ends a numbered listing; the page behind the last is not asked for."""
    for number in range(4):
        fake.connect(f"user{number}@example.com")
    client = client_of(fake, api_key="test-api-key")
    assert len(list(client.accounts.iterate(page_size=2))) == 5
    assert [line.status for line in fake.requests] == [200, 200, 200]


@pytest.mark.parametrize("end", [404, 200])
def test_a_numbered_listing_without_total_is_read_to_its_end(end: int) -> None:
    """Where nothing tells the last page, the next is tried; none, or an empty one, is the end."""

    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params.get("page", "1"))
        objects = [{"id": f"calendar_{page}"}] if page < 4 else []
        status = 200 if objects else end
        return httpx.Response(status, json={"page": page, "objects": objects, "count": 1})

    assert len(list(scripted(answer).calendars.iterate())) == 3


def test_the_awaiting_client_reads_numbered_listings_to_their_end() -> None:
    """A page that was only guessed ends the walk of either colour."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "page" in request.url.params:
            return httpx.Response(404, json={"error_code": "not_found"})
        return httpx.Response(200, json={"page": 1, "objects": [{"id": "calendar_1"}]})

    async def walk() -> int:
        http_client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
        async with AsyncKloudless("t", base_url=BASE_URL, http_client=http_client) as client:
            return len([calendar async for calendar in client.calendars.iterate()])

    assert asyncio.run(walk()) == 1


def test_a_missing_page_that_was_named_is_an_error() -> None:
    """A 404 within a listing that names its pages is no quiet end."""

    def answer(request: httpx.Request) -> httpx.Response:
        if "page" in request.url.params:
            return httpx.Response(404, json={"error_code": "not_found"})
        return httpx.Response(200, json={"next_page": "x", "objects": [{"id": "calendar_1"}]})

    with pytest.raises(NotFound):
        list(scripted(answer).calendars.iterate())


def test_activity_of_25_pages_is_read_whole(fake: FakeKloudless, client: Kloudless) -> None:
    """Every page is followed by its cursor until nothing comes; nothing is lost or repeated."""
    for hour in range(50):
        fake.google.calendar().create(f"e{hour}", NINE + hour * HOUR)
    read = [one.event.name for one in client.activity.iterate(page_size=2) if one.event]
    assert read == [f"e{hour}" for hour in range(50)]
    assert len(fake.requests) == 26


@pytest.mark.parametrize("numeric", [True, False])
def test_cursors_are_numbers_or_texts(
    numeric: bool, fake: FakeKloudless, client: Kloudless
) -> None:
    """A cursor is text in the program and goes back as it came, whatever its form."""
    fake.numeric_cursors = numeric
    assert client.activity.list().cursor == "0"
    fake.google.calendar().create("Lunch", NINE)
    cursor = client.activity.list(cursor=0).cursor
    assert isinstance(cursor, str)
    assert client.activity.list(cursor=cursor).items == ()
    assert client.activity.list(cursor=int(cursor)).cursor == cursor


def test_the_legacy_stream_counts_what_remains(fake: FakeKloudless, client: Kloudless) -> None:
    """The older stream begins at its latest cursor and is walked in the same way."""
    latest = client.stream.latest().cursor
    for hour in range(3):
        fake.google.calendar().create(f"e{hour}", NINE + hour * HOUR)
    assert client.stream.list(cursor=latest, page_size=2).remaining == 1
    assert len(list(client.stream.iterate(cursor=latest, page_size=2))) == 3


@pytest.mark.parametrize(
    ("body", "following"),
    [
        ({"objects": [{"id": None}], "cursor": -1}, None),
        ({"objects": [{"id": None}], "cursor": "5"}, None),
        ({"objects": [], "cursor": "9"}, None),
        ({"objects": [{"metadata": None}], "cursor": 6}, "6"),
    ],
)
def test_a_stream_ends_where_its_cursor_stands(body: object, following: str | None) -> None:
    """Nothing, the terminal cursor, and a cursor that stands still end the stream."""
    operation = ActivityStream.list(cursor="5")
    request = always(200, body).activity.list(cursor="5").next_request(operation.request)
    assert (request and dict(request.query)["cursor"]) == following


def test_activity_without_a_cursor_is_an_error() -> None:
    """A page with objects and no cursor hides what follows, and says so."""
    with pytest.raises(DecodeError, match="cursor"):
        list(always(200, {"objects": [{"id": "a"}]}).activity.iterate())


def test_activity_tolerates_nulls_and_unknown_words() -> None:
    """Null ids and metadata, unknown types and other resources are read as they are."""
    objects = [
        {"id": None, "type": "teleport", "metadata": None, "modified": None},
        {"id": 5, "type": "delete", "metadata": {"id": "event_a"}},
        {"id": "x", "type": "update", "metadata": {"type": "file", "api": "storage"}},
    ]
    page = always(200, {"objects": objects, "cursor": 1}).activity.list()
    assert [one.type for one in page.items] == ["teleport", "delete", "update"]
    assert [one.event.id if one.event else None for one in page.items] == [None, "event_a", None]


def test_the_newest_cursor_is_found_in_either_place() -> None:
    """The documents lost their brackets, so the cursor is read beside or inside a resource."""
    inside = {"id": 1, "monitored_resources": [{"id": "c", "last_cursor": 2334}]}
    page = always(200, {"objects": [inside, {"id": 2, "last_cursor": "7"}, {"id": 3}]})
    assert [one.newest_cursor for one in page.subscriptions.list().items] == ["2334", "7", None]
