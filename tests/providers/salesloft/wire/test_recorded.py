from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import httpx
import pytest
from tests.providers.salesloft.colours import BlockingColour
from tests.recorded import cases, rows

from kloudsync.errors import ConsentRequired, NotFound, RateLimited, SignatureMismatch
from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request, Response
from kloudsync.http.retry import is_transient
from kloudsync.providers.salesloft.auth import salesloft_endpoint
from kloudsync.providers.salesloft.errors import decode_error
from kloudsync.providers.salesloft.resources.meeting_settings import MeetingSettings
from kloudsync.providers.salesloft.resources.users import Users
from kloudsync.providers.salesloft.webhooks import Webhook
from kloudsync.providers.salesloft.wire.bulk import BulkRow
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.event import CalendarEvent, CalendarEventsPage
from kloudsync.providers.salesloft.wire.meeting import Meeting
from kloudsync.providers.salesloft.wire.setting import MeetingSetting
from kloudsync.providers.salesloft.wire.user import User, UsersPage
from kloudsync.testing.clock import ManualClock

FILE = "salesloft_payloads.json"
OBJECTS: dict[str, type[JSONObject]] = {
    "calendarEvent": CalendarEvent,
    "meeting": Meeting,
    "meetingSetting": MeetingSetting,
    "bulkJobResult": BulkRow,
    "jobData": BulkRow,
    "user": User,
}
PAGES: dict[str, Any] = {
    "usersPage": UsersPage,
    "emptyPage": UsersPage,
    "customFieldsPage": UsersPage,
}


def of(*kinds: str) -> list[Any]:
    """Return the recorded payloads of some kinds."""
    found = [one for one in cases(FILE) if one.values[0].get("kind") in kinds]
    return found or [one for one in cases(FILE) if not rows(FILE)]


def utc(text: str) -> datetime:
    """Read an expectation."""
    return datetime.fromisoformat(text)


@pytest.mark.parametrize("row", of(*OBJECTS))
def test_an_object_is_read_whole(row: dict[str, Any]) -> None:
    """Every member arrives, named or not, and goes back out with the same meaning."""
    read = codec.load(OBJECTS[row["kind"]], row["body"])
    written = codec.dump(read)
    assert written.keys() == row["body"].keys()
    again = codec.load(OBJECTS[row["kind"]], written)
    assert again == read


@pytest.mark.parametrize("row", of("calendarEvent"))
def test_an_event_has_its_times_and_people(row: dict[str, Any]) -> None:
    """Times are aware, in UTC; people are typed."""
    event = codec.load(CalendarEvent, row["body"])
    expected = row["expect"]
    assert event.start_time == utc(expected["start_utc"])
    assert event.end_time == utc(expected["end_utc"])
    assert len(event.attendees or ()) == expected["attendees"]
    assert event.provider == expected["provider"]


@pytest.mark.parametrize("row", of(*PAGES))
def test_a_page_tells_whether_there_is_another(row: dict[str, Any]) -> None:
    """With or without a block on paging, the listing ends where it ends."""
    request = Request(method="GET", path="users")
    page = codec.load(PAGES[row["kind"]], row["body"])
    following = page.next_request(request)
    number = row["expect"]["next_page"]
    assert (following is None) is (number is None)
    assert following is None or following.query == (("page", str(number)),)
    assert len(page.items) == row["expect"].get("count", len(row["body"]["data"]))


@pytest.mark.parametrize("row", of("usersPage"))
def test_a_users_times_are_those_of_the_users_own_zone(row: dict[str, Any]) -> None:
    """Offsets that change with daylight saving lead to the right instants."""
    (user,) = codec.load(UsersPage, row["body"]).items
    assert user.created_at == utc(row["expect"]["created_utc"])
    assert user.updated_at == utc(row["expect"]["updated_utc"])
    assert user.calendar_id == f"external_{row['body']['data'][0]['guid']}"


@pytest.mark.parametrize("row", of("bulkJobResult"))
def test_a_failed_row_is_told_as_such(row: dict[str, Any]) -> None:
    """The status decides."""
    assert codec.load(BulkRow, row["body"]).failed is not row["expect"]["ok"]


@pytest.mark.parametrize("row", of("cursor"))
def test_times_are_compared_as_instants(row: dict[str, Any]) -> None:
    """To the microsecond, whatever the offsets."""
    users = [codec.load(User, {**one, "guid": "g"}) for one in row["body"]["rows"]]
    newest = max(user.updated_at for user in users if user.updated_at)
    assert newest == utc(row["expect"]["next_cursor_utc"])


@pytest.mark.parametrize("row", of("error"))
def test_an_error_answer_becomes_the_right_leaf(row: dict[str, Any]) -> None:
    """What can be retried, what a person has to mend, and what just stands."""
    answered = Response(status=row["status"], body=json.dumps(row["body"]).encode())
    if row["expect"].get("reauthorise"):
        flow = salesloft_endpoint("id", "secret").refresh("spent", ManualClock().now())
        next(flow)
        with pytest.raises(ConsentRequired):
            flow.send(answered)
        return
    error = decode_error(answered, "users.list", ManualClock().now())
    assert isinstance(error, RateLimited if row["status"] == 429 else NotFound)
    assert is_transient(error, repeatable=True) is row["expect"]["retry"]


@pytest.mark.parametrize("row", of("webhook"))
def test_a_notification_is_verified(row: dict[str, Any]) -> None:
    """Every recorded signature is judged as it has to be."""
    webhook = Webhook(row["token"])
    if row["expect"]["valid"]:
        received = webhook.receive(row["body"].encode(), row["headers"])
        assert received.event == row["headers"].get("x-salesloft-event", "")
        assert received.payload == json.loads(row["body"])
    else:
        with pytest.raises(SignatureMismatch):
            webhook.receive(row["body"].encode(), row["headers"])


@pytest.mark.parametrize("row", of("settingsSearchRequest"))
def test_settings_are_searched_as_the_guide_shows(row: dict[str, Any]) -> None:
    """The body is the documented one, up to how an instant is written."""
    body = row["body"]
    moment = datetime.fromisoformat(body["updated_at"]["gt"])
    operation = MeetingSettings.search(
        calendar_type=body["calendar_type"],
        user_guids=body["user_guids"],
        updated_at={"gt": moment},
    )
    sent = json.loads(operation.request.body or b"")
    assert datetime.fromisoformat(sent["updated_at"].pop("gt")) == moment
    assert sent == {**body, "updated_at": {}}


@pytest.mark.parametrize("row", of("usersPage", "emptyPage"))
def test_a_recorded_listing_is_walked_to_its_end(row: dict[str, Any]) -> None:
    """One page is one request where no next page is named."""
    asked: list[httpx.Request] = []

    def service(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=row["body"])

    from_page = codec.load(UsersPage, row["body"]).items
    items = BlockingColour().items(Users.list(), httpx.MockTransport(service))
    assert items == list(from_page)
    assert len(asked) == 1


def test_an_answer_without_metadata_ends_the_listing() -> None:
    """The envelope's second half may be absent altogether."""
    page = codec.load(CalendarEventsPage, {"data": []})
    assert page.next_request(Request(method="GET", path="calendar/events")) is None
