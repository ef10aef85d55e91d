"""Whatever JSON can hold, in any place of any event, ends in the store or in the quarantine: on every store."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.cases import expect_right, programs
from tests.fuzz.places import GOOGLE, KLOUDLESS, ODD, spoilt
from tests.stores.postgres.conftest import conninfo, new_schema

from kloudsync import Google, Kloudless, SyncEngine
from kloudsync.errors import DecodeError, KloudsyncError
from kloudsync.http.caller import Blocking
from kloudsync.http.retry import Retry
from kloudsync.model.change import Added
from kloudsync.stores import MemoryStore, PostgresStore, SQLiteStore
from kloudsync.sync.ports import Store
from kloudsync.sync.source import Source
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless

__all__ = ["conninfo", "new_schema"]

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
GOOD = ("good", "better")
QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """Every store, each of which sees the calendars of many examples."""
    if request.param == "postgres":
        server: str = request.getfixturevalue("conninfo")
        schema: Callable[[], str] = request.getfixturevalue("new_schema")
        made: Store = PostgresStore(server, clock="workers", schema=schema())
    else:
        made = MemoryStore() if request.param == "memory" else SQLiteStore(tmp_path / "c.db")
    yield made
    made.close()


def written(value: Any) -> str:
    """Write JSON as services do: escaped, or as it is where that can be encoded."""
    text = json.dumps(value, ensure_ascii=False)
    return text if text.isascii() or _encodes(text) else json.dumps(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def google(items: list[Any], envelope: dict[str, Any]) -> Source[Blocking]:
    """Return a calendar at Google that holds these items between two good ones."""
    times = {"start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}
    first, last = ({"id": one, "status": "confirmed", **times} for one in GOOD)
    page = {"items": [first, *items, last], "nextSyncToken": "next", **envelope}
    body = written(page)

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, text=body)

    http_client = httpx.Client(transport=httpx.MockTransport(answer))
    client = Google("t", http_client=http_client, retry=Retry(attempts=1))
    return client.calendar("c@example.com")


class Spoiling(httpx.BaseTransport):
    """A service of Kloudless whose answers hold more than the fake has put into them."""

    def __init__(self, fake: FakeKloudless, items: list[Any], envelope: dict[str, Any]) -> None:
        self._inner = fake.transport()
        self._items = items
        self._envelope = envelope

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the fake does, with more in the lists."""
        answer = self._inner.handle_request(request)
        with suppress(ValueError):
            held: dict[str, Any] = json.loads(answer.read())
            if "objects" in held:
                more = self._more(request.url.path)
                page = {**held, "objects": [*held["objects"], *more], **self._envelope}
                return httpx.Response(answer.status_code, text=written(page))
        return answer

    def _more(self, path: str) -> list[Any]:
        if path.endswith("/events"):
            return self._items
        if "activity" in path:
            return [{"type": "update", "metadata": item} for item in self._items] + self._items
        return []


def kloudless(items: list[Any], envelope: dict[str, Any]) -> Source[Blocking]:
    """Return a calendar through Kloudless that holds these items behind two good ones."""
    clock = ManualClock()
    fake = FakeKloudless(FakeGoogle(clock=clock))
    for number, name in enumerate(GOOD):
        fake.google.calendar().create(name, START + timedelta(days=number))
    http_client = httpx.Client(transport=Spoiling(fake, items, envelope))
    client = Kloudless("t", http_client=http_client, clock=clock, retry=Retry(attempts=1))
    return client.calendar()


SERVICES = {"google": (google, GOOGLE), "kloudless": (kloudless, KLOUDLESS)}


def named(item: Any) -> str:
    """Return what an item is told from others by: of two with one id either may be the right one."""
    held: Any = cast("dict[str, Any]", item).get("id") if isinstance(item, dict) else item
    return held if isinstance(held, str) else json.dumps(item)


def expect_readable(engine: SyncEngine) -> None:
    """Ask whatever a program may ask of a copy."""
    window = START - timedelta(days=9), START + timedelta(days=99)
    skipped: list[Any] = []
    for one in engine.occurrences(*window, skipped=skipped.append):
        assert one.id
        assert (one.start, one.end, one.original_start, one.event, one.repairs) is not None
    engine.busy(*window, skipped=skipped.append)
    for change in engine.changes("reader"):
        assert str(change)
    for held in engine.events():
        engine.lineage(held.id)


def expect_settled(engine: SyncEngine) -> None:
    """Sync, and see that all that came is accounted for, told once, and can be read."""
    report = engine.sync()
    assert report.committed
    added = [one.event for one in engine.changes("first") if isinstance(one, Added)]
    assert {getattr(one, "title", None) for one in added} | {one.id for one in added} >= set(GOOD)
    assert report.added == len(added)
    kept = engine.quarantined()
    held, aside = {one.id for one in engine.events()}, {one.slot for one in kept}
    assert all(one.id in held or one.slot in aside for one in report.quarantined)
    again = engine.sync(full=True)
    assert (again.added, again.updated, again.deleted) == (0, 0, 0)
    assert engine.quarantined() == kept
    expect_readable(engine)


@pytest.mark.parametrize("examples", [20, pytest.param(2000, marks=pytest.mark.long)])
@pytest.mark.parametrize("service", SERVICES)
def test_any_json_in_any_place_of_an_event_is_held_or_kept_aside(
    store: Store, service: str, examples: int
) -> None:
    """The good ones arrive, each odd one is held, gone or in quarantine, and nothing is told twice."""
    source, documents = SERVICES[service]

    @settings(max_examples=examples, suppress_health_check=QUIET, deadline=None)
    @given(st.lists(spoilt(documents), min_size=1, max_size=4, unique_by=named))
    def check(items: list[Any]) -> None:
        engine = SyncEngine(source(items, {}), store)
        try:
            expect_settled(engine)
        finally:
            engine.forget()

    check()


@pytest.mark.parametrize("program", programs("security/quarantine_reasons"))
def test_no_event_stops_its_calendar(program: Path) -> None:
    """Neither by its rules nor by the page that it came with."""
    expect_right(program)


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\x1b[2J"])
def test_a_reason_quotes_what_a_store_can_hold(store: Store, odd: str) -> None:
    """Half a character in a rule is told in the reason by a sign, and nothing is lost by it."""
    _, _, series, *_ = GOOGLE
    engine = SyncEngine(google([series | {"recurrence": [f"RRULE:FREQ={odd}"]}], {}), store)
    expect_settled(engine)
    (kept,) = engine.quarantined()
    assert odd not in kept.reason
    assert kept.reason.isprintable()


@pytest.mark.parametrize("odd", ["\ud800", "\0", "\x1b[2J", {}, 1, "x" * 9_999])
def test_what_a_page_says_of_itself_stops_no_calendar(store: Store, odd: Any) -> None:
    """Its events are held, whatever stands beside them that is no token."""
    names = ("timeZone", "summary", "etag", "updated", "kind")
    engine = SyncEngine(google([], dict.fromkeys(names, odd)), store)
    expect_settled(engine)


@pytest.mark.parametrize("name", ["nextSyncToken", "nextPageToken"])
@pytest.mark.parametrize("odd", ["\ud800", "a\0"])
def test_a_token_that_no_store_can_keep_is_refused_alike(store: Store, name: str, odd: str) -> None:
    """Before anything is written, and on every store with the same error."""
    engine = SyncEngine(google([], {name: odd}), store)
    with pytest.raises(DecodeError, match="expected text without NUL"):
        engine.sync()
    assert engine.state().passes == 0


@pytest.mark.parametrize("examples", [20, pytest.param(2000, marks=pytest.mark.long)])
@pytest.mark.parametrize("service", SERVICES)
def test_any_json_in_any_place_of_a_page_is_read_or_refused(
    store: Store, service: str, examples: int
) -> None:
    """An envelope that makes no sense is an error of ours, and leaves no half of a copy."""
    source, _ = SERVICES[service]
    names = ("items", "objects", "timeZone", "summary", "nextSyncToken", "nextPageToken", "etag")
    more = ("next_page", "page", "total", "cursor", "remaining", "type", "\0", "\ud800")

    @settings(max_examples=examples, suppress_health_check=QUIET, deadline=None)
    @given(st.dictionaries(st.sampled_from(names + more), ODD, min_size=1, max_size=3))
    def check(envelope: dict[str, Any]) -> None:
        engine = SyncEngine(source([], envelope), store)
        try:
            try:
                assert engine.sync().committed
            except KloudsyncError:
                assert engine.state().passes == 0
            else:
                expect_readable(engine)
        finally:
            engine.forget()

    check()
