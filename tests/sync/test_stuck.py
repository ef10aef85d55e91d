"""Passes that nobody can finish are begun anew, whatever words or errors they end in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve
from tests.sync.world import World

from kloudsync.errors import (
    APIError,
    BadRequest,
    DecodeError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    StoreBusy,
    StoreError,
    Unauthorized,
)
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.runtime.drive import run
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle

DAY = datetime(2026, 2, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


class Refusing:
    """A fake service that answers what it is asked with an error, for as long as it is told to.

    Attributes:
        status: The status of the answer.
        reason: The word in it.
        refuses: Tells of which parameters a request is refused.
    """

    def __init__(self, fake: FakeGoogle) -> None:
        self._inner = fake.transport()
        self.status = 400
        self.reason = "failedPrecondition"
        self.refuses: Callable[[httpx.QueryParams], bool] = lambda _: False

    def as_transport(self) -> Any:
        """Return it as a transport for either colour of client."""
        return httpx.MockTransport(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if not self.refuses(request.url.params):
            return self._inner.handle_request(request)
        error = {"code": self.status, "message": "No", "errors": [{"reason": self.reason}]}
        return httpx.Response(self.status, json={"error": error})


@pytest.fixture
def fake() -> FakeGoogle:
    """Return a service with a calendar of 25 events."""
    fake = FakeGoogle()
    for number in range(25):
        fake.calendar().create(f"Event {number}", DAY + number * HOUR)
    return fake


@pytest.fixture
def service(fake: FakeGoogle) -> Refusing:
    """Return the service, willing so far."""
    return Refusing(fake)


@pytest.fixture
def world(make_world: Callable[..., World], fake: FakeGoogle, service: Refusing) -> World:
    """Return who syncs it, in pages of ten."""
    return make_world(fake=fake, transport=service.as_transport(), page_size=10)


def is_page(params: httpx.QueryParams) -> bool:
    """Tell whether a later page is asked for."""
    return "pageToken" in params


def is_delta(params: httpx.QueryParams) -> bool:
    """Tell whether a delta is asked for."""
    return "syncToken" in params


def cut_off(world: World, service: Refusing) -> None:
    """Let a run end after its first page."""
    service.status, service.refuses = 401, is_page
    with pytest.raises(KloudsyncError):
        world.sync()
    assert world.copy.state().checkpoint is not None


@pytest.mark.parametrize(
    ("status", "reason"),
    [(400, "badRequest"), (400, "failedPrecondition"), (403, "forbidden"), (404, "notFound")],
)
def test_a_page_that_is_refused_after_a_pause_is_begun_anew(
    world: World, service: Refusing, status: int, reason: str
) -> None:
    """In which words page tokens of old are refused is not documented; a fresh walk needs none."""
    cut_off(world, service)
    old: list[str] = []

    def is_old(params: httpx.QueryParams) -> bool:
        if is_page(params) and not old:
            old.append(params["pageToken"])
        return params.get("pageToken") in old

    service.status, service.reason, service.refuses = status, reason, is_old
    report = world.sync()
    assert (report.added, report.resumed, report.resync_reason) == (25, False, "first sync")
    assert world.is_in_step()


def test_the_cursor_outlives_a_refused_page(
    world: World, service: Refusing, fake: FakeGoogle
) -> None:
    """What is begun anew is the delta, and no full pass."""
    world.sync()
    for event in list(world.truth())[:15]:
        fake.calendar().edit(event, summary="Renamed")
    cut_off(world, service)
    asked: list[bool] = []

    def once(params: httpx.QueryParams) -> bool:
        asked.append(is_page(params))
        return asked == [True]

    service.status, service.refuses = 404, once
    report = world.sync()
    assert (report.full, report.updated) == (False, 15)
    assert asked == [True, False, True]
    assert world.is_in_step()


@pytest.mark.parametrize(
    ("status", "reason", "error"),
    [
        (401, "authError", Unauthorized),
        (429, "rateLimitExceeded", RateLimited),
        (403, "userRateLimitExceeded", RateLimited),
        (503, "backendError", ServiceUnavailable),
    ],
)
def test_what_speaks_of_no_page_leaves_the_pass_where_it_was(
    world: World, service: Refusing, status: int, reason: str, error: type[APIError]
) -> None:
    """A token to renew, a spent budget and a service that is down are no reasons to begin anew."""
    cut_off(world, service)
    service.status, service.reason = status, reason
    with pytest.raises(error):
        world.sync()
    service.refuses = lambda _: False
    report = world.sync()
    assert (report.resumed, report.pages) == (True, 3 + 1)
    assert world.is_in_step()


def test_a_page_at_which_the_service_always_breaks_is_given_up(
    world: World, service: Refusing
) -> None:
    """What fails twice in a row in one way is not tried a third time."""
    cut_off(world, service)
    service.status, service.reason = 500, "backendError"
    for _ in range(2):
        with pytest.raises(ServiceUnavailable):
            world.sync()
    assert world.copy.state().checkpoint is None
    service.refuses = lambda _: False
    assert not world.sync().resumed
    assert world.is_in_step()


def test_a_pass_of_yesterday_is_begun_anew(world: World, service: Refusing) -> None:
    """The service can't be thought to remember where it was."""
    cut_off(world, service)
    service.refuses = lambda _: False
    world.clock.advance(timedelta(hours=24))
    assert (world.sync().resumed, world.is_in_step()) == (False, True)


class Failing(MemoryStore):
    """A store whose commit fails in a way of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.error: Exception | None = None

    def unit(self, work: Callable[[Any], Any], *, durable: bool = False) -> Any:
        """Run a unit of work, but for those that have to be durable."""
        if durable and self.error is not None:
            raise self.error
        return super().unit(work, durable=durable)


@pytest.mark.parametrize(
    ("errors", "kept"),
    [
        ([ValueError("a fault"), ValueError("the same, told otherwise")], False),
        ([StoreError("cannot be stored"), StoreError("cannot be stored")], False),
        ([ValueError(), KeyError()], True),
        ([ValueError(), StoreBusy(), ValueError()], False),
        ([StoreBusy(), StoreBusy(), StoreBusy()], True),
    ],
)
def test_a_pass_that_fails_twice_in_one_way_is_dropped(
    fake: FakeGoogle, errors: list[Exception], kept: bool
) -> None:
    """It is complete, and would be resumed for ever; the cursor stays, and what a fresh walk finds may pass."""
    store = Failing()
    with World("blocking", store, fake=fake, page_size=10) as world:
        for store.error in errors:
            assert store.error is not None
            with pytest.raises(type(store.error)):
                world.sync()
        assert (world.copy.state().checkpoint is not None) == kept
        store.error = None
        report = world.sync()
        assert (report.committed, report.resumed) == (True, kept)
        assert world.is_in_step()


def test_a_delta_refused_in_unknown_words_is_listed_in_full_once_a_day(
    world: World, service: Refusing
) -> None:
    """The same query made the cursor, so a 400 may well mean it; each time would be too dear."""
    world.sync()
    service.refuses = is_delta
    report = world.sync()
    assert report.resync_reason == "400 failedPrecondition: the cursor may be meant"
    for _ in range(2):
        world.clock.advance(timedelta(hours=11))
        with pytest.raises(BadRequest):
            world.sync()
    world.clock.advance(timedelta(hours=2))
    assert world.sync().full


def test_a_doubt_is_remembered_over_deltas(world: World, service: Refusing) -> None:
    """A service that refuses every other delta is not listed in full each time."""
    world.sync()
    service.refuses = is_delta
    assert world.sync().full
    service.refuses = lambda _: False
    assert not world.sync().full
    service.refuses = is_delta
    with pytest.raises(BadRequest):
        world.sync()


@pytest.mark.parametrize("reason", ["syncTokenWithRequestRestrictions", "syncTokenWithX"])
def test_words_that_blame_the_query_reach_the_caller(
    world: World, service: Refusing, reason: str
) -> None:
    """No full pass mends parameters that go with no cursor."""
    world.sync()
    service.refuses, service.reason = is_delta, reason
    with pytest.raises(BadRequest):
        world.sync()


def test_an_error_that_means_the_cursor_always_leads_to_a_full_pass(
    world: World, service: Refusing
) -> None:
    """How the error is called decides, in whatever words it came."""
    world.sync()
    service.status, service.reason, service.refuses = 410, "updatedMinTooLongAgo", is_delta
    for _ in range(2):
        assert world.sync().full


class Endless:
    """A service whose listing names ever new pages."""

    def __init__(self, *, circle: bool = False) -> None:
        self._circle = circle
        self.pages = 0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer with an event and the next page's token."""
        self.pages += 1
        number = self.pages % 3 if self._circle else self.pages
        times = {"start": {"date": "2026-01-05"}, "end": {"date": "2026-01-06"}}
        item = {"id": f"event{self.pages}", "status": "confirmed", **times}
        return httpx.Response(200, json={"items": [item], "nextPageToken": f"page {number}"})


@pytest.mark.parametrize("circle", [False, True])
def test_a_listing_without_end_leaves_nothing_behind(
    circle: bool,
) -> None:
    """Each run reads so many pages at most, all its runs together, and keeps none of them."""
    service, store = Endless(circle=circle), MemoryStore()
    google = Google("t", http_client=httpx.Client(transport=httpx.MockTransport(service)))
    engine = SyncEngine(google.calendar(), store)
    core = engine._engine
    limited = evolve(core, settings=evolve(core.settings, longest_walk=50))
    words = "a page that was read before" if circle else "more pages after 50"
    for _ in range(3):
        before = service.pages
        with pytest.raises(DecodeError, match=words):
            run(limited.sync())
        assert service.pages - before == (4 if circle else 50)
        assert store.state(core.source.key).checkpoint is None
