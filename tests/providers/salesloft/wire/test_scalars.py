from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from attrs import evolve

from kloudsync.errors import DecodeError, UsageError
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.event import (
    AttendeeStatus,
    CalendarEvent,
    EventUpsert,
    UpsertKey,
)
from kloudsync.providers.salesloft.wire.user import User

NOON = datetime(2024, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2024-03-04T12:00:00", "2024-03-04T12:00:00Z", "2024-03-04T07:00:00.000000-05:00"]
)
def test_times_are_aware_whatever_they_came_with(text: str) -> None:
    """Naive times are UTC; all others are converted."""
    event = codec.load(CalendarEvent, {"created_at": text})
    assert event.created_at
    assert (event.created_at, event.created_at.tzinfo) == (NOON, UTC)


def test_ids_are_text_whatever_they_came_as() -> None:
    """Numbers, guids and names of roles meet in the same field."""
    user = codec.load(User, {"role": {"id": "Admin"}, "team": {"id": 7, "_href": "x"}})
    assert user.role
    assert user.team
    assert (user.role.id, user.team.id, user.team.href) == ("Admin", "7", "x")


@pytest.mark.parametrize("body", [{"start_time": "soon"}, {"start_time": 7}, {"title": 7}, []])
def test_what_makes_no_sense_is_told_with_its_place(body: object) -> None:
    """The error names the path, never the content."""
    with pytest.raises(DecodeError) as caught:
        codec.load(CalendarEvent, body)
    assert caught.value.problems


def test_unknown_words_survive() -> None:
    """New values of enumerations and new members are kept as they came."""
    event = codec.load(CalendarEvent, {"status": "postponed", "novelty": 1})
    assert event.status == "postponed"
    assert event.extra == {"novelty": 1}
    assert codec.dump(event) == {"status": "postponed", "novelty": 1}


def upsert(**fields: Any) -> dict[str, object]:
    """Write an upsert with some fields."""
    required = EventUpsert(
        id="e",
        i_cal_uid="u",
        calendar_id="external_1",
        start_time=NOON.astimezone(timezone(timedelta(hours=-5))),
        end_time=NOON + timedelta(hours=1),
    )
    return codec.dump(evolve(required, **fields))


def test_absent_null_and_empty_are_three_things() -> None:
    """What is UNSET stays as it is, None is sent as null, an empty text clears."""
    assert "title" not in upsert()
    assert upsert(title=None)["title"] is None
    assert upsert(title="")["title"] == ""


def test_times_are_sent_with_their_offset() -> None:
    """An aware time goes out as it is; a naive one does not go out at all."""
    assert upsert()["start_time"] == "2024-03-04T07:00:00-05:00"
    with pytest.raises(UsageError, match="no time zone"):
        upsert(updated_at=NOON.replace(tzinfo=None))


def test_enumerations_are_sent_as_their_words() -> None:
    """The key is a list of words."""
    assert upsert(upsert_key=[UpsertKey.ID])["upsert_key"] == ["id"]
    assert AttendeeStatus.NEEDS_ACTION.value == "needsAction"


@pytest.mark.parametrize(
    ("body", "cancelled"),
    [
        ({"status": "cancelled"}, True),
        ({"status": None, "canceled_at": "2024-03-04T12:00:00Z"}, True),
        ({"status": "confirmed", "canceled_at": "2024-03-04T12:00:00Z"}, False),
        ({}, False),
    ],
)
def test_what_counts_as_cancelled(body: dict[str, object], cancelled: bool) -> None:
    """The status counts, where there is one."""
    assert codec.load(CalendarEvent, body).is_cancelled is cancelled


def test_changed_attributes_are_named() -> None:
    """An upsert tells what it touched; nothing else tells a stale one."""
    told = {"extended_properties": {"changed_attributes": ["title"]}}
    assert codec.load(CalendarEvent, told).changed_attributes == ("title",)
    assert codec.load(CalendarEvent, {"extended_properties": {}}).changed_attributes == ()
