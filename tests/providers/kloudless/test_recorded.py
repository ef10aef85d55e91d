import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.recorded import cases

from kloudsync.errors import APIError
from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request, Response
from kloudsync.http.pages import Guess
from kloudsync.providers.kloudless.errors import decode_error
from kloudsync.providers.kloudless.wire.activity import ActivityPage
from kloudsync.providers.kloudless.wire.availability import AvailabilityRequest
from kloudsync.providers.kloudless.wire.calendar import Calendar, CalendarsPage
from kloudsync.providers.kloudless.wire.codec import codec
from kloudsync.providers.kloudless.wire.event import Event, EventsPage

REQUEST = Request(method="GET", path="x/")
PAYLOADS = "kloudless_payloads.json"


@pytest.mark.parametrize("row", cases(PAYLOADS))
def test_recorded_shapes_are_read_by_the_client(row: dict[str, Any]) -> None:
    """Recorded payloads load into the client's types, and what they hold goes back out."""
    types: dict[str, type[JSONObject]] = {
        "calendarCreateRequest": Calendar,
        "eventCreateRequest": Event,
        "event": Event,
        "availabilityRequest": AvailabilityRequest,
    }
    if row["kind"] in types:
        loaded = codec.load(types[row["kind"]], row["body"])
        assert codec.dump(loaded).keys() <= row["body"].keys()


@pytest.mark.parametrize("row", cases(PAYLOADS))
def test_recorded_pages_lead_where_they_say(row: dict[str, Any]) -> None:
    """A recorded page names, numbers or guesses the next one, or ends the listing."""
    if row["kind"] != "paging":
        return
    page: EventsPage | ActivityPage = codec.load(EventsPage, row["body"])
    if "cursor" in row["body"]:
        page = codec.load(ActivityPage, row["body"])
    step = page.next_request(REQUEST)
    expected = row["expect"].get("next") or row["expect"].get("next_optional")
    assert isinstance(step, Guess) is ("next_optional" in row["expect"])
    request = step.request if isinstance(step, Guess) else step
    asked = dict(request.query) if request else {}
    assert asked.get(expected["param"] if expected else "page") == (expected and expected["value"])


@pytest.mark.parametrize("row", cases(PAYLOADS))
def test_recorded_lists_and_errors_tell_their_facts(row: dict[str, Any]) -> None:
    """A recorded list of calendars and a recorded error are read as their rows say."""
    expected = row.get("expect", {})
    if row["kind"] == "calendarList":
        page = codec.load(CalendarsPage, row["body"])
        assert len({one.id for one in page.items}) == expected["ids"]
        assert [one.timezone for one in page.items] == expected["timezones"]
    if row["kind"] == "error":
        body = json.dumps(row["body"]).encode()
        answer = Response(status=row["status"], body=body)
        error = decode_error(answer, "events.list", datetime(2026, 1, 5, tzinfo=UTC))
        assert isinstance(error, APIError)
        assert (error.status, error.reason) == (expected["status"], row["body"]["error_code"])
