"""The live calendar over HTTP: what a person does, and what the feed tells of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Coroutine, MutableMapping
from contextlib import asynccontextmanager
from datetime import date, timedelta
from typing import Any, TypeAlias

import httpx
import pytest
from attrs import define, evolve
from starlette.applications import Starlette

from kloudsync.demo.app import live_app
from kloudsync.demo.live import POLICY, LiveCalendar
from kloudsync.push.policy import WatchPolicy

QUICK = evolve(POLICY, rest=0.05, longest_rest=0.05, poll_watched=3600.0)
"""Hears of changes by notifications alone."""
SCRIPTS = (("/band.js", "javascript"), ("/drag.js", "javascript"))
DAY = "2026-01-05"
Told: TypeAlias = tuple[str, dict[str, Any]]


@define
class Page:
    """What a browser would do with the application."""

    live: LiveCalendar
    app: Starlette
    http: httpx.AsyncClient

    @property
    def lost(self) -> int:
        """How many notifications nobody heard."""
        log = self.live.fake.channels.deliveries.log
        return sum(delivery.status == 0 for delivery in log)

    async def state(self) -> dict[str, Any]:
        """Ask for what is drawn."""
        return dict((await self.http.get("/state")).raise_for_status().json())

    async def until(self, condition: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Ask, whenever there is news, until the state is as it should be."""
        async with asyncio.timeout(20):
            count = self.live.news.count
            while not condition(state := await self.state()):
                count = await self.live.news.behind(count)
        return state

    async def in_step(self) -> dict[str, Any]:
        """Ask until the copy is as the calendar."""
        return await self.until(lambda state: state["in_step"])

    async def heard(self, until: Callable[[Told], bool], after: int = 0) -> list[Told]:
        """Listen to the stream until something is told; httpx would wait for its end."""
        told: list[Told] = []
        found = asyncio.Event()

        async def send(message: MutableMapping[str, Any]) -> None:
            for entry in message.get("body", b"").decode().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in entry.splitlines())
                if lines:
                    told.append((lines["event"], json.loads(lines["data"])))
                    if until(told[-1]):
                        found.set()

        async def receive() -> MutableMapping[str, Any]:
            await found.wait()
            return {"type": "http.disconnect"}

        headers = [(b"host", b"localhost"), (b"last-event-id", str(after).encode())]
        scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": "/feed",
            "headers": headers,
        }
        scope |= {"query_string": b"", "root_path": "", "asgi": {"spec_version": "2.3"}}
        async with asyncio.timeout(20):
            await self.app(scope, receive, send)
        return told


@asynccontextmanager
async def opened(policy: WatchPolicy) -> AsyncGenerator[Page]:
    """Open the page, its first sync done."""
    live = LiveCalendar(policy=policy)
    app = live_app(live)
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        page = Page(live, app, http)
        await page.in_step()
        yield page


def on_the_page(
    play: Callable[[Page], Coroutine[Any, Any, None]], policy: WatchPolicy = QUICK
) -> None:
    """Play something on a fresh page."""

    async def playing() -> None:
        async with opened(policy) as page:
            await play(page)

    asyncio.run(playing())


def titles(blocks: list[dict[str, Any]]) -> list[str]:
    """Return what the blocks of a week are called."""
    return [block["title"] for block in blocks]


def test_the_feed_tells_a_split() -> None:
    """A series is made, "this and following" edited, and the stream tells of one split."""

    async def play(page: Page) -> None:
        monday = (await page.state())["monday"]
        times = {"start": f"{monday}T16:00", "end": f"{monday}T16:30"}
        answer = await page.http.post(
            "/events", json={"title": "Chess", "repeats": "daily"} | times
        )
        assert answer.status_code == 201
        state = await page.until(lambda state: titles(state["copy"]).count("Chess") == 7)
        third = [block for block in state["calendar"] if block["title"] == "Chess"][2]
        later = {"start": third["start"].replace("T16:00", "T17:15"), "scope": "following"}
        later |= {"end": third["end"].replace("T16:30", "T17:45"), "original": third["original"]}
        path = f"/events/{third['event']}"
        (await page.http.patch(path, json={"title": "Chess"} | later)).raise_for_status()
        told = await page.heard(lambda one: one[1].get("kind") == "split")
        split = told[-1][1]
        assert (split["title"], split["old"]) == ("Chess", third["event"])
        state = await page.in_step()
        lineage = next(one for one in state["series"] if one[0]["title"] == "Chess")
        assert [segment["id"] for segment in lineage] == [split["old"], split["new"]]
        rest = await page.heard(lambda one: one[0] == "news", split["position"])
        assert [kind for kind, _ in rest] == ["news"]

    on_the_page(play)


def test_whole_days_are_made_moved_and_split() -> None:
    """They stand in the band of calendar and copy alike, and go through the same edits."""

    async def play(page: Page) -> None:
        monday = date.fromisoformat((await page.state())["monday"])
        days = {"start": monday.isoformat(), "end": (monday + timedelta(days=1)).isoformat()}
        answer = await page.http.post("/events", json={"title": "Duty", "repeats": "daily"} | days)
        assert answer.status_code == 201
        state = await page.until(lambda state: titles(state["copy_band"]).count("Duty") == 7)
        third = [bar for bar in state["calendar_band"] if bar["title"] == "Duty"][2]
        assert third["original"] == third["start"]
        later = {"original": third["original"], "scope": "following", "moved": False}
        later |= {"title": "Desk", "start": third["start"], "end": third["end"]}
        path = f"/events/{third['event']}"
        (await page.http.patch(path, json=later)).raise_for_status()
        state = await page.until(lambda state: titles(state["copy_band"]).count("Desk") == 5)
        assert state["in_step"]
        told = await page.heard(lambda one: one[1].get("kind") == "split")
        assert told[-1][1]["title"] == "Desk"
        fair = next(bar for bar in state["calendar_band"] if bar["title"] == "Trade fair")
        (await page.http.delete(f"/events/{fair['event']}")).raise_for_status()
        await page.until(lambda state: "Trade fair" not in titles(state["copy_band"]))

    on_the_page(play)


def test_one_occurrence_and_all_that_follow_are_deleted() -> None:
    """An occurrence goes alone, and the later ones with the one that was chosen."""

    async def play(page: Page) -> None:
        state = await page.state()
        ups = [block for block in state["calendar"] if block["title"] == "Stand-up"]
        for one, scope in ((ups[0], "this"), (ups[3], "following")):
            asked = {"original": one["original"], "scope": scope}
            (await page.http.delete(f"/events/{one['event']}", params=asked)).raise_for_status()
        state = await page.until(lambda state: titles(state["copy"]).count("Stand-up") == 2)
        assert state["in_step"]
        told = await page.heard(lambda one: one[1].get("kind") == "truncated")
        assert told[-1][1]["title"] == "Stand-up"

    on_the_page(play)


@pytest.mark.parametrize(("fault", "error"), [("token", "Unauthorized"), ("rate", "RateLimited")])
def test_a_fault_is_named_and_outlived(fault: str, error: str) -> None:
    """While the service refuses, the copy stays and says why; then it catches up."""

    async def play(page: Page) -> None:
        held = (await page.state())["copy"]
        await page.http.put(f"/faults/{fault}", json={"on": True})
        state = await page.until(lambda state: error in state["health"]["text"])
        assert (state["copy"], state["faults"][fault]) == (held, True)
        single = next(block for block in held if block["original"] is None)
        await page.http.delete(f"/events/{single['event']}")
        assert not (await page.state())["in_step"]
        await page.http.put(f"/faults/{fault}", json={"on": False})
        assert single["title"] not in titles((await page.in_step())["copy"])

    on_the_page(play)


def test_a_lost_notification_costs_time_only() -> None:
    """What nobody was told of is found by the next look."""

    async def play(page: Page) -> None:
        await page.http.put("/faults/push", json={"on": True})
        single = next(one for one in (await page.state())["copy"] if one["original"] is None)
        await page.http.delete(f"/events/{single['event']}")
        await page.until(lambda state: single["title"] not in titles(state["copy"]))
        assert page.lost == 1

    on_the_page(play, evolve(QUICK, poll_watched=0.2))


def test_a_dead_cursor_leads_to_a_full_pass() -> None:
    """The page says that everything was listed, and the feed tells of nothing."""

    async def play(page: Page) -> None:
        await page.http.delete("/cursor")
        state = await page.until(
            lambda state: "full pass because of 410" in state["health"]["text"]
        )
        assert state["in_step"]

    on_the_page(play)


def test_nonsense_is_refused_in_a_sentence() -> None:
    """Bad input is answered with 400 and what is wrong; what is gone with 409."""
    times = {"start": "2026-01-05T10:00", "end": "2026-01-05T11:00"}
    asked: list[tuple[str, str, Any, int, str]] = [
        ("POST", "/events", {}, 400, "a title"),
        ("POST", "/events", [], 400, "JSON object"),
        ("POST", "/events", {"title": "x", "start": 1, "end": "2026"}, 400, "start is a time"),
        ("POST", "/events", {"title": "x"} | times | {"end": times["start"]}, 400, "ends after"),
        ("POST", "/events", {"title": "x", "repeats": "hourly"} | times, 400, "repeats"),
        ("POST", "/events", {"title": "x"} | times | {"end": "2026-01-06"}, 400, "two days"),
        ("POST", "/events", {"title": "x", "start": DAY, "end": DAY}, 400, "one day or more"),
        ("POST", "/events", {"title": "x", "start": DAY, "end": "2026-03-05"}, 400, "most 31"),
        ("PATCH", "/events/none", {"title": "x"} | times, 409, "no event"),
        ("PATCH", "/events/none", {"title": "x", "scope": "all"} | times, 400, "scope"),
        ("DELETE", "/events/none?scope=following", None, 400, "single event"),
        ("PUT", "/faults/fire", {"on": True}, 400, "token, rate, push"),
        ("GET", "/state?week=monday", None, 400, "week is a day"),
        ("GET", "/state?week=0001-01-01", None, 400, "1990"),
    ]

    async def play(page: Page) -> None:
        for method, path, said, status, words in asked:
            answer = await page.http.request(method, path, json=said)
            assert (answer.status_code, words in answer.text) == (status, True), answer.text

    on_the_page(play)


def test_the_page_comes_whole_and_to_this_machine_only() -> None:
    """Its files load nothing from elsewhere; another host's name is refused."""

    async def play(page: Page) -> None:
        for path, kind in (
            ("/", "html"),
            ("/live.css", "css"),
            ("/live.js", "javascript"),
            *SCRIPTS,
        ):
            answer = await page.http.get(path)
            assert kind in answer.headers["content-type"]
            assert "default-src 'self'" in answer.headers["content-security-policy"]
            assert "https://" not in answer.text
        strange = await page.http.get("/state", headers={"Host": "calendar.example.com"})
        assert strange.status_code == 400

    on_the_page(play)
