"""The clients: what they send, to whom, and what they never show."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.providers.google.colours import TOKEN, Colour
from tests.providers.google.test_faults import Play, answered

from kloudsync.errors import APIError, BadRequest, DecodeError, UsageError
from kloudsync.http.clocks import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.resources.calendar_list import CalendarList
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.wire.event import Event
from kloudsync.testing.google import FakeGoogle

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)

PAGES = [
    answered(200, b'{"items": [{"id": "a"}], "nextPageToken": "p2"}'),
    answered(200, b'{"items": [], "nextPageToken": "p3"}'),
    answered(200, b'{"items": [{"id": "b"}], "nextSyncToken": "s1"}'),
]


def mocked(play: Play, **arguments: Any) -> Google:
    """Return a blocking client of a scripted service."""
    http_client = httpx.Client(transport=httpx.MockTransport(play))
    return Google(TOKEN, http_client=http_client, **arguments)


class TestRequests:
    """What goes out."""

    def test_answers_are_asked_for_small(self, colour: Colour) -> None:
        """Packed, as Google wants it asked twice, and without indentation."""
        play = Play([answered(200, b"{}")])

        colour.call(Events.get("primary", "e1"), httpx.MockTransport(play))

        sent = play.asked[0]
        assert sent.headers["Accept-Encoding"] == "gzip"
        assert "gzip" in sent.headers["User-Agent"]
        assert sent.url.params["prettyPrint"] == "false"
        assert sent.headers["Authorization"] == f"Bearer {TOKEN}"

    def test_quota_user_goes_along(self) -> None:
        """Calls count against the share that the client names."""
        play = Play([answered(200, b"{}")])

        mocked(play, quota_user="tenant-7").events.get("primary", "e1")

        assert play.asked[0].url.params["quotaUser"] == "tenant-7"

    @pytest.mark.parametrize(
        "id_",
        ["a/b", "a#b@group.v.calendar.google.com", "a?b", "50%", "a@b+c", "é/日本", "a b", "..."],
    )
    def test_ids_of_any_kind_arrive_whole(self, id_: str, colour: Colour) -> None:
        """An id is one segment of the path, whatever it holds."""
        play = Play([answered(200, b"{}")])

        colour.call(Events.get(id_, id_), httpx.MockTransport(play))

        path = play.asked[0].url.raw_path.decode("ascii").partition("?")[0]
        assert [httpx.URL(f"http://x/{s}").path[1:] for s in path.split("/")[4::2]] == [id_, id_]

    def test_listings_are_walked_to_their_end(self, colour: Colour) -> None:
        """Only the absence of a page token ends a listing; an empty page does not."""
        play = Play(list(PAGES))
        first = Events.iterate("primary", q="x")

        items = colour.items(first, httpx.MockTransport(play))

        assert [item.id for item in items] == ["a", "b"]
        assert [r.url.params.get("pageToken") for r in play.asked] == [None, "p2", "p3"]
        assert {r.url.params["q"] for r in play.asked} == {"x"}

    def test_pages_that_go_in_circles_are_refused(self, colour: Colour) -> None:
        """A page that names itself as the next is an error, not an endless walk."""
        play = Play([answered(200, b'{"nextPageToken": "p2"}')])

        with pytest.raises(DecodeError, match="no end"):
            colour.items(Events.iterate("primary"), httpx.MockTransport(play))

        assert len(play.asked) == 2


class TestSecrecy:
    """Where the token never goes."""

    def test_redirects_are_not_followed(self, colour: Colour) -> None:
        """The token does not travel to a host that an answer names."""
        play = Play([answered(307, b"", Location="https://evil.example.net/calendar")])

        with pytest.raises(APIError, match="redirects are not followed"):
            colour.call(CalendarList.list(), httpx.MockTransport(play))

        assert [r.url.host for r in play.asked] == ["www.googleapis.com"]

    def test_nothing_shows_the_token(self, caplog: pytest.LogCaptureFixture) -> None:
        """Neither reprs, nor errors, nor logs repeat it."""
        caplog.set_level(logging.DEBUG, logger="kloudsync")
        google = mocked(Play([answered(401)]))

        with pytest.raises(APIError) as caught:
            google.events.list("primary", sync_token="s3cret-cursor")

        shown = (
            f"{google!r} {google.caller.setting!r} {caught.value!r} {caught.value} {caplog.text}"
        )
        assert TOKEN not in shown
        assert "s3cret-cursor" not in shown
        assert repr(google) == (
            "Google(account='default', base_url='https://www.googleapis.com/calendar/v3')"
        )


class TestShells:
    """What the two clients do beside calling."""

    def test_both_have_all_resources(self) -> None:
        """All eight resources, on clients and on their raw twins."""
        names = [
            "acl",
            "calendar_list",
            "calendars",
            "channels",
            "colors",
            "events",
            "freebusy",
            "settings",
        ]
        google, async_google = Google(TOKEN), AsyncGoogle(TOKEN)

        for client in (google, async_google, google.with_raw_response):
            assert [type(getattr(client, name)).__name__ for name in names] == [
                "Acl",
                "CalendarList",
                "Calendars",
                "Channels",
                "Colors",
                "Events",
                "Freebusy",
                "Settings",
            ]
        google.close()
        asyncio.run(async_google.close())

    def test_raw_twin_shows_the_answer(self) -> None:
        """Status, headers and body come beside the value."""
        google = mocked(Play([answered(200, b'{"id": "e1"}', ETag='"7"')]))

        answer = google.with_raw_response.events.get("primary", "e1")

        assert answer.value == Event(id="e1")
        assert answer.status == 200
        assert answer.response.headers.get("etag") == '"7"'

    def test_raw_twin_of_the_awaiting_client(self) -> None:
        """The same on the other colour."""

        async def call() -> int:
            transport = httpx.MockTransport(Play([answered(204)]))
            async with AsyncGoogle(
                TOKEN, http_client=httpx.AsyncClient(transport=transport)
            ) as google:
                return (await google.with_raw_response.events.delete("primary", "e1")).status

        assert asyncio.run(call()) == 204

    def test_options_make_another_client_over_the_same_connections(self) -> None:
        """What is not given stays; the first client is as it was."""
        google = Google(TOKEN, account="a1")

        hasty = google.with_options(retry=Retry(attempts=1), timeouts=Timeouts(read=1.0))

        assert hasty.caller.setting.retry.attempts == 1
        assert hasty.caller.setting.timeouts.read == 1.0
        assert hasty.caller.ports is google.caller.ports
        assert hasty.account == "a1"
        assert google.caller.setting.retry == Retry()
        hasty.close()

    def test_a_client_passed_in_stays_open(self) -> None:
        """Only connections of our own are closed."""
        http_client = httpx.Client()

        with Google(TOKEN, http_client=http_client):
            pass

        assert not http_client.is_closed
        http_client.close()


class TestArguments:
    """What clients are made of."""

    def test_token_and_address_may_come_from_the_environment(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Where nothing is passed, the environment is asked."""
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", "from-env")
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", "http://127.0.0.1:4010/calendar/v3/")
        play = Play([answered(200, b"{}")])
        http_client = httpx.Client(transport=httpx.MockTransport(play))

        Google(http_client=http_client).colors.get()

        assert play.asked[0].headers["Authorization"] == "Bearer from-env"
        assert str(play.asked[0].url).startswith("http://127.0.0.1:4010/calendar/v3/colors?")

    def test_a_missing_token_says_what_to_do(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without any token there is no client."""
        monkeypatch.delenv("KLOUDSYNC_GOOGLE_TOKEN", raising=False)

        with pytest.raises(UsageError, match="KLOUDSYNC_GOOGLE_TOKEN"):
            Google()
        with pytest.raises(UsageError, match="KLOUDSYNC_GOOGLE_TOKEN"):
            AsyncGoogle()

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"quota_user": "x" * 41}, "41 characters"),
            ({"quota_user": ""}, "0 characters"),
            ({"base_url": "ftp://example.com"}, "http or https"),
            ({"base_url": "www.googleapis.com/calendar/v3"}, "http or https"),
            ({"base_url": "https://u:p@example.com"}, "without user"),
            ({"base_url": "https://example.com/?key=1"}, "without user, query"),
            ({"base_url": "https://[::1"}, "http or https"),
            ({"base_url": "https://example.com:port"}, "http or https"),
            ({"args": ("Bearer x",)}, "without the word Bearer"),
            ({"http_client": httpx.AsyncClient()}, "has to be a Client"),
        ],
    )
    def test_impossible_arguments_are_refused(
        self, arguments: dict[str, Any], message: str
    ) -> None:
        """What could never work is refused when the client is made, secrets unrepeated."""
        with pytest.raises(UsageError, match=message) as caught:
            Google(*arguments.pop("args", (TOKEN,)), **arguments)

        assert "u:p" not in str(caught.value)

    def test_tokens_may_be_functions(self) -> None:
        """A function is asked for each try; a coroutine function with the awaiting client."""
        play = Play([answered(200, b"{}")])

        async def token() -> str:
            return "from-coroutine"

        async def call() -> None:
            http_client = httpx.AsyncClient(transport=httpx.MockTransport(play))
            await AsyncGoogle(token, http_client=http_client).colors.get()

        asyncio.run(call())
        Google(
            lambda: "from-function", http_client=httpx.Client(transport=httpx.MockTransport(play))
        ).colors.get()

        assert [r.headers["Authorization"] for r in play.asked] == [
            "Bearer from-coroutine",
            "Bearer from-function",
        ]


class TestAgainstTheFake:
    """A service with Google's own rules."""

    def test_page_token_of_another_query(self, fake_google: FakeGoogle, colour: Colour) -> None:
        """The service refuses it, and its words are passed on."""
        calendar = fake_google.calendar()
        for number in range(3):
            calendar.create(f"meeting {number}", NINE)
        first = colour.call(Events.list("primary", max_results=1), fake_google.transport()).value

        with pytest.raises(BadRequest, match=r"events\.list"):
            colour.call(
                Events.list(
                    "primary", max_results=1, q="meeting", page_token=str(first.next_page_token)
                ),
                fake_google.transport(),
            )

    @pytest.mark.parametrize("id_", ["a/b#c?d%e@f+g", "日本@example.com"])
    def test_odd_calendar_ids(self, id_: str, fake_google: FakeGoogle, colour: Colour) -> None:
        """A calendar is reached by whatever id it has."""
        fake_google.add_calendar(id_)

        entry = colour.call(CalendarList.get(id_), fake_google.transport()).value

        assert entry.id == id_
