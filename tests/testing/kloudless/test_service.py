import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from kloudsync.http.json_kinds import is_array, is_object
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Reply
from kloudsync.testing.faults import Disrupted, Fault, FaultKind
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless

NINE = datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("America/Los_Angeles"))
BEARER = {"Authorization": "Bearer any"}


@pytest.fixture
def fake() -> FakeKloudless:
    """A fake before an empty calendar."""
    return FakeKloudless()


def send(
    fake: FakeKloudless,
    path: str,
    method: str = "GET",
    headers: Mapping[str, str] = BEARER,
    body: object = None,
) -> Reply:
    """Send a request to version 1."""
    content = b"" if body is None else json.dumps(body).encode()
    return fake.handle(method, f"/v1/{path}", headers, content)


def read(fake: FakeKloudless, path: str) -> dict[str, Any]:
    """Read a JSON object."""
    reply = send(fake, path)
    assert reply.status == 200, reply.body
    loaded: dict[str, Any] = json.loads(reply.body)
    return loaded


def code(reply: Reply) -> str:
    """Return the code of an error."""
    found: str = json.loads(reply.body)["error_code"]
    return found


def activity(fake: FakeKloudless, query: str = "") -> dict[str, Any]:
    """Read a page of the default subscription's activity."""
    return read(fake, f"accounts/me/subscriptions/default/activity/{query}")


def test_nothing_has_happened_at_first(fake: FakeKloudless) -> None:
    """The first answer is the one of the quickstart: no objects, and 0 as a number."""
    fake.google.calendar().create("before", NINE)
    late = FakeKloudless(fake.google)
    assert activity(late) == {
        "objects": [],
        "count": 0,
        "cursor": 0,
        "api": "events",
        "type": "object_list",
    }


def test_changes_are_told_once_each_with_the_event_after_them(fake: FakeKloudless) -> None:
    """Add, update and delete carry the unified event, a deletion no more than its id."""
    calendar = fake.google.calendar()
    event = calendar.create("Lunch", NINE)
    fake.pull()
    calendar.edit(event, summary="Dinner")
    fake.pull()
    calendar.delete(event)
    found = activity(fake)
    assert [one["type"] for one in found["objects"]] == ["add", "update", "delete"]
    assert [one["metadata"].get("name") for one in found["objects"]] == ["Lunch", "Dinner", None]
    assert found["objects"][2]["metadata"].keys() == {"api", "type", "id"}
    assert isinstance(found["cursor"], str)
    assert activity(fake, f"?cursor={found['cursor']}")["objects"] == []


def test_an_old_cursor_tells_the_same_again(fake: FakeKloudless) -> None:
    """What was read once can be read again, in pages of any size."""
    for hour in range(3):
        fake.google.calendar().create(f"e{hour}", NINE + timedelta(hours=hour))
    first = activity(fake, "?page_size=2")
    assert first["count"] == 2
    assert activity(fake, "?page_size=2") == first
    assert activity(fake, f"?cursor={first['cursor']}")["count"] == 1
    assert activity(fake, "?cursor=-1")["objects"] == []


def test_the_window_closes_without_a_word(fake: FakeKloudless) -> None:
    """After a day, records are gone, and a cursor before them is answered as if nothing were."""
    assert isinstance(fake.clock, ManualClock)
    fake.google.calendar().create("old", NINE)
    cursor = activity(fake, "?page_size=1")["cursor"]
    fake.google.calendar().create("lost", NINE)
    fake.pull()
    fake.clock.advance(timedelta(hours=25))
    fake.google.calendar().create("new", NINE)
    names = [one["metadata"]["name"] for one in activity(fake, f"?cursor={cursor}")["objects"]]
    assert names == ["new"]


def test_what_happens_while_switched_off_is_never_told(fake: FakeKloudless) -> None:
    """A subscription says why it is off; switched on again it begins with the present."""
    fake.switch_off("token revoked")
    shown = read(fake, "accounts/me/subscriptions/")["objects"][0]
    assert (shown["active"], shown["disable_reason"]) == (False, "token revoked")
    fake.google.calendar().create("missed", NINE)
    activity(fake)
    fake.switch_on()
    fake.google.calendar().create("seen", NINE)
    assert [one["metadata"]["name"] for one in activity(fake)["objects"]] == ["seen"]


@pytest.mark.parametrize("query", ["?cursor=abc", "?page_size=0", "?page_size=100000"])
def test_senseless_parameters_are_refused(query: str, fake: FakeKloudless) -> None:
    """Cursors that are none and sizes out of range are refused with the documented code."""
    reply = send(fake, f"accounts/me/subscriptions/default/activity/{query}")
    assert (reply.status, code(reply)) == (400, "invalid_parameters")


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("accounts/4242/cal/calendars/nope/", "GET"),
        ("accounts/9/cal/calendars/", "GET"),
        ("accounts/me/subscriptions/7/", "GET"),
        ("accounts/me/cal/calendars/primary/events/nope/", "GET"),
        ("accounts/me/cal/calendars/primary/events/event_bTE/", "DELETE"),
        ("nowhere/", "GET"),
    ],
)
def test_what_does_not_exist_is_not_found(path: str, method: str, fake: FakeKloudless) -> None:
    """Unknown accounts, calendars, events, subscriptions and endpoints answer 404."""
    reply = send(fake, path, method)
    assert (reply.status, code(reply)) == (404, "not_found")


@pytest.mark.parametrize("header", ["", "Basic x", "Bearer ", "APIKey wrong"])
def test_bad_credentials_are_refused(header: str, fake: FakeKloudless) -> None:
    """Only tokens and the application's keys are taken."""
    reply = send(fake, "accounts/me/", headers={"Authorization": header})
    assert (reply.status, code(reply)) == (401, "unauthorized")


@pytest.mark.parametrize(
    "query", ["", "?cursor=34895&page_size=2", "?page=a%2Fb%2B&instances=x%3D"]
)
def test_a_path_without_its_slash_is_redirected_with_its_query(
    query: str, fake: FakeKloudless
) -> None:
    """The service answers with a redirect that loses nothing, as the documents' samples follow one."""
    reply = send(fake, f"accounts/me/subscriptions/99/activity{query}")
    location = f"/v1/accounts/me/subscriptions/99/activity/{query}"
    assert (reply.status, reply.headers["Location"]) == (301, location)


def test_a_client_without_slashes_polls_and_writes(fake: FakeKloudless) -> None:
    """A cursor survives the redirect, and what is written is written where it was meant to be."""
    event = {"name": "n", "start": "2026-01-06T09:00:00Z", "end": "2026-01-06T10:00:00Z"}
    where = "https://kloudless.example.com/v1/accounts/me/cal/calendars/primary/events"
    stream = "https://kloudless.example.com/v1/accounts/me/subscriptions/default/activity"
    with httpx.Client(transport=fake.transport(), headers=BEARER, follow_redirects=True) as client:
        made = client.post(where, json=event)
        read = client.get(stream).json()
        again = client.get(stream, params={"cursor": read["cursor"]}).json()
        changed = client.patch(f"{where}/{made.json()['id']}", json={"name": "m"})
        gone = client.delete(f"{where}/{made.json()['id']}")
    assert [one.status_code for one in (made, changed, gone)] == [201, 200, 204]
    assert [len(one["objects"]) for one in (read, again)] == [1, 0]
    assert changed.json()["name"] == "m"
    assert fake.google.calendar().truth() == {}


def hrefs(value: Any) -> Iterator[str]:
    """Yield every address of a resource in an answer."""
    if is_array(value):
        for one in value:
            yield from hrefs(one)
    elif is_object(value):
        for name, one in value.items():
            yield from [one] if name == "href" else hrefs(one)


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("accounts/", 1),
        ("accounts/me/", 1),
        ("accounts/me/cal/calendars/", 1),
        ("accounts/me/cal/calendars/primary/", 1),
        ("accounts/me/cal/calendars/primary/events/", 2),
        ("accounts/me/subscriptions/", 1),
        ("accounts/me/subscriptions/default/activity/", 2),
    ],
)
@pytest.mark.parametrize(
    ("origin", "headers"),
    [
        ("https://kloudless.example.com", {}),
        ("http://127.0.0.1:4010", {}),
        ("", {"Host": "127.0.0.1:4011"}),
    ],
)
def test_addresses_lead_back_to_where_they_were_asked_for(
    path: str, count: int, origin: str, headers: dict[str, str], fake: FakeKloudless
) -> None:
    """What a client refreshes or changes by its address stays with the fake, token included."""
    for name in ("one", "two"):
        fake.google.calendar().create(name, NINE)
    reply = fake.handle("GET", f"{origin}/v1/{path}", {**BEARER, **headers})
    found = list(hrefs(json.loads(reply.body)))
    base = f"{origin or 'http://127.0.0.1:4011'}/v1/"
    assert len(found) == count
    for address in found:
        assert address.startswith(base)
        assert fake.handle("GET", f"{address}/", BEARER).status == 200


def test_numbered_pages_shift_with_what_is_deleted(fake: FakeKloudless) -> None:
    """Asked for by number, a page holds what stands there by then, and the total says so."""
    fake.numbered = True
    calendar = fake.google.calendar()
    ids = [calendar.create(f"e{day}", NINE + timedelta(days=day)) for day in range(5)]
    where = "accounts/me/cal/calendars/primary/events/?page_size=2"
    first = read(fake, where)
    calendar.delete(ids[0])
    second = read(fake, f"{where}&page=2")
    assert [page["total"] for page in (first, second)] == [5, 4]
    assert [one["name"] for one in first["objects"]] == ["e0", "e1"]
    assert [one["name"] for one in second["objects"]] == ["e3", "e4"]


@pytest.mark.parametrize("kind", [FaultKind.REORDER_PAGES, FaultKind.DUPLICATE_ITEMS])
def test_numbered_pages_keep_their_order_whatever_upstream_does(
    kind: FaultKind, fake: FakeKloudless
) -> None:
    """Neither updates nor an upstream list in disorder move events from one page to another."""
    fake.numbered = True
    calendar = fake.google.calendar()
    ids = [calendar.create(f"e{day}", NINE + timedelta(days=day)) for day in range(5)]
    where = "accounts/me/cal/calendars/primary/events/?page_size=2"
    pages = [read(fake, where)]
    fake.google.faults.add(Fault(kind, operation="events.list", times=None))
    calendar.edit(ids[0], location="Elsewhere")
    pages += [read(fake, f"{where}&page={number}") for number in (2, 3)]
    shown = [one["name"] for page in pages for one in page["objects"]]
    assert shown == ["e0", "e1", "e2", "e3", "e4"]
    assert {page["total"] for page in pages} == {5}


def test_an_api_key_names_its_accounts(fake: FakeKloudless) -> None:
    """With a key there is no account of its own."""
    key = {"Authorization": "APIKey test-api-key"}
    assert send(fake, "accounts/4242/", headers=key).status == 200
    assert code(send(fake, "accounts/me/", headers=key)) == "bad_request"


def test_upstream_errors_are_unified() -> None:
    """A refusal, a limit and a failure of the upstream service have codes of their own."""
    google = FakeGoogle()
    fake = FakeKloudless(google)
    codes = {
        FaultKind.UNAUTHORIZED: "service_unauthorized",
        FaultKind.TOO_MANY_REQUESTS: "too_many_service_requests",
        FaultKind.RATE_LIMIT: "too_many_service_requests",
        FaultKind.SERVER_ERROR: "bad_gateway",
    }
    for kind, expected in codes.items():
        google.faults.add(Fault(kind, operation="events.list"))
        assert code(send(fake, "accounts/me/cal/calendars/primary/events/")) == expected


def test_faults_are_committed_in_the_service_s_words(fake: FakeKloudless) -> None:
    """HTML from a gateway, limits with advice, and cut connections can be told."""
    path = "accounts/me/subscriptions/"
    fake.faults.add(Fault(FaultKind.HTML_502))
    assert send(fake, path).body.startswith(b"<!DOCTYPE html>")
    fake.faults.add(Fault(FaultKind.RETRY_AFTER_SECONDS, seconds=7))
    reply = send(fake, path)
    assert (code(reply), reply.headers["Retry-After"]) == ("too_many_requests", "7")
    for kind in (FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY):
        fake.faults.add(Fault(kind))
        with pytest.raises(Disrupted):
            send(fake, path)
    fake.faults.add(Fault(FaultKind.ENDLESS_PAGES, nth=2))
    for hour in range(3):
        fake.google.calendar().create(f"e{hour}", NINE + timedelta(hours=hour))
    events = "accounts/me/cal/calendars/primary/events/?page_size=1"
    name = read(fake, events)["next_page"]
    assert read(fake, f"{events}&page={name}")["next_page"] == name


def test_senseless_bodies_are_refused(fake: FakeKloudless) -> None:
    """What is no JSON object, or lacks what is required, is refused."""
    path = "accounts/me/cal/calendars/"
    assert send(fake, path, "POST", body={}).status == 400
    assert send(fake, path, "POST", body=[1]).status == 400
    assert fake.handle("POST", f"/v1/{path}", BEARER, b"{").status == 400
    assert send(fake, f"{path}primary/events/", "POST", body={"name": "x"}).status == 400
    assert send(fake, "accounts/me/cal/availability/", "POST", body={}).status == 400


def test_the_log_keeps_no_credentials(fake: FakeKloudless) -> None:
    """Requests are remembered by method, path and operation alone."""
    read(fake, "accounts/me/subscriptions/")
    line = fake.requests[0]
    assert (line.operation, line.status) == ("subscriptions.list", 200)
    assert "any" not in repr(line)
