"""The classes of the wire name all that the service's metadata does."""

from __future__ import annotations

import inspect
import json
import pkgutil
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from tests.providers.microsoft.metadata import ENUMS, MEMBERS

import kloudsync.providers.microsoft.wire as shelf
from kloudsync.errors import DecodeError
from kloudsync.http.codec import JSONObject, wire_names
from kloudsync.providers.microsoft.resources.fields import EventField
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.event import Event

SDK: Final[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "testing" / "microsoft" / "metadata.json").read_text()
)
"""Members and values by type, as the classes of `msgraph-sdk` 1.65.0 have them."""


OURS: Final = {
    "convertIdResult": "convertedId",
    "meetingTimeSuggestionsResult": "meetingTimeSuggestions",
}
"""Types whose classes are called otherwise."""

APART: Final = {
    "calendar": {
        "calendarPermissions", "calendarView", "events", "multiValueExtendedProperties",
        "singleValueExtendedProperties",
    },
    "calendarGroup": {"calendars"},
    "subscription": {
        "vapidPublicKey", "webPushEncryptionP256dhPublicKey", "webPushEncryptionSecret",
    },
}  # fmt: skip
"""What is asked for by a path of its own, and pushes to browsers, which nobody gets here."""


def classes() -> dict[str, type[Any]]:
    """Return every class of the wire, by the vendor's name."""
    modules = [
        import_module(f"{shelf.__name__}.{one.name}")
        for one in pkgutil.iter_modules(shelf.__path__)
    ]
    found = [cls for module in modules for _, cls in inspect.getmembers(module, inspect.isclass)]
    ours = [cls for cls in found if cls.__module__.startswith(shelf.__name__)]
    return {cls.__name__[:1].lower() + cls.__name__[1:]: cls for cls in ours}


@pytest.mark.parametrize("name", MEMBERS)
def test_a_type_has_all_its_members(name: str) -> None:
    """A member that the metadata lists has a field."""
    cls = classes()[name]
    assert issubclass(cls, JSONObject)
    assert set(MEMBERS[name].split()) <= set(wire_names(cls).values())


@pytest.mark.parametrize("name", ENUMS)
def test_an_enum_has_all_its_values(name: str) -> None:
    """A value that the metadata lists is a member, and there are no others."""
    cls = classes()[name]
    assert issubclass(cls, StrEnum)
    assert set(ENUMS[name].split()) == {member.value for member in cls}


@pytest.mark.parametrize("name", sorted(SDK["types"]))
def test_a_type_has_all_members_of_the_vendor_s_own_client(name: str) -> None:
    """What `msgraph-sdk` reads off the metadata is read here."""
    cls = classes()[OURS.get(name, name)]
    lacking = set(SDK["types"][name]) - set(wire_names(cls).values())
    assert lacking == APART.get(name, set[str]())


@pytest.mark.parametrize("name", sorted(SDK["enums"]))
def test_an_enum_has_all_values_of_the_vendor_s_own_client(name: str) -> None:
    """No value is missing, and none is of our making."""
    cls = classes()[name]
    assert issubclass(cls, StrEnum)
    assert set(SDK["enums"][name]) == {member.value for member in cls}


def test_what_can_be_selected_are_members() -> None:
    """`$select` names members of events, by the names of the wire."""
    assert set(get_args(EventField)) <= set(wire_names(Event).values())


@pytest.mark.parametrize("cls", [c for c in classes().values() if issubclass(c, JSONObject)])
def test_everything_may_be_absent_and_unknown_members_stay(cls: type[JSONObject]) -> None:
    """An empty object is read, and what nobody knows goes back out as it came."""
    assert codec.dump(codec.load(cls, {"later": [1]})) == {"later": [1]} | (
        {"value": []} if "items" in wire_names(cls) else {}
    )


def test_unknown_values_of_enums_survive() -> None:
    """Enums may grow: the service sends members that were added later."""
    event = codec.load(Event, {"showAs": "unknownFutureValue", "type": "occurrence"})
    assert (event.show_as, event.type) == ("unknownFutureValue", "occurrence")
    assert codec.dump(event) == {"showAs": "unknownFutureValue", "type": "occurrence"}


def test_extreme_times_are_read() -> None:
    """What was never answered is of the year 1, and fractions have seven digits."""
    event = codec.load(
        Event,
        {
            "responseStatus": {"response": "none", "time": "0001-01-01T00:00:00Z"},
            "start": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
            "lastModifiedDateTime": "2026-03-09T10:00:02.7654321Z",
        },
    )
    answer = event.response_status
    assert answer
    assert answer.time
    assert answer.time.year == 1


def test_what_is_no_event_is_told_with_its_place() -> None:
    """An error names the member."""
    with pytest.raises(DecodeError, match=r"is_all_day"):
        codec.load(Event, {"isAllDay": "perhaps"})
