"""What is refused is left alone: longer each time, and as long as the service asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st
from tests.cases import expect_right, programs
from tests.push.world import POLICY, World

from kloudsync.errors import (
    AddressRefused,
    ConsentRequired,
    RateLimited,
    UsageError,
)
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.retry import Retry
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.objects.watcher import Watcher
from kloudsync.providers.google.auth import google_endpoint
from kloudsync.providers.google.client import Google
from kloudsync.push.policy import WatchPolicy
from kloudsync.push.report import ChannelReport, Round
from kloudsync.push.rests import Rests
from kloudsync.stores import MemoryStore
from kloudsync.sync.report import SyncReport
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle

EVENTS = Topic(CalendarKey("google", "default", "primary"))
ADDRESS = "https://hooks.example.com/google"
TOKENS = "https://oauth2.googleapis.com/token"


def asked(world: World, operation: str) -> int:
    """Count the calls of an operation."""
    return sum(line.operation == operation for line in world.fake.requests)


def refused(asks: float | None = None) -> RateLimited:
    """Describe a rate limit."""
    return RateLimited("slow down", status=429, provider="google", retry_after=asks)


@given(st.integers(1, 2000), st.floats(1, 100), st.floats(100, 1e5))
def test_rests_double_up_to_the_longest(times: int, rest: float, longest: float) -> None:
    """Each failure in a row makes the rest longer; a success begins anew."""
    rests = Rests(WatchPolicy(rest=rest, longest_rest=longest))
    lengths = [rests.begin("a", refused(), 0.0) for _ in range(min(times, 40))]
    assert lengths[0] == rest
    assert lengths == sorted(lengths)
    assert lengths[-1] <= longest
    rests.end("a")
    assert rests.until("a", 0.0) is None
    assert rests.begin("a", refused(), 0.0) == rest


def test_what_a_service_asks_for_is_obeyed() -> None:
    """Also where it is longer than the longest rest."""
    rests = Rests(WatchPolicy(rest=60, longest_rest=600))
    assert rests.begin("a", refused(3600.0), 0.0) == 3600.0
    assert rests.begin("b", refused(5.0), 0.0) == 60.0


def test_a_rest_longer_than_the_longest_makes_no_sense() -> None:
    """The mistake shows when the policy is made."""
    with pytest.raises(UsageError, match="longest_rest"):
        WatchPolicy(rest=10, longest_rest=5)


@pytest.mark.parametrize("kind", [FaultKind.FORBIDDEN, FaultKind.QUOTA_EXCEEDED])
def test_a_refused_opening_rests(world: World, kind: FaultKind) -> None:
    """However often a watcher is called, the service is asked a few times an hour; then it works."""
    world.fake.faults.add(Fault(kind, operation="events.watch", times=None))
    reports: list[ChannelReport] = []
    for _ in range(720):
        reports.append(world.tend())
        world.wait(5.0)
    # After 0, 1, 3, 7, 15 and 31 minutes; a quota that is used up asks for an hour.
    times = 6 if kind is FaultKind.FORBIDDEN else 1
    assert asked(world, "events.watch") == times
    assert [bool(one.failures) for one in reports].count(True) == times
    assert all(one.next_at is not None for one in reports)
    assert reports[0].next_at == reports[1].next_at
    world.fake.faults = Faults()
    world.wait(POLICY.longest_rest)
    assert len(world.tend().opened) == 1


def test_a_rest_survives_the_program(make_world: Callable[..., World], store: Any) -> None:
    """Whoever starts anew does not ask at once what was refused a moment ago."""
    first = make_world()
    first.fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="events.watch"))
    assert first.tend().failures
    second = make_world(fake=first.fake)
    report = second.tend()
    assert (report.failures, report.opened, report.next_at) == ((), (), second.now + POLICY.rest)
    second.wait(POLICY.rest)
    assert second.tend().opened


def test_a_refused_stopping_rests(world: World) -> None:
    """A surplus channel that cannot be stopped is tried a few times an hour, and told when."""
    world.tend()
    world.fake.faults.add(Fault(FaultKind.FORBIDDEN, operation="channels.stop", times=None))
    world.wait(800.0)
    for _ in range(39):
        report = world.tend()
        assert report.next_at is not None
        world.wait(5.0)
    assert asked(world, "channels.stop") == 3, "after 0, 1 and 3 minutes"
    world.fake.faults = Faults()
    assert len(world.stop().stopped) == 2, "whoever asks for it is not kept waiting"


def test_a_failed_sync_rests_for_as_long_as_the_service_asks(
    make_world: Callable[..., World],
) -> None:
    """A used-up quota is not asked for every minute."""
    world = make_world()
    world.fake.faults.add(Fault(FaultKind.QUOTA_EXCEEDED, operation="events.list", times=None))
    (failure,) = world.sync_due().failures
    assert isinstance(failure.error, RateLimited)
    assert failure.error.retry_after == 3600.0
    before = asked(world, "events.list")
    world.wait(3599.0)
    report = world.sync_due()
    assert (report.failures, report.next_at) == ((), world.now + 1.0)
    assert asked(world, "events.list") == before
    world.wait(1.0)
    assert world.sync_due().failures


@pytest.fixture
def tokens() -> Iterator[respx.Route]:
    """The token endpoint, for accounts whose grants were revoked; nothing else can be reached."""
    with respx.mock:
        yield respx.post(TOKENS).respond(400, json={"error": "invalid_grant"})


def account(clock: ManualClock | None = None) -> Google:
    """Return a client that has a refresh token alone."""
    auth = RefreshedToken(google_endpoint("client", "client-secret"), "refresh-token")
    return Google(auth, clock=clock, retry=Retry(attempts=2))


def watching(google: Google, *calendars: str) -> Watcher:
    """Return a watcher of some calendars of an account."""
    store = MemoryStore()
    engines = [SyncEngine(google.calendar(name), store) for name in calendars]
    return Watcher(google.push, store, engines, address=ADDRESS)


def test_a_revoked_account_costs_one_request_per_rest(
    tokens: respx.Route, manual_clock: ManualClock
) -> None:
    """Not one per calendar and minute: the others would be answered likewise."""
    watcher = watching(account(manual_clock), *(f"team{n}@example.com" for n in range(20)))
    told: list[Round[SyncReport | None]] = []
    for _ in range(120):
        watcher.tend()
        told.append(watcher.sync_due())
        manual_clock.sleep(30.0)
    assert 1 <= tokens.call_count <= 7, "an hour's rests, with tending and syncing together"
    assert all(one.next_at is not None and one.next_at > 0 for one in told)


def test_a_revoked_account_is_told_for_each_calendar(
    tokens: respx.Route, manual_clock: ManualClock
) -> None:
    """The report of a round names all that could not be synced."""
    google = account(manual_clock)
    watcher = watching(google, "primary", "team@example.com", "room@example.com")
    failures = watcher.sync_due().failures
    assert [type(one.error) for one in failures] == [ConsentRequired] * 3
    assert len({one.topic for one in failures}) == 3
    assert tokens.call_count == 1


@pytest.mark.parametrize("reason", ["push.webhookUrlUnauthorized", "push.webhookUrlNotHttps"])
def test_a_refused_address_is_no_fault_of_the_token(tokens: respx.Route, reason: str) -> None:
    """The token is kept, no new one is bought, and every topic is tried."""
    status = 401 if reason.endswith("Unauthorized") else 400
    said = {"message": "Unauthorized WebHook callback channel", "errors": [{"reason": reason}]}
    tokens.respond(json={"access_token": "access-token", "expires_in": 3600})
    watched = respx.post(path__regex="/events/watch$").respond(status, json={"error": said})
    report = watching(account(), "primary", "team@example.com").tend()
    assert [type(one.error) for one in report.failures] == [AddressRefused] * 2
    assert "verif" in str(report.failures[0].error)
    assert (tokens.call_count, watched.call_count) == (1, 2)


def test_a_token_function_that_raises_ends_no_round(make_world: Callable[..., World]) -> None:
    """A vault that is down once is a failure of one topic, and no channel is left behind."""
    calls = iter(range(100))

    def token() -> str:
        if next(calls) == 1:
            raise RuntimeError("the vault is down")
        return "token"

    fake = FakeGoogle()
    fake.add_calendar("team@example.com")
    fake.add_calendar("room@example.com")
    world = make_world("primary", "team@example.com", "room@example.com", fake=fake, token=token)
    report = world.tend()
    assert [type(one.error) for one in report.failures] == [RuntimeError]
    assert len(report.opened) == len(world.kept) == 2
    world.wait(POLICY.rest)
    assert len(world.tend().opened) == 1


def test_two_watchers_share_an_account() -> None:
    """Each opens its own channels and leaves the other's alone."""
    fake = FakeGoogle()
    fake.add_calendar("team@example.com")
    store = MemoryStore()
    clock = fake.clock
    assert isinstance(clock, ManualClock)
    google = Google("t", http_client=httpx.Client(transport=fake.transport()), clock=clock)
    watchers = [
        Watcher(google.push, store, [SyncEngine(google.calendar(n), store)], address=ADDRESS)
        for n in ("primary", "team@example.com")
    ]
    moves: list[int] = []
    for _ in range(48):
        for watcher in watchers:
            report = watcher.tend()
            moves.append(len(report.opened) + len(report.stopped))
            watcher.sync_due()
        clock.sleep(3600.0)
    assert moves == [1, 1] + [0] * 94


def test_a_calendar_that_nobody_follows_any_more_loses_its_channel() -> None:
    """After two polls without anybody who fetched it."""
    fake = FakeGoogle()
    fake.add_calendar("team@example.com")
    store, clock = MemoryStore(), fake.clock
    assert isinstance(clock, ManualClock)
    google = Google("t", http_client=httpx.Client(transport=fake.transport()), clock=clock)
    engines = [SyncEngine(google.calendar(n), store) for n in ("primary", "team@example.com")]
    Watcher(google.push, store, engines, address=ADDRESS).tend()
    left = Watcher(google.push, store, engines[:1], address=ADDRESS)
    policy = WatchPolicy()
    report = left.tend()
    assert report.stopped == ()
    assert report.next_at == clock.now().timestamp() + 2 * policy.poll_watched
    clock.sleep(2 * policy.poll_watched)
    assert [one.topic.key.calendar for one in left.tend().stopped] == ["team@example.com"]


@pytest.mark.parametrize(
    "program", programs("engine/f18_two_watchers", "engine/fg_token_function_raises")
)
def test_what_was_found_stays_mended(program: Path) -> None:
    """Two watchers of one account, and a token function that raises."""
    expect_right(program)
