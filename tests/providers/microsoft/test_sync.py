"""A calendar at Microsoft is synced: series as whole families, removals asked back."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.providers.microsoft.world import BERLIN, NOW, World

from kloudsync.errors import IdentityMismatch, NotFound, ResyncLoop
from kloudsync.model.event import CancelledOccurrence, Series, SeriesException, SingleEvent
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.rules import Following, Rules
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit, recurring
from kloudsync.testing.microsoft.refusals import Refusal

HOUR = timedelta(hours=1)
ENDLESS = recurring("weekly", date(2026, 3, 2), days=["monday"])


def test_a_first_sync_holds_singles_and_series(world: World, weekly: str) -> None:
    """The feed is walked first, the calendar listed second, and each series asked for."""
    world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    report = world.sync()
    assert (report.added, report.resync_reason) == (2, "first sync")
    series, single = sorted(world.copy.events(), key=lambda event: isinstance(event, SingleEvent))
    assert isinstance(single, SingleEvent)
    assert isinstance(series, Series)
    assert series.zone == "Europe/Berlin"
    world.assert_in_step()
    asked = world.operations()
    assert asked.index("calendarView.delta") < asked.index("events.list")
    assert asked[-1] == "calendarView.delta"


def test_nothing_new_costs_one_request(world: World, weekly: str) -> None:
    """A delta without changes is one page of the feed."""
    world.sync()
    world.operations()
    report = world.sync()
    assert not report.changed
    assert world.operations() == ["calendarView.delta"]


def test_a_deleted_occurrence_is_told(world: World, weekly: str) -> None:
    """Trouble 2 and 37: the feed is silent of it, and its series says it."""
    world.sync()
    world.calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    world.sync()
    (cancelled,) = [one for one in world.copy.events() if isinstance(one, CancelledOccurrence)]
    assert cancelled.original_start == datetime(2026, 3, 16, 10, tzinfo=UTC)
    world.assert_in_step()


def test_an_edited_occurrence_belongs_to_its_series(world: World, weekly: str) -> None:
    """An exception is told with its slot, and is moved back when its series forgets it."""
    world.sync()
    late = datetime(2026, 3, 23, 13, tzinfo=UTC)
    world.calendar.edit_this(weekly, date(2026, 3, 23), start=late, end=late + HOUR)
    world.sync()
    (moved,) = [one for one in world.copy.events() if isinstance(one, SeriesException)]
    assert moved.original_start == datetime(2026, 3, 23, 11, tzinfo=BERLIN)
    assert moved.start == late
    world.assert_in_step()
    world.changes()
    world.calendar.edit_all(weekly, start=datetime(2026, 3, 2, 15, tzinfo=BERLIN))
    world.sync()
    assert sorted(world.told()) == ["Deleted", "Updated"]
    world.assert_in_step()


def test_an_edited_occurrence_leaves_its_series_untold(world: World, weekly: str) -> None:
    """What a series has of its own are records of their own: the series itself did not change."""
    world.sync()
    world.changes()
    world.calendar.edit_this(weekly, date(2026, 3, 23), subject="Other")
    world.sync()
    assert world.told() == ["Added"]


def test_a_series_that_moves_by_a_day_leaves_nothing_behind(world: World, weekly: str) -> None:
    """Trouble 11: occurrences are not kept by their ids, which come from their dates."""
    world.calendar.edit_this(weekly, date(2026, 3, 23), subject="Other")
    world.calendar.cancel_occurrence(weekly, date(2026, 3, 30))
    world.sync()
    world.calendar.edit_all(weekly, start=datetime(2026, 3, 3, 11, tzinfo=BERLIN))
    world.sync()
    world.assert_in_step()
    assert [type(one) for one in world.copy.events()] == [Series]


def test_a_series_far_outside_the_window_shows_no_ghost(world: World) -> None:
    """Trouble 1: its first date is no occurrence of the window, and is shown where it is."""
    rule = recurring("weekly", date(2019, 1, 7), days=["monday"], until=date(2019, 2, 4))
    world.calendar.create("Old", datetime(2019, 1, 7, 9, tzinfo=BERLIN), recurrence=rule)
    world.sync()
    assert world.shown() == []
    assert len(world.shown(datetime(2018, 1, 1, tzinfo=UTC), NOW)) == 5
    world.assert_in_step()


def test_what_changes_outside_the_window_is_asked_for(world: World) -> None:
    """Trouble 6 and 36: the feed leaves it out, as it does what was deleted."""
    early = world.calendar.create("Early", datetime(2019, 1, 7, 9, tzinfo=UTC))
    world.sync()
    world.calendar.create("Distant", datetime(2031, 1, 7, 9, tzinfo=UTC))
    world.calendar.edit(early, subject="Earlier")
    report = world.sync()
    assert (report.added, report.updated, report.deleted) == (1, 1, 0)
    world.calendar.delete(early)
    assert world.sync().deleted == 1
    world.assert_in_step()


def test_an_event_that_moves_out_of_the_window_stays(world: World) -> None:
    """Trouble 36: `@removed` of a known id may mean that it is somewhere else by now."""
    event = world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    world.sync()
    far = datetime(2033, 3, 4, 9, tzinfo=UTC)
    world.calendar.edit(event, start=far, end=far + HOUR)
    report = world.sync()
    assert (report.updated, report.deleted) == (1, 0)
    world.assert_in_step()


def test_removals_of_unknown_ids_mean_nothing(world: World) -> None:
    """What came and went between two runs leaves no trace."""
    world.sync()
    gone = world.calendar.create("Brief", datetime(2019, 1, 7, 9, tzinfo=UTC))
    world.calendar.delete(gone)
    report = world.sync()
    assert not report.changed
    world.assert_in_step()


def test_a_deleted_series_takes_all_with_it(world: World, weekly: str) -> None:
    """Its exceptions and cancelled occurrences go, whether or not the feed names them."""
    world.calendar.edit_this(weekly, date(2026, 3, 23), subject="Other")
    world.calendar.cancel_occurrence(weekly, date(2026, 3, 30))
    world.sync()
    world.calendar.delete(weekly)
    world.sync()
    world.assert_in_step()
    assert list(world.copy.events()) == []


@pytest.mark.parametrize("habit", [habit for habit in Habit if habit not in USUAL])
def test_every_habit_of_the_service_is_borne(habit: Habit) -> None:
    """Whatever the service is seen to do, the copy is the calendar."""
    world = World(habits=USUAL | {habit})
    _live(world, random.Random(habit.name), 12)


@pytest.mark.parametrize("seed", range(4))
def test_what_a_series_leaves_out_is_found_by_its_occurrences(seed: int) -> None:
    """Trouble 38: where a series says nothing of its own, its occurrences are compared with it."""
    world = World(habits=USUAL | {Habit.FAMILIES_WITHHELD}, rules=Rules(page_size=7))
    _live(world, random.Random(seed), 25)
    assert "events.instances" in world.operations()


def test_a_first_occurrence_that_moved_far_before_its_series_is_found() -> None:
    """Nothing bounds how early it may be: the list of occurrences begins as early as it can."""
    world = World(habits=USUAL | {Habit.FAMILIES_WITHHELD})
    start = datetime(2026, 3, 2, 11, tzinfo=BERLIN)
    weekly = world.calendar.create("Weekly", start, recurrence=ENDLESS)
    early = start - timedelta(days=40)
    world.calendar.edit_this(weekly, date(2026, 3, 2), start=early, end=early + HOUR)
    world.sync()
    world.assert_in_step()


@pytest.mark.parametrize("following", list(Following))
@pytest.mark.parametrize("seed", range(6))
def test_random_histories_end_in_step(seed: int, following: Following) -> None:
    """After any edits, between any of which somebody syncs, the copy shows what the service shows."""
    _history(seed, following)


@pytest.mark.long
@pytest.mark.parametrize("following", list(Following))
@pytest.mark.parametrize("seed", range(6, 206))
def test_many_random_histories_end_in_step(seed: int, following: Following) -> None:
    """The same, of more histories."""
    _history(seed, following)


def _history(seed: int, following: Following) -> None:
    habits = USUAL | ({Habit.EXCEPTIONS_IN_ITEM_DELTA} if seed % 2 else frozenset[Habit]())
    world = World(habits=habits, rules=Rules(page_size=7, following=following))
    _live(world, random.Random(seed), 30)


def _live(world: World, rng: random.Random, deeds: int) -> None:
    """Let people edit a calendar, sync now and then, and see each time that the copy is right."""
    world.sync()
    for number in range(deeds):
        # What Outlook would refuse its user is no deed.
        with suppress(Refusal, LookupError):
            _deed(world, rng, number)
        if rng.random() < 0.5:
            world.sync()
            world.assert_in_step()
    world.sync()
    world.assert_in_step()


def _deed(world: World, rng: random.Random, number: int) -> None:
    calendar = world.calendar
    singles = [key for key, one in calendar.truth().items() if one["type"] == "singleInstance"]
    series = [key for key, one in calendar.truth().items() if one["type"] == "seriesMaster"]
    start = datetime(2026, rng.randint(1, 6), rng.randint(1, 28), rng.randint(0, 22), tzinfo=BERLIN)
    deed = rng.randrange(9)
    if deed == 0 or not series:
        days = ["monday", "wednesday", "friday"][: rng.randint(1, 3)]
        rule = recurring("weekly", start.date(), days=days, times=rng.randint(2, 12))
        calendar.create(f"Series {number}", start, recurrence=rule)
    elif deed == 1:
        calendar.create(f"Single {number}", start)
    elif deed == 2 and singles:
        calendar.edit(rng.choice(singles), start=start, end=start + HOUR)
    elif deed == 3 and len(singles) > 2:
        calendar.delete(rng.choice(singles))
    else:
        _series_deed(world, rng, number, rng.choice(series))


def _series_deed(world: World, rng: random.Random, number: int, series: str) -> None:
    calendar, item = world.calendar, world.calendar.find(series)
    days = [one.day for one in item.between(NOW - timedelta(days=90), NOW + timedelta(days=200))]
    day = rng.choice([day for day in days if day] or [None])
    deed = rng.randrange(7)
    if day is None or deed == 0:
        calendar.edit_all(series, subject=f"Renamed {number}")
    elif deed == 1:
        calendar.cancel_occurrence(series, day)
    elif deed == 2:
        calendar.edit_this(series, day, subject=f"This {number}")
    elif deed == 3:
        begins = item.occurrence(day).begins
        calendar.edit_this(series, day, start=begins + HOUR / 4, end=begins + HOUR)
    elif deed == 4:
        calendar.edit_following(series, day, carry=rng.random() < 0.5, subject=f"Then {number}")
    elif deed == 5:
        calendar.truncate(series, day)
    else:
        calendar.edit_all(series, start=item.occurrence(days[0]).begins + HOUR)


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_a_token_that_dies_on_any_page_begins_anew(world: World, pages: int) -> None:
    """Trouble 7: 410 on a later page of a walk restarts it, in the same run."""
    for day in range(1, 28):
        world.calendar.create(f"Day {day}", datetime(2026, 3, day, 9, tzinfo=UTC))
    small = World(fake=world.fake, rules=Rules(page_size=5))
    small.sync()
    world.calendar.create("New", datetime(2026, 4, 1, 9, tzinfo=UTC))
    small.commit(Fault(FaultKind.CURSOR_GONE, operation="calendarView.delta", nth=pages))
    report = small.sync()
    assert report.committed
    small.assert_in_step()


def test_a_token_that_always_dies_is_a_clear_error(world: World) -> None:
    """Trouble 7: after so many restarts the run ends, and the store is as it was."""
    world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    world.sync()
    world.commit(Fault(FaultKind.CURSOR_GONE, operation="calendarView.delta", times=None))
    with pytest.raises(ResyncLoop):
        world.sync()
    world.commit()
    world.sync()
    world.assert_in_step()


def test_an_aged_token_leads_to_a_full_pass(world: World, weekly: str) -> None:
    """The report says why, and unchanged events are no news."""
    world.sync()
    world.changes()
    world.fake.expire_tokens()
    report = world.sync()
    assert "410" in (report.resync_reason or "")
    assert world.told() == []
    world.assert_in_step()


def test_a_window_is_renewed_before_it_ends(world: World, weekly: str) -> None:
    """Trouble 8: time goes by, and what is far ahead is seen; nothing is deleted as gone."""
    world.calendar.create("Endless", datetime(2026, 3, 2, 9, tzinfo=BERLIN), recurrence=ENDLESS)
    world.sync()
    world.changes()
    world.clock.advance(timedelta(days=300))
    report = world.sync()
    assert "window" in (report.resync_reason or "")
    assert world.told() == []
    assert world.sync().resync_reason is None
    world.assert_in_step()


def test_a_series_that_was_not_hydrated_is_hydrated_later(world: World, weekly: str) -> None:
    """Trouble 4: what fails is not forgotten, though the feed does not send it again."""
    world.sync()
    world.calendar.cancel_occurrence(weekly, date(2026, 3, 16))
    world.commit(Fault(FaultKind.UNAVAILABLE, operation="events.get", times=4))
    with pytest.raises(Exception, match="503"):
        world.sync()
    world.commit()
    world.sync()
    world.assert_in_step()


def test_a_calendar_that_is_gone_is_an_error_and_deletes_nothing(world: World) -> None:
    """A 404 of the calendar is no 404 of an event."""
    second = world.fake.add_calendar("Second")
    second.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    engine = SyncEngine(world.client.calendar(second.id), world.store)
    engine.sync()
    world.fake.remove_calendar(second.id)
    with pytest.raises(NotFound):
        engine.sync()
    assert len(list(engine.events())) == 1


def test_an_event_that_moves_to_another_calendar_leaves_this_one(world: World) -> None:
    """Trouble 23: it keeps its id in the mailbox, and each copy has it while its calendar does."""
    second = world.fake.add_calendar("Second")
    event = world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    engine = SyncEngine(world.client.calendar(second.id), world.store)
    world.sync()
    engine.sync()
    (before,) = world.copy.events()
    world.calendar.move(event, second)
    world.sync()
    engine.sync()
    assert list(world.copy.events()) == []
    assert [one.id for one in engine.events()] == [before.id]


def test_every_request_asks_for_lasting_ids(world: World, weekly: str) -> None:
    """Trouble 23: one request without the preference would bring ids of the other form."""
    world.calendar.edit_this(weekly, date(2026, 3, 23), subject="Other")
    world.sync()
    world.assert_in_step()
    held = {event.id for event in world.copy.events()}
    assert weekly not in held


def test_another_person_s_client_is_refused() -> None:
    """`primary` is the calendar of whoever asks; a copy belongs to one mailbox."""
    world = World()
    world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    world.sync()
    stranger = FakeMicrosoft("other@example.com", clock=ManualClock(NOW), seed=7)
    with pytest.raises(IdentityMismatch):
        World(fake=stranger, store=world.store).sync(full=True)
