from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest
from attrs import evolve
from tests.providers.salesloft.town import FIRST, HALF_AN_HOUR, Town, with_uid

from kloudsync.errors import UsageError
from kloudsync.mirror.difference import difference
from kloudsync.mirror.ports import Sink
from kloudsync.model.event import Event
from kloudsync.model.writes import Action
from kloudsync.objects import mirror as mirroring
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.payload import Identity
from kloudsync.providers.salesloft.policy import Detail, private
from kloudsync.providers.salesloft.sink import calendar_id_of


def whole(event: Event) -> Detail:
    """A policy that tells everything."""
    return Detail.FULL


def test_it_is_a_sink(town: Town) -> None:
    """The mirror's protocol is satisfied, and its name tells calendars apart."""
    sink: Sink = town.sink
    assert sink.name == f"salesloft:{town.fake.calendar_id}"


def test_a_mirror_pushes_to_it(town: Town) -> None:
    """The client's own calendar is what a mirror wants."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.copy.sync()
    http_client = httpx.Client(transport=town.fake.transport())
    salesloft = Salesloft("key", http_client=http_client, clock=town.clock)
    mirror = mirroring.Mirror(town.copy, salesloft.calendar(town.fake.guid), town.store)
    assert mirror.push().created == 1
    assert town.shown() == town.agenda()


def test_a_series_is_kept_in_step_occurrence_by_occurrence(town: Town) -> None:
    """Each change costs as many upserts as occurrences it touches, and no more."""
    series = town.calendar.create(
        "Standup", FIRST, FIRST + HALF_AN_HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8"]
    )
    assert town.push().created == 8
    assert town.shown() == town.agenda()
    assert town.upserts() == 8

    town.calendar.edit_this(series, FIRST + timedelta(weeks=1), start=FIRST + timedelta(days=8))
    assert (town.push().updated, town.upserts()) == (1, 1)
    assert town.shown() == town.agenda()

    town.calendar.cancel_occurrence(series, FIRST + timedelta(weeks=2))
    assert (town.push().cancelled, town.upserts()) == (1, 1)
    assert town.shown() == town.agenda()

    town.calendar.truncate(series, FIRST + timedelta(weeks=6))
    assert (town.push().cancelled, town.upserts()) == (2, 2)
    assert town.shown() == town.agenda()

    town.calendar.delete(series)
    assert (town.push().cancelled, town.upserts()) == (5, 5)
    assert town.shown() == town.agenda() == []
    assert town.push().written == town.upserts() == 0


def test_this_and_following_leaves_no_occurrence_twice(town: Town) -> None:
    """After a split the old halves are cancelled or updated, the new ones written."""
    series = town.calendar.create(
        "Standup", FIRST, FIRST + HALF_AN_HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8"]
    )
    town.push()
    town.calendar.edit_following(
        series, FIRST + timedelta(weeks=4), start=FIRST + timedelta(weeks=4, hours=1)
    )
    town.push()
    assert town.shown() == town.agenda()
    assert len(town.shown()) == 8


def test_a_restored_occurrence_takes_place_again(town: Town) -> None:
    """Cancelled and restored, an event is confirmed with a later stamp than its cancellation."""
    event = town.calendar.create("Back", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    town.calendar.delete(event)
    town.push()
    assert town.shown() == []
    town.calendar.restore(event)
    assert town.push().created == 1
    assert town.shown() == town.agenda()


def test_a_new_uid_is_the_same_event(town: Town) -> None:
    """With the id as key, an event whose UID changes is written in place."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    (occurrence,) = town.occurrences()
    renamed = with_uid(occurrence, "new@example.com")
    item = town.sink.item(renamed)
    assert item is not None
    todo = difference([item], town.entries(), since=0, now=town.clock.now().timestamp() + 9)
    assert [write.action for write in todo.writes] == [Action.UPDATE]
    town.deliver(todo.writes)
    (row,) = town.fake.events()
    assert (row["id"], row["i_cal_uid"]) == (event, "new@example.com")


def test_salesloft_s_own_key_cancels_the_old_uid(town: Town) -> None:
    """With id and UID as key, a new UID is a new event, and the old one is cancelled."""
    town.sink = evolve(town.sink, identity=Identity.ID_AND_UID)
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    assert list(town.entries()) == [f"{event} {event}@google.com"]
    (occurrence,) = town.occurrences()
    renamed = with_uid(occurrence, "new@example.com")
    item = town.sink.item(renamed)
    assert item is not None
    todo = difference([item], town.entries(), since=0, now=town.clock.now().timestamp() + 9)
    assert {write.action for write in todo.writes} == {Action.CREATE, Action.CANCEL}
    town.deliver(todo.writes)
    assert [row["i_cal_uid"] for row in town.fake.events()] == ["new@example.com"]
    assert len(town.fake.events(cancelled=True)) == 2


def test_the_stamp_guards_unless_switched_off(town: Town) -> None:
    """`updated_at` is the ledger's stamp; without the guard, none is sent."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    row = town.sink.row(write)
    assert datetime.fromisoformat(row["updated_at"]).timestamp() == pytest.approx(write.entry.stamp)
    assert "updated_at" not in evolve(town.sink, guarded=False).row(write)


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
@pytest.mark.parametrize(
    ("clears", "told_more", "title", "organizer"),
    [
        (None, False, None, None),
        (None, True, "", ""),
        (True, False, "", None),
        (True, True, "", ""),
        (False, True, None, None),
    ],
)
def test_a_write_clears_what_was_told_before(
    town: Town,
    action: Action,
    *,
    clears: bool | None,
    told_more: bool,
    title: str | None,
    organizer: str | None,
) -> None:
    """By default where this mirror told more before; always or never where asked for."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    row = evolve(town.sink, clears=clears).row(evolve(write, action=action, clears=told_more))
    assert (row.get("title"), row.get("organizer")) == (title, organizer)
    assert row.get("attendees") == (None if title is None else [])


def test_a_cancelled_meeting_that_returns_shows_no_more_than_the_policy_tells(town: Town) -> None:
    """Its record was filled in before it was cancelled, and is found again by its key."""
    people = [{"email": "guest@elsewhere.example"}]
    town.sink = evolve(town.sink, policy=whole)
    event = town.calendar.create("Layoffs", FIRST, FIRST + HALF_AN_HOUR, attendees=people)
    town.push()
    assert [row["title"] for row in town.fake.events()] == ["Layoffs"]
    town.calendar.delete(event)
    town.push()
    town.calendar.restore(event)
    town.sink = evolve(town.sink, policy=private)
    assert town.push().created == 1
    (row,) = town.fake.events()
    assert row["title"] == ""
    assert all(one["deleted_at"] for one in row["attendees"])


def test_many_writes_go_in_bulk_and_the_urgent_ones_ahead(town: Town) -> None:
    """Hundreds of writes cost a few calls; what begins within a day does not wait for them."""
    soon = town.clock.now() + timedelta(hours=2)
    town.calendar.create("Soon", soon, soon + HALF_AN_HOUR)
    for number in range(150):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    told = town.deliver(town.writes())
    assert town.upserts() == 1
    assert len(town.fake.events()) == 151
    assert [len(outcomes) for outcomes in told] == [1, 150]
    assert all(outcome.error is None for outcomes in told for outcome in outcomes)


def test_jobs_have_their_size(town: Town) -> None:
    """Between two jobs the ledger is noted, and others of the team get their turn."""
    town.sink = evolve(town.sink, bulk_from=10, job_size=20)
    for number in range(50):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    told = town.deliver(town.writes())
    assert [len(outcomes) for outcomes in told if outcomes] == [20, 20, 10]
    assert [job.state for job in town.fake.bulk.jobs.values()] == ["done"] * 3


def test_a_user_is_named_by_guid_or_calendar() -> None:
    """A guid becomes the id of the external calendar; anything else is an id already."""
    guid = "0863ed13-7120-479b-8650-206a3679e2fb"
    assert calendar_id_of(guid) == f"external_{guid}"
    assert calendar_id_of(f"external_{guid}") == f"external_{guid}"
    assert calendar_id_of("owner@example.com") == "owner@example.com"
    with pytest.raises(UsageError, match="no calendar is named"):
        calendar_id_of(" ")


def test_a_calendar_is_not_made_with_a_policy_that_is_none() -> None:
    """A list of domains is no policy, and is refused before there is a mirror."""
    domains: Any = ["example.com"]
    with Salesloft("key") as salesloft, pytest.raises(UsageError, match="the policy is list"):
        salesloft.calendar("a guid", policy=domains)
