from datetime import UTC, date, datetime
from typing import Any

import pytest

from kloudsync.errors import DecodeError, UsageError
from kloudsync.providers.kloudless.monitored import resource_ids
from kloudsync.providers.kloudless.wire.account import Account
from kloudsync.providers.kloudless.wire.codec import codec
from kloudsync.providers.kloudless.wire.event import Event


@pytest.mark.parametrize(
    "body",
    [
        {"id": True},
        {"id": 1.5},
        {"id": "a", "start": 20201102},
        {"id": "a", "start": "noon"},
        {"id": "a", "created": "2020-11-02"},
        {"id": "a", "attendees": "everybody"},
    ],
)
def test_values_of_wrong_types_are_named(body: dict[str, Any]) -> None:
    """The message says what was expected and where, and nothing of the content."""
    with pytest.raises(DecodeError) as caught:
        codec.load(Event, body)
    assert caught.value.problems
    assert "everybody" not in str(caught.value)


def test_values_that_come_in_several_forms_are_one() -> None:
    """Numbers are ids, a stamp without offset is UTC, and dates and times are told apart."""
    loaded = codec.load(
        Event,
        {
            "id": 7,
            "created": "2020-11-02T08:00:00",
            "start": "2020-11-02",
            "end": "2020-11-02T09:00:00",
            "recurrence_type": "a_word_of_tomorrow",
            "unheard": {"of": 1},
        },
    )
    assert loaded.id == "7"
    assert loaded.created == datetime(2020, 11, 2, 8, tzinfo=UTC)
    assert (loaded.start, loaded.end) == (date(2020, 11, 2), datetime(2020, 11, 2, 9))
    assert loaded.recurrence_type == "a_word_of_tomorrow"
    assert loaded.extra == {"unheard": {"of": 1}}
    assert codec.dump(loaded)["start"] == "2020-11-02"
    assert codec.dump(loaded)["end"] == "2020-11-02T09:00:00"


@pytest.mark.parametrize(
    "value",
    [
        Account(id=7),  # type: ignore[arg-type]
        Account(created="now"),  # type: ignore[arg-type]
        Account(created=datetime(2020, 11, 2)),
        Event(start="2020-11-02"),  # type: ignore[arg-type]
    ],
)
def test_wrong_values_are_refused_before_they_are_sent(value: Any) -> None:
    """Writing is strict: texts for ids, aware times for stamps, times for times."""
    with pytest.raises(UsageError):
        codec.dump(value)


def test_monitored_resources_are_ids_or_objects() -> None:
    """Whatever form a resource has, its id is found; what holds none is left out."""
    forms = ["a", {"resource": "b"}, {"id": 7}, {"monitored_resource_api": "calendar"}, None, True]
    assert resource_ids(forms) == ("a", "b", "7")
