"""Writes whose answer was lost come to the right end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from tests.providers.google.colours import Colour

from kloudsync.errors import Conflict, ConnectFailed, Gone, NotFound, PreconditionFailed
from kloudsync.providers.google.event_id import event_id
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.resources.settling import carries
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
ID = event_id(b"a record of mine")

MEETING = Event(
    id=ID,
    summary="Review",
    transparency="opaque",
    guests_can_modify=False,
    start=EventDateTime(date_time=NINE, time_zone="Europe/Paris"),
    end=EventDateTime(date_time=NINE + timedelta(hours=1), time_zone="Europe/Paris"),
    recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"],
    attendees=[EventAttendee(email="guest@example.com")],
)


def lose(fake: FakeGoogle, operation: str, kind: FaultKind = FaultKind.CUT_BODY) -> None:
    """Let the fake perform the next call of a name, and lose its answer."""
    fake.faults = Faults([Fault(kind, operation=operation)])


def performed(fake: FakeGoogle) -> list[str]:
    """Return the names of the calls that the fake heard."""
    return [line.operation for line in fake.requests]


class TestInsert:
    """Creating under an id of one's own."""

    def test_lost_answer_is_found_again(self, fake_google: FakeGoogle, colour: Colour) -> None:
        """The repeated try is a duplicate of what the lost one created: success, once."""
        lose(fake_google, "events.insert")

        created = colour.call(Events.insert("primary", MEETING), fake_google.transport()).value

        assert created.summary == "Review"
        assert performed(fake_google) == ["events.insert", "events.insert", "events.get"]
        assert list(fake_google.truth("primary")) == [ID]

    def test_forgotten_success_is_found_again(
        self, fake_google: FakeGoogle, colour: Colour
    ) -> None:
        """A program that died before it noted its success may simply run again."""
        transport = fake_google.transport()
        first = colour.call(Events.insert("primary", MEETING), transport).value

        second = colour.call(Events.insert("primary", MEETING), transport).value

        assert second == first

    @pytest.mark.parametrize(
        "other",
        [
            evolve(MEETING, summary="Another"),
            evolve(MEETING, attendees=[]),
            evolve(
                MEETING, start=EventDateTime(date_time=NINE - timedelta(hours=1), time_zone="UTC")
            ),
            evolve(MEETING, recurrence=["RRULE:FREQ=DAILY"]),
        ],
        ids=["summary", "attendees", "start", "rule"],
    )
    def test_taken_ids_are_conflicts(
        self, other: Event, fake_google: FakeGoogle, colour: Colour
    ) -> None:
        """An event that differs is somebody else's, or an older thought."""
        transport = fake_google.transport()
        colour.call(Events.insert("primary", MEETING), transport)

        with pytest.raises(Conflict) as caught:
            colour.call(Events.insert("primary", other), transport)

        assert caught.value.operation == "events.insert"

    def test_ids_of_deleted_events_are_conflicts(
        self, fake_google: FakeGoogle, colour: Colour
    ) -> None:
        """What was deleted since is not reported as created."""
        transport = fake_google.transport()
        colour.call(Events.insert("primary", MEETING), transport)
        colour.call(Events.delete("primary", ID), transport)

        with pytest.raises(Conflict):
            colour.call(Events.insert("primary", MEETING), transport)

    def test_without_an_id_nothing_is_repeated(
        self, fake_google: FakeGoogle, colour: Colour
    ) -> None:
        """A second try could create a second event, so that there is none."""
        lose(fake_google, "events.insert", FaultKind.CUT_CONNECTION)
        nameless = Event(start=MEETING.start, end=MEETING.end)

        with pytest.raises(ConnectFailed):
            colour.call(Events.insert("primary", nameless), fake_google.transport())

        assert performed(fake_google) == ["events.insert"]


class TestChange:
    """Changing a version that was read."""

    @pytest.mark.parametrize("name", ["events.patch", "events.update"])
    def test_lost_answer_is_found_again(
        self, name: str, fake_google: FakeGoogle, colour: Colour
    ) -> None:
        """The repeated try meets the version that the lost one made: success."""
        transport = fake_google.transport()
        held = colour.call(Events.insert("primary", MEETING), transport).value
        change = Events.patch if name == "events.patch" else Events.update
        lose(fake_google, name)

        changed = colour.call(
            change("primary", ID, evolve(MEETING, summary="Moved"), if_match=str(held.etag)),
            transport,
        ).value

        assert changed.summary == "Moved"
        assert performed(fake_google)[1:] == [name, name, "events.get"]

    def test_somebody_elses_change_stands(self, fake_google: FakeGoogle, colour: Colour) -> None:
        """A version that somebody else made is not overwritten, and not taken for ours."""
        transport = fake_google.transport()
        held = colour.call(Events.insert("primary", MEETING), transport).value
        fake_google.calendar().edit_all(ID, summary="Theirs")
        fake_google.faults = Faults([Fault(FaultKind.UNAVAILABLE, operation="events.patch")])

        with pytest.raises(PreconditionFailed):
            colour.call(
                Events.patch("primary", ID, Event(summary="Ours"), if_match=str(held.etag)),
                transport,
            )

        assert fake_google.truth("primary")[ID]["summary"] == "Theirs"


class TestDelete:
    """Deleting."""

    def test_lost_answer_is_success(self, fake_google: FakeGoogle, colour: Colour) -> None:
        """What a lost try deleted is gone as wished."""
        transport = fake_google.transport()
        colour.call(Events.insert("primary", MEETING), transport)
        lose(fake_google, "events.delete")

        answer = colour.call(Events.delete("primary", ID), transport)

        assert answer.value is None
        assert answer.attempts == 2
        assert fake_google.truth("primary") == {}

    def test_absence_from_the_start_is_told(self, fake_google: FakeGoogle, colour: Colour) -> None:
        """Without a try before, a missing event is an error as ever."""
        with pytest.raises((Gone, NotFound)):
            colour.call(Events.delete("primary", ID), fake_google.transport())


@pytest.mark.parametrize(
    ("found", "sent", "same"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({}, {"a": None, "b": False, "c": "", "d": [], "e": {}}, True),
        ({"a": "x"}, {"a": None}, False),
        ({}, {"transparency": "opaque", "visibility": "default"}, True),
        ({}, {"transparency": "transparent"}, False),
        ({"start": "2026-01-05T10:00:00+01:00"}, {"start": "2026-01-05T09:00:00Z"}, True),
        ({"start": "2026-01-05T10:00:00Z"}, {"start": "2026-01-05T09:00:00Z"}, False),
        ({"r": ["RRULE:FREQ=DAILY;COUNT=2"]}, {"r": ["RRULE:COUNT=2;FREQ=DAILY"]}, True),
        (
            {"p": [{"email": "B@x"}, {"email": "a@x"}]},
            {"p": [{"email": "a@x"}, {"email": "b@x"}]},
            True,
        ),
        ({"p": [{"email": "a@x"}]}, {"p": [{"email": "a@x"}, {"email": "a@x"}]}, False),
        ({"p": "x"}, {"p": ["x"]}, False),
        ({"p": "x"}, {"p": {"q": 1}}, False),
        ({"etag": "2"}, {"etag": "1", "sequence": 4}, True),
    ],
)
def test_comparison_sees_through_what_the_service_rewrites(
    found: dict[str, Any], sent: dict[str, Any], same: bool
) -> None:
    """Defaults may be left out, instants and rules rewritten, lists reordered, versions raised."""
    assert carries(found, sent) is same
