"""What the engine promises besides splits and cursors: whole passes, plans, leases, errors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve
from tests.sync.listings import DAY, HOUR, fill
from tests.sync.world import World, replayed

from kloudsync.agenda import refuse
from kloudsync.errors import (
    APIError,
    DecodeError,
    LeaseHeld,
    NotFound,
    Unauthorized,
    UnboundedRecurrence,
    UsageError,
)
from kloudsync.model.occurrence import Unexpanded
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.progress import (
    CursorDropped,
    PageStaged,
    PassStarted,
    Progress,
    RunFinished,
    TryMade,
)
from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults


class Polling:
    """A transport that looks at the store before each page is answered.

    Args:
        inner: Carries the request.
        look: Called before each.
    """

    def __init__(self, inner: Any, look: Callable[[], None]) -> None:
        self._inner = inner
        self._look = look

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Look, then answer."""
        self._look()
        answer: httpx.Response = self._inner.handle_request(request)
        return answer


def test_readers_see_only_states_that_the_calendar_had_at_some_cursor(
    make_world: Callable[..., World],
) -> None:
    """Whoever polls the store during passes never sees half of one."""
    calm = make_world(page_size=3)
    ids = fill(calm, 10)
    truths: list[list[str]] = [[]]
    seen: list[list[str]] = []

    def look() -> None:
        seen.append(sorted(one.id for one in calm.copy.events()))

    watched = make_world(
        fake=calm.fake,
        page_size=3,
        transport=httpx.MockTransport(Polling(calm.fake.transport(), look)),
    )

    def sync() -> None:
        truths.append(sorted(calm.truth()))
        watched.sync()

    sync()
    series = calm.calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    sync()
    calm.calendar.edit_following(series, DAY + 3 * timedelta(days=1), summary="Other room")
    for event in ids[:5]:
        calm.calendar.delete(event)
    sync()
    calm.fake.expire_sync_tokens()
    calm.calendar.delete(ids[9])
    sync()
    assert len(seen) > 8
    assert all(state in truths for state in seen)


def test_a_plan_says_what_a_sync_would_do_and_writes_nothing(
    make_world: Callable[..., World], store: Store
) -> None:
    """A rehearsal reports the same counts and splits as the run after it, and leaves no trace."""
    world = make_world(page_size=4)
    ids = fill(world, 12)
    series = world.calendar.create("Review", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=DAILY"])
    assert world.plan().added == 13
    assert store.state(world.copy.key).passes == 0
    world.sync()
    before = world.held()
    world.calendar.delete(ids[0])
    world.calendar.edit(ids[1], summary="Renamed")
    world.calendar.edit_following(series, DAY + timedelta(days=2), summary="Other room")
    plan = world.plan()
    assert world.held() == before
    assert plan.changed
    assert not plan.committed
    report = world.sync()
    for name in ("added", "updated", "deleted", "splits", "truncations", "full"):
        assert getattr(plan, name) == getattr(report, name), name


def test_another_worker_s_lease_is_respected_and_outlived(
    make_world: Callable[..., World], store: Store
) -> None:
    """While a lease lasts others leave with a clear error; when it has run out they take over."""
    world = make_world()
    fill(world, 3)
    lease = store.acquire(
        str(world.copy.key), "somebody", ttl=100, now=world.clock.now().timestamp()
    )
    assert lease is not None
    with pytest.raises(LeaseHeld, match="another worker is syncing"):
        world.sync()
    assert world.held() == {}
    world.clock.sleep(101)
    assert world.sync().added == 3


@pytest.mark.parametrize("kind", TRANSIENT)
def test_transient_faults_on_every_page_are_overcome(world: World, kind: FaultKind) -> None:
    """What a service recovers from costs retries and nothing else."""
    fill(world)
    world.fake.faults = Faults(
        [Fault(kind, operation="events.list", nth=n, times=1) for n in (1, 3, 5)]
    )
    report = world.sync()
    assert report.retries == 3
    assert report.waited > 0
    assert world.is_in_step()


def test_a_lasting_error_leaves_the_last_state(world: World) -> None:
    """A service that stays down ends the run with its error; the copy is as before, and heals."""
    fill(world)
    world.sync()
    before = world.held()
    world.calendar.create("New", DAY, DAY + HOUR)
    world.fake.faults = Faults([Fault(FaultKind.HTML_502, operation="events.list", times=None)])
    with pytest.raises(APIError, match=r"events\.list"):
        world.sync()
    assert world.held() == before
    world.fake.faults = Faults([])
    world.sync()
    assert world.is_in_step()


def test_pages_that_come_twice_or_in_another_order_change_nothing(world: World) -> None:
    """Duplicated items and reordered pages lead to the same copy and the same feed."""
    ids = fill(world)
    for kind in (FaultKind.DUPLICATE_ITEMS, FaultKind.REORDER_PAGES):
        world.fake.faults = Faults([Fault(kind, operation="events.list", times=None)])
        for event in ids[:15]:
            world.calendar.edit(event, summary=kind.name)
        world.sync()
        assert world.is_in_step()
    assert replayed(world.changes()).keys() == world.truth().keys()


def test_a_listing_without_end_is_an_error(world: World) -> None:
    """A page that names itself as the next one ends the run instead of the memory."""
    fill(world)
    world.fake.faults = Faults(
        [Fault(FaultKind.ENDLESS_PAGES, operation="events.list", times=None)]
    )
    with pytest.raises(DecodeError, match="read before"):
        world.sync()
    assert len(world.fake.requests) < 10


def test_a_changed_query_gets_a_cursor_of_its_own(make_world: Callable[..., World]) -> None:
    """A cursor is never sent with another query, which has a copy of its own."""
    world = make_world()
    fill(world, 3)
    world.sync()
    other = make_world(fake=world.fake, filters={"event_types": ["default"]})
    report = other.sync()
    assert report.full
    assert report.resync_reason == "first sync"
    tokens = [line.query.get("syncToken") for line in world.fake.requests]
    assert tokens == [None, None]


def test_a_run_tells_its_steps(make_world: Callable[..., World]) -> None:
    """A hook hears of the pass, of each page with its count, and of the report."""
    steps: list[Any] = []
    world = make_world(page_size=10, hook=steps.append)
    fill(world)
    report = world.sync()
    assert isinstance(steps[0], PassStarted)
    assert [step.events for step in steps if isinstance(step, PageStaged)] == [10, 20, 30]
    assert isinstance(steps[-1], RunFinished)
    assert steps[-1].report == report
    assert any(isinstance(step, TryMade) for step in steps)
    assert {step.calendar for step in steps} == {world.copy.key}


def test_a_wrong_token_and_an_unknown_calendar_are_told_apart(
    make_world: Callable[..., World],
) -> None:
    """Bad credentials and bad ids are errors of their own, and nothing is stored."""
    world = make_world()
    world.fake.accounts.revoke("token")
    with pytest.raises(Unauthorized):
        world.sync()
    assert world.held() == {}
    refused = make_world(transport=httpx.MockTransport(lambda _: httpx.Response(404, json={})))
    with pytest.raises(NotFound):
        refused.sync()


def test_naive_and_empty_windows_are_refused(world: World) -> None:
    """A naive bound and an end before the start are errors that say what to pass."""
    with pytest.raises(UsageError, match="naive"):
        world.copy.occurrences(datetime(2026, 2, 2), DAY)
    with pytest.raises(UsageError, match="not after"):
        world.copy.busy(DAY, DAY)


def test_a_consumer_sees_a_change_until_it_acknowledges_it(world: World) -> None:
    """Every consumer has its own position, and unacknowledged changes come again."""
    fill(world, 3)
    world.sync()
    first = list(world.copy.changes("crm"))
    assert list(world.copy.changes("crm")) == first
    world.copy.acknowledge("crm", first[1])
    assert list(world.copy.changes("crm")) == first[2:]
    assert list(world.copy.changes("mail")) == first
    world.copy.acknowledge("crm", first[0])
    assert list(world.copy.changes("crm")) == first[2:]
    with pytest.raises(UsageError, match="name"):
        next(world.copy.changes(""))


def test_settings_that_make_no_sense_are_refused() -> None:
    """A share outside 0 to 1 cannot be a policy."""
    with pytest.raises(ValueError, match="share"):
        evolve(MassDeletion(), share=1.5)


def test_a_series_that_cannot_be_expanded_stops_no_answer(world: World) -> None:
    """Questions about a window name it, tell whoever wants to hear, and raise for who asks for it."""
    fill(world, 1)
    odd = world.calendar.create("Tick", DAY, DAY + HOUR, recurrence=["RRULE:FREQ=SECONDLY"])
    world.sync()
    window = (DAY, DAY + 100 * 24 * HOUR)
    with pytest.raises(UnboundedRecurrence, match=odd):
        world.copy.occurrences(*window, skipped=refuse)
    assert [one.series for one in world.copy.occurrences(*window).unexpanded] == [odd]
    heard: list[Unexpanded] = []
    assert len(world.copy.occurrences(*window, skipped=heard.append)) == 1
    assert len(world.copy.busy(*window, skipped=heard.append)) == 1
    assert world.copy.free(*window, skipped=heard.append) == []
    assert [one.series for one in heard] == [odd] * 3


def test_a_change_is_acknowledged_at_its_own_calendar(world: World) -> None:
    """Positions are shared by all calendars: another calendar's change would skip what is unread."""
    fill(world, 3)
    world.sync()
    change = next(world.copy.changes("crm"))
    stray = evolve(change, calendar=evolve(change.calendar, calendar="other"))
    with pytest.raises(UsageError, match="other"):
        world.copy.acknowledge("crm", stray)


def test_what_a_refused_cursor_told_is_counted_once(make_world: Callable[..., World]) -> None:
    """A run that starts over reports what it found in the end, and not what it threw away."""
    steps: list[Progress] = []
    world = make_world(page_size=2, hook=steps.append)
    ids = fill(world, 7)
    world.sync()
    for event in ids:
        world.calendar.edit(event, summary="Renamed")
    world.fake.faults = Faults(
        [
            Fault(FaultKind.MALFORMED_ITEM, operation="events.list", nth=1),
            Fault(FaultKind.CURSOR_GONE, operation="events.list", nth=2),
            Fault(FaultKind.MALFORMED_ITEM, operation="events.list", nth=3),
        ]
    )
    report = world.sync()
    assert report.full
    assert len(report.quarantined) == len(world.copy.quarantined()) == 1
    assert [step.calendar for step in steps if isinstance(step, CursorDropped)] == [world.copy.key]


def test_the_calendar_s_zone_is_kept(world: World, store: Store) -> None:
    """It says where whole days begin, and outlives passes that do not name it."""
    fill(world, 1)
    world.sync()
    assert store.state(world.copy.key).zone == "America/Los_Angeles"
    world.sync()
    assert store.state(world.copy.key).zone == "America/Los_Angeles"


def test_a_calendar_can_be_listed_in_full_on_demand(make_world: Callable[..., World]) -> None:
    """Only real differences are told, and the next run goes on from the new cursor."""
    world = make_world()
    fill(world, 3)
    world.sync()
    world.changes()
    with_cursor = world.sync()
    report = world.sync(full=True)
    after = world.sync()

    assert (with_cursor.full, report.full, after.full) == (False, True, False)
    assert report.resync_reason == "asked for"
    assert world.changes() == []
