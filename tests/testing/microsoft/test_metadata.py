"""The fake against Graph's metadata, as the classes of `msgraph-sdk` 1.65.0 say it."""

import importlib.util
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from tests.testing.microsoft.sdk_metadata import read_metadata

from kloudsync.testing.microsoft import (
    availability,
    belongings,
    permissions,
    settings,
    shapes,
    subscriptions,
)
from kloudsync.testing.microsoft.routes import find_route

METADATA: dict[str, Any] = json.loads((Path(__file__).parent / "metadata.json").read_text())

LEFT_OUT = {
    "attachments/createUploadSession": "contents of attachments are not kept",
    "instances/delta()": "nobody says what it would answer",
    "subscriptions/getVapidPublicKey()": "notifications go to web hooks alone",
}
"""What the metadata has and the fake has not, and why."""

SHAPES: Mapping[str, object] = {
    "attachment": belongings.ATTACHMENT,
    "attendee": shapes.ATTENDEE,
    "automaticRepliesSetting": settings.AUTOMATIC_REPLIES,
    "calendar": shapes.CALENDAR,
    "calendarGroup": shapes.GROUP,
    "calendarPermission": permissions.PERMISSION,
    "event": shapes.EVENT,
    "location": shapes.LOCATION,
    "mailboxSettings": settings.SETTINGS,
    "onlineMeetingInfo": shapes.ONLINE_MEETING,
    "outlookCategory": settings.CATEGORY,
    "recurrencePattern": shapes.PATTERN,
    "recurrenceRange": shapes.RANGE,
    "subscription": subscriptions.SUBSCRIPTION,
    "workingHours": settings.WORKING_HOURS,
}
NAVIGATION = {
    "calendar": {
        "calendarPermissions", "calendarView", "events", "multiValueExtendedProperties",
        "singleValueExtendedProperties",
    },
    "calendarGroup": {"calendars"},
}  # fmt: skip
"""What a body does not hold, since it is asked for by a path of its own."""

ENUMS = {
    "activityDomain": shapes.ACTIVITY_DOMAIN,
    "attendeeType": shapes.ATTENDEE_TYPE,
    "automaticRepliesStatus": shapes.REPLIES,
    "bodyType": shapes.BODY_TYPE,
    "calendarColor": shapes.CALENDAR_COLOR,
    "calendarRoleType": shapes.ROLE,
    "categoryColor": shapes.CATEGORY_COLOR,
    "dayOfWeek": shapes.DAY_OF_WEEK,
    "delegateMeetingMessageDeliveryOptions": shapes.DELEGATE_DELIVERY,
    "eventType": shapes.EVENT_TYPE,
    "exchangeIdFormat": shapes.ID_FORMAT,
    "externalAudienceScope": shapes.AUDIENCE,
    "freeBusyStatus": shapes.FREE_BUSY,
    "importance": shapes.IMPORTANCE,
    "locationType": shapes.LOCATION_TYPE,
    "locationUniqueIdType": shapes.UNIQUE_ID_TYPE,
    "onlineMeetingProviderType": shapes.PROVIDER,
    "phoneType": shapes.PHONE_TYPE,
    "recurrencePatternType": shapes.PATTERN_TYPE,
    "recurrenceRangeType": shapes.RANGE_TYPE,
    "responseType": shapes.RESPONSE,
    "sensitivity": shapes.SENSITIVITY,
    "userPurpose": shapes.PURPOSE,
    "weekIndex": shapes.WEEK_INDEX,
}


@pytest.mark.parametrize("method", METADATA["methods"])
def test_every_method_is_answered(method: str) -> None:
    """Each verb and path of the metadata means a method of the fake."""
    if any(method.endswith(path) for path in LEFT_OUT):
        return
    verb, path = method.split(" ")
    assert find_route(verb, re.sub(r"\{\}", "AAMk", path)).operation


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_every_member_is_known(name: str) -> None:
    """Bodies have the members of the metadata, no more and no fewer."""
    known = set(cast("Mapping[str, object]", SHAPES[name]))
    assert known == set(METADATA["types"][name]) - NAVIGATION.get(name, set[str]())


def test_what_is_asked_about_availability_has_every_member() -> None:
    """The questions are those that the generated clients can ask."""
    assert set(cast("Mapping[str, object]", availability.SCHEDULE)) == {
        "schedules", "startTime", "endTime", "availabilityViewInterval",
    }  # fmt: skip
    wanted = cast("Mapping[str, Mapping[str, object]]", availability.MEETING)
    assert set(wanted["timeConstraint"]) == set(METADATA["types"]["timeConstraint"])
    assert set(wanted["locationConstraint"]) == set(METADATA["types"]["locationConstraint"])


@pytest.mark.parametrize("name", sorted(METADATA["enums"]))
def test_every_word_is_known(name: str) -> None:
    """Enums have the words of the metadata, in its order."""
    assert list(ENUMS[name]) == METADATA["enums"][name]


def test_the_list_is_that_of_the_sdk() -> None:
    """Where msgraph-sdk is installed, the list is compared with its classes."""
    found = importlib.util.find_spec("msgraph")
    if found is None or found.submodule_search_locations is None:
        pytest.skip("msgraph-sdk is not installed; `nox -s graph_clients` installs it")
    read = read_metadata(Path(found.submodule_search_locations[0]) / "generated")
    assert read == METADATA
