"""Bodies from dictionaries, held against the wire classes of all vendors."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

import kloudsync
from kloudsync.errors import UsageError
from kloudsync.http.bodies import as_body
from kloudsync.http.codec import JSONObject
from kloudsync.http.operation import Operation
from kloudsync.providers.google.resources.calendars import Calendars
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.providers.kloudless.resources.events import Events as KloudlessEvents
from kloudsync.providers.microsoft.resources.events import Events as MicrosoftEvents
from kloudsync.providers.microsoft.wire.event import Event as MicrosoftEvent
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents

ROOT = Path(kloudsync.__file__).parent
MEETING = {
    "summary": "Review",
    "start": {"dateTime": "2026-01-05T10:00:00Z"},
    "end": {"dateTime": datetime(2026, 1, 5, 11, tzinfo=UTC)},
    "attendees": ({"email": "ann@example.com"},),
}


def content(operation: Operation[Any]) -> Any:
    """Return what an operation sends."""
    return json.loads(operation.request.body or b"null")


def taking() -> Iterator[tuple[str, str, Any]]:
    """Yield every parameter of an endpoint that takes a wire class, with its type."""
    for path in sorted(ROOT.glob("providers/*/resources/*.py")):
        name = ".".join(("kloudsync", *path.relative_to(ROOT).with_suffix("").parts))
        for _, cls in inspect.getmembers(import_module(name), inspect.isclass):
            if cls.__module__ != name:
                continue
            for method in vars(cls).values():
                function = getattr(method, "__wrapped__", None)
                if not inspect.isfunction(function):
                    continue
                for parameter, hint in get_type_hints(function).items():
                    kinds = (hint, *get_args(hint))
                    if parameter != "return" and any(
                        isinstance(one, type) and issubclass(one, JSONObject) for one in kinds
                    ):
                        yield f"{name}.{function.__qualname__}", parameter, hint


PLACES = list(taking())


@pytest.mark.parametrize(("place", "parameter", "hint"), PLACES, ids=[one for one, _, _ in PLACES])
def test_every_endpoint_that_takes_a_wire_class_takes_a_dictionary(
    place: str, parameter: str, hint: Any
) -> None:
    """So that nobody has to remember which."""
    assert any(getattr(one, "__origin__", one) is Mapping for one in get_args(hint)), parameter


def test_a_dictionary_says_what_a_value_says() -> None:
    """Aware datetimes may stand for their text, and tuples for lists."""
    value = Event(
        summary="Review",
        start=EventDateTime(date_time=datetime(2026, 1, 5, 10, tzinfo=UTC)),
        end=EventDateTime(date_time=datetime(2026, 1, 5, 11, tzinfo=UTC)),
        attendees=[EventAttendee(email="ann@example.com")],
    )
    assert content(Events.insert("primary", MEETING)) == content(Events.insert("primary", value))
    assert as_body(codec, Event, value) is value


def test_dates_and_nulls_are_written_where_they_mean_something() -> None:
    """A patch clears by null; a whole day is a date."""
    days = {"start": {"date": date(2026, 1, 5)}, "end": {"date": date(2026, 1, 6)}}
    assert content(Events.insert("primary", days))["start"] == {"date": "2026-01-05"}
    assert content(Events.patch("primary", "abcde", {"location": None})) == {"location": None}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"sumary": "x"}, "sumary is not known, did you mean summary?"),
        ({"start": {"date_time": "2026-01-05T10:00:00Z"}}, "start.date_time is not known, write start"),
        ({"attendees": [{"email": "a@example.com"}, {"mail": "x"}]}, r"attendees\[1\].mail is not known"),
        ({"summary": 5}, "expected a string, found int"),
        ({"start": {"dateTime": "soon"}}, "expected an RFC 3339 time, found str"),
        ({"start": "2026-01-05"}, "expected an object, found str"),
        ({"attendees": "ann@example.com"}, "expected a list"),
        ({"id": None}, "id cannot be null"),
        ({f"x{number}": 1 for number in range(9)}, "and 4 more"),
    ],
)  # fmt: skip
def test_what_the_vendor_would_not_take_is_refused_by_its_place(
    given: Mapping[str, Any], says: str
) -> None:
    """Before anything is sent, with the name that was probably meant."""
    with pytest.raises(UsageError, match=says.replace("write start", "write dateTime")):
        Events.patch("primary", "abcde", given)


def test_members_of_a_value_are_held_against_its_class() -> None:
    """A time in the place of an object is named, before any check reads what it does not have."""
    nine: Any = datetime(2026, 1, 5, 9, tzinfo=UTC)
    with pytest.raises(
        UsageError, match=r"Event\.start: expected a value of EventDateTime, found da"
    ):
        Events.insert("primary", Event(summary="Review", start=nine, end=nine))
    with pytest.raises(
        UsageError, match=r"Event\.start: expected a value of DateTimeTimeZone, found"
    ):
        MicrosoftEvents.insert(MicrosoftEvent(subject="Review", start=nine, end=nine))


@pytest.mark.parametrize("given", [None, [], "summary", 3, b"{}", Events, EventDateTime()])
def test_what_is_no_body_at_all_is_refused(given: Any) -> None:
    """Another class of the vendor's is none either."""
    with pytest.raises(UsageError, match="expected Event"):
        Events.insert("primary", given)


def test_checks_of_the_vendor_count_for_dictionaries_too() -> None:
    """An event that ends before it begins, a calendar without a title."""
    with pytest.raises(UsageError, match="needs start and end"):
        Events.insert("primary", {"summary": "x"})
    with pytest.raises(UsageError, match="needs a summary"):
        Calendars.insert({"timeZone": "Europe/Zurich"})


def test_other_vendors_have_names_of_their_own() -> None:
    """Small letters with underscores at Kloudless and Salesloft, camels at Microsoft."""
    day = {"start": "2026-01-05T10:00:00Z", "end": "2026-01-05T11:00:00Z"}
    made = content(KloudlessEvents.create({"name": "Review", **day, "start_time_zone": "UTC"}))
    assert made["start_time_zone"] == "UTC"
    at = {"dateTime": "2026-01-05T10:00:00", "timeZone": "UTC"}
    until = {"dateTime": "2026-01-05T11:00:00", "timeZone": "UTC"}
    made = content(MicrosoftEvents.insert({"subject": "Review", "start": at, "end": until}))
    assert made["subject"] == "Review"
    with pytest.raises(UsageError, match="start_tim is not known, did you mean start_time"):
        CalendarEvents.upsert({"start_tim": "2026-01-05T10:00:00Z"})
    with pytest.raises(UsageError, match="summary is not known"):
        MicrosoftEvents.patch("AAMk", {"summary": "Review"})
