"""Values that a program is given say themselves as data."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

import pytest
from attrs import field, frozen
from hypothesis import HealthCheck, given, settings
from tests.security.modules import modules
from tests.test_values import at_google, drawn, shown_of, value_types

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.http.unset import UNSET, Unset
from kloudsync.model.attendee import Attendee, Reply
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.change import Added, SeriesSplit
from kloudsync.model.channel import Topic
from kloudsync.model.event import SeriesException, Status
from kloudsync.model.occurrence import Interval, Unexpanded
from kloudsync.model.told import Told, tag, told
from kloudsync.push.report import Failure, Round
from kloudsync.sync.report import SyncReport

KEY = CalendarKey("google", "ann", "primary")
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)

INNER = {
    *("AccountActivity", "Acknowledgement", "Arrival", "Heard"),
    *("Grant", "Standing", "Asking", "Claim", "Due", "KeptToken", "RequestCount"),
    *("Bounds", "SourcePage", "SeriesFacts", "Reader", "Malformed", "StagedPass"),
    *("Cursor", "Checkpoint", "Lease", "SeriesLink", "FeedRecord", "LedgerEntry", "Mark"),
}
"""Values that stores, sources and sinks pass among each other, and that no program has to show."""


def values() -> list[type[Any]]:
    """Return the classes of values that a program is given."""
    ours = (one for one in value_types() if ".wire." not in one.__module__)
    return [one for one in ours if hasattr(one, "__attrs_attrs__") and one.__name__ not in INNER]


@pytest.mark.parametrize("cls", values(), ids=tag)
def test_every_value_says_itself(cls: type[Any]) -> None:
    """As what JSON can hold, with its type, whatever it holds."""
    assert issubclass(cls, Told)

    @settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(drawn(cls))
    def check(value: Told) -> None:
        data = json.loads(json.dumps(value.to_dict(), allow_nan=False))
        assert data == value.to_dict()
        assert data["type"] == tag(cls)

    check()


def test_types_are_told_apart() -> None:
    """No two kinds of values have one name."""
    tags = [tag(cls) for cls in values()]
    assert len(tags) == len(set(tags))


def test_words_of_the_vocabulary_are_text() -> None:
    """They go into JSON, URLs and messages as they are."""
    for module in modules():
        if not module.__name__.startswith("kloudsync.model."):
            continue
        for one in vars(module).values():
            if (
                isinstance(one, type)
                and issubclass(one, Enum)
                and one.__module__ == module.__name__
            ):
                assert issubclass(one, StrEnum | int), one
    assert json.dumps([Status.TENTATIVE, Reply.ACCEPTED]) == '["tentative", "accepted"]'
    assert f"{Status.CONFIRMED}" == "confirmed"


def test_an_event_is_told_with_its_times() -> None:
    """Instants have their offset, days are dates, people are within it."""
    event = SeriesException(
        id="e",
        start=NOON,
        end=NOON + timedelta(hours=1),
        series="s",
        original_start=date(2026, 1, 4),
        status=Status.CONFIRMED,
        attendees=(Attendee(email="ann@example.com", reply="perhaps"),),
        raw={"id": "e", "x": [1, None]},
    )
    data = Added(position=7, calendar=KEY, recorded_at=NOON, event=event).to_dict()
    assert (data["type"], data["position"]) == ("added", 7)
    assert data["calendar"]["calendar"] == "primary"
    assert data["event"]["type"] == "series_exception"
    assert data["event"]["start"] == "2026-01-05T12:00:00+00:00"
    assert data["event"]["original_start"] == "2026-01-04"
    assert data["event"]["status"] == "confirmed"
    assert data["event"]["attendees"][0]["reply"] == "perhaps"
    assert data["event"]["raw"] == {"id": "e", "x": [1, None]}


def test_an_occurrence_is_told_with_its_event() -> None:
    """It says where and when it takes place, and of what."""
    source, _ = at_google()
    shown, *_ = shown_of(source)
    first = shown.to_dict()
    assert json.loads(json.dumps(first)) == first
    assert "raw" not in first["event"]
    assert shown.to_dict(raw=True)["event"]["raw"]["summary"] == "Standup"
    assert (first["type"], first["all_day"]) == ("occurrence", False)
    assert first["event"]["title"] == "Standup"
    assert first["calendar"]["type"] == "calendar_key"


def test_errors_within_are_told_by_name_and_message() -> None:
    """What failed says why, and nothing of the answer that said so."""
    left_out = Unexpanded(KEY, "s", RecurrenceError("no rule")).to_dict()
    assert left_out["error"] == {"type": "recurrence_error", "message": "no rule"}
    rounds = Round[None](
        done={Topic(KEY): None}, failures=(Failure(Topic(KEY), UsageError("gone")),)
    )
    data = rounds.to_dict()
    assert list(data["done"].values()) == [None]
    assert data["failures"][0]["error"]["type"] == "usage_error"


def test_a_report_is_told_whole() -> None:
    """What it counts, and what it names."""
    report = SyncReport(
        calendar=KEY, committed=True, full=False, started_at=NOON, finished_at=NOON, added=2
    )
    data = report.to_dict()
    assert (data["type"], data["added"], data["splits"]) == ("sync_report", 2, [])
    split = SeriesSplit(position=1, calendar=KEY, recorded_at=NOON, old="a", new="b", at=NOON)
    assert split.to_dict()["type"] == "series_split"
    assert Interval(NOON, NOON).to_dict()["start"] == "2026-01-05T12:00:00+00:00"


def test_what_is_unset_or_hidden_is_not_told() -> None:
    """Nobody has to know that there is such a thing, nor reads a token."""

    @frozen
    class Sample(Told):
        """A value with all kinds of members."""

        shown: int
        absent: int | Unset = UNSET
        token: str = field(default="planted", repr=False)

    assert Sample(1).to_dict() == told(Sample(1)) == {"type": "sample", "shown": 1}
