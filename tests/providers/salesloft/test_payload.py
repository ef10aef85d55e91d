from __future__ import annotations

from datetime import date

from attrs import evolve
from tests.providers.salesloft.town import FIRST, HALF_AN_HOUR, Town, with_uid

from kloudsync.model.event import Event
from kloudsync.providers.salesloft.policy import Detail, by_domains


def test_no_more_than_the_times_is_told_by_default(town: Town) -> None:
    """Without a policy, nobody's title or guests leave the house."""
    people = [{"email": "guest@elsewhere.example", "displayName": "Guest"}]
    event = town.calendar.create(
        "Secret", FIRST, FIRST + HALF_AN_HOUR, attendees=people, location="Here"
    )
    assert town.item().payload == {
        "calendar_id": town.fake.calendar_id,
        "id": event,
        "i_cal_uid": f"{event}@google.com",
        "upsert_key": ["id"],
        "start_time": "2026-01-06T18:00:00Z",
        "end_time": "2026-01-06T18:30:00Z",
        "all_day": False,
        "recurring": False,
        "status": "confirmed",
        "transparency": "opaque",
    }


def test_a_meeting_with_prospects_is_told_in_full(town: Town) -> None:
    """People of other domains make the difference; rooms are no people."""
    town.sink = evolve(town.sink, policy=by_domains(["example.com"]))
    town.calendar.create(
        "Pilot",
        FIRST,
        FIRST + HALF_AN_HOUR,
        attendees=[
            {"email": "owner@example.com", "responseStatus": "accepted", "self": True},
            {"email": "guest@elsewhere.example", "displayName": "Guest"},
            {"email": "room@elsewhere.example", "resource": True},
        ],
        location="Here",
    )
    told = town.item().payload
    assert (told["title"], told["location"], told["description"]) == ("Pilot", "Here", "")
    assert [(one["email"], one["status"]) for one in told["attendees"]] == [
        ("owner@example.com", "accepted"),
        ("guest@elsewhere.example", "needsAction"),
    ]


def test_the_policy_is_the_users_own(town: Town) -> None:
    """Any function of the event decides, also that an event is not mirrored."""

    def policy(event: Event) -> Detail:
        return Detail.NONE if event.title == "Mine" else Detail.FULL

    town.sink = evolve(town.sink, policy=policy)
    for title in ("Mine", "Ours"):
        town.calendar.create(title, FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    assert [row["title"] for row in town.fake.events()] == ["Ours"]


def test_an_all_day_event_spans_the_calendars_own_midnights(town: Town) -> None:
    """What the owner calls a day is what Salesloft keeps free."""
    town.calendar.create("Off", date(2026, 1, 7), date(2026, 1, 8))
    told = town.item().payload
    assert told["all_day"] is True
    assert (told["start_time"], told["end_time"]) == (
        "2026-01-07T08:00:00Z",
        "2026-01-08T08:00:00Z",
    )


def test_what_does_not_block_time_does_not_at_salesloft(town: Town) -> None:
    """Free and declined events take up no availability."""
    town.calendar.create("Free", FIRST, FIRST + HALF_AN_HOUR, transparency="transparent")
    assert town.item().payload["transparency"] == "transparent"
    town.push()
    assert [row["busy"] for row in town.fake.events()] == [False]


def test_an_event_without_uid_is_known_by_its_id(town: Town) -> None:
    """Salesloft requires a UID; the id of the event stands in for it."""
    town.calendar.create("Bare", FIRST, FIRST + HALF_AN_HOUR)
    (occurrence,) = town.occurrences()
    bare = with_uid(occurrence, None)
    item = town.sink.item(bare)
    assert item is not None
    assert item.uid == occurrence.id


def test_the_digest_is_that_of_the_contents(town: Town) -> None:
    """A write that would change nothing is told by its digest, whenever the event changed."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    before = town.item()
    town.calendar.edit(event, summary="Two")
    after = town.item()
    assert before.digest == after.digest
    assert before.updated != after.updated
    town.calendar.edit(event, start=FIRST + HALF_AN_HOUR)
    assert town.item().digest != before.digest
