import asyncio
import json

import httpx
import pytest
from tests.testing.microsoft.graph_caller import WINDOW, GraphCaller, good, utc

from kloudsync.testing.faults import Disrupted, Fault, FaultKind
from kloudsync.testing.microsoft import FakeMicrosoft, Habit
from kloudsync.testing.oauth import FakeAuthorisationServer
from kloudsync.testing.serve import serve

AUTH = {"Authorization": "Bearer any"}


def test_every_answer_says_which_request_it_is_about(fake: FakeMicrosoft) -> None:
    """A client's own id comes back; a refusal has both in its body as well."""
    headers = {**AUTH, "client-request-id": "mine"}
    reply = fake.handle("GET", "/v1.0/me/events", headers)
    assert reply.headers["client-request-id"] == "mine"
    assert len(reply.headers["request-id"]) == 36
    refused = fake.handle("GET", "/v1.0/me/events/AAMk", headers)
    inner = json.loads(refused.body)["error"]["innerError"]
    assert inner["client-request-id"] == "mine"
    assert inner["request-id"] == refused.headers["request-id"]
    assert inner["date"] == "2026-03-01T08:00:00"


def test_paths_that_mean_nothing_are_refused(caller: GraphCaller) -> None:
    """The message names the segment; without a version nothing means anything."""
    for path in ("me/nothing", "nothing", "users", "me/events/AAMk/nothing"):
        assert caller.refusal("GET", path) == (400, "BadRequest")
    assert caller.fake.handle("GET", "/me/events", AUTH).status == 400
    assert caller.refusal("PUT", "me/events/AAMk")[0] == 400


def test_functions_may_be_written_in_full_and_names_in_any_case(
    caller: GraphCaller, weekly: str
) -> None:
    """Parentheses and namespaces are the same method, and so are other cases."""
    for path in ("me/calendarView/delta()", "Me/CalendarView/microsoft.graph.delta()"):
        assert caller.rows(path, WINDOW)
    told = caller.get("me/events", {"$SELECT": "subject", "$Top": 1})
    assert set(told["value"][0]) == {"@odata.etag", "id", "subject"}


def test_beta_is_answered_as_well(fake: FakeMicrosoft) -> None:
    """Links stay with the version that was asked."""
    fake.calendar().create("One", utc("2026-03-04T09:00"))
    fake.calendar().create("Two", utc("2026-03-04T09:00"))
    reply = fake.handle("GET", "https://graph.microsoft.us/beta/me/events?$top=1", AUTH)
    link = good(reply)["@odata.nextLink"]
    assert link == "https://graph.microsoft.us/beta/me/events?$top=1&$skip=1"


def test_tokens_are_demanded(fake: FakeMicrosoft) -> None:
    """Without one, or with a dead one, 401 says so in body and header."""
    reply = fake.handle("GET", "/v1.0/me", {})
    assert (reply.status, "WWW-Authenticate" in reply.headers) == (401, True)
    fake.accounts.revoke("any")
    assert fake.handle("GET", "/v1.0/me", AUTH).status == 401


def test_tokens_are_good_for_what_they_were_given_for(fake: FakeMicrosoft) -> None:
    """Scopes count in any spelling; a token without any is good for nothing."""
    fake.accounts.grant("none", "owner@example.com", scopes=[])
    fake.accounts.grant("read", "owner@example.com", ["https://graph.microsoft.com/CALENDARS.READ"])
    assert GraphCaller(fake, "none").refusal("GET", "me/events")[0] == 403
    reader = GraphCaller(fake, "read")
    assert reader.rows("me/events") == []
    assert reader.refusal("POST", "me/events", body={"subject": "x"}) == (403, "ErrorAccessDenied")
    assert GraphCaller(fake, "other").refusal("GET", "me/events")[0] == 401


def test_applications_have_no_mailbox_of_their_own(fake: FakeMicrosoft) -> None:
    """They reach every mailbox by its address, and `/me` is nobody."""
    fake.accounts.grant("app", scopes=["Calendars.ReadWrite"])
    app = GraphCaller(fake, "app")
    assert app.refusal("GET", "me/events") == (400, "BadRequest")
    assert app.rows("users/owner@example.com/events") == []
    assert app.refusal("POST", "users/owner@example.com/findMeetingTimes", body={})[0] == 403


def test_an_authorisation_server_may_be_trusted(fake: FakeMicrosoft) -> None:
    """Its tokens are good here while they live, for the person who gave them."""
    server = FakeAuthorisationServer(clock=fake.clock)
    server.person.address = "owner@example.com"
    fake.accounts.trust(server.user_of)
    reply = server.handle(
        "POST",
        "https://login.example.com/common/oauth2/v2.0/token",
        {"Content-Type": "application/x-www-form-urlencoded"},
        b"grant_type=refresh_token&client_id=c&refresh_token=" + server.grant("c").encode(),
    )
    token = good(reply)["access_token"]
    assert GraphCaller(fake, token).rows("me/events") == []
    server.withdraw()
    assert GraphCaller(fake, token).refusal("GET", "me/events")[0] == 401


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.RATE_LIMIT, 429),
        (FaultKind.TOO_MANY_REQUESTS, 429),
        (FaultKind.RETRY_AFTER_SECONDS, 429),
        (FaultKind.RETRY_AFTER_DATE, 429),
        (FaultKind.QUOTA_EXCEEDED, 507),
        (FaultKind.FORBIDDEN, 403),
        (FaultKind.UNAUTHORIZED, 401),
        (FaultKind.SERVER_ERROR, 500),
        (FaultKind.UNAVAILABLE, 503),
        (FaultKind.HTML_502, 502),
        (FaultKind.HTML_200, 200),
    ],
)
def test_faults_are_worded_as_the_service_does(
    fake: FakeMicrosoft, caller: GraphCaller, kind: FaultKind, status: int
) -> None:
    """A fault strikes the request that it is meant for, and no other."""
    fake.faults.add(Fault(kind, operation="events.list", seconds=2))
    reply = caller.send("GET", "me/events")
    assert reply.status == status
    if kind is FaultKind.RETRY_AFTER_SECONDS:
        assert reply.headers["Retry-After"] == "2"
    assert caller.send("GET", "me/events").status == 200


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (FaultKind.CURSOR_GONE, 410),
        (FaultKind.CURSOR_GONE_SILENTLY, 410),
        (FaultKind.CURSOR_INVALID, 400),
        (FaultKind.CURSOR_UNNAMED, 400),
    ],
)
def test_faults_strike_tokens_alone(
    fake: FakeMicrosoft, caller: GraphCaller, kind: FaultKind, status: int
) -> None:
    """A first request carries none, and is answered."""
    fake.faults.add(Fault(kind))
    follower = caller.follow()
    follower.round()
    assert caller.send("GET", follower.link).status == status
    assert follower.round() == []


def test_pages_may_have_no_end_and_make_no_sense(
    fake: FakeMicrosoft, caller: GraphCaller, weekly: str
) -> None:
    """A page names itself as the next one; an item can't be read."""
    fake.faults.add(Fault(FaultKind.MALFORMED_ITEM, operation="events.list"))
    assert caller.get("me/events")["value"][0]["end"] == "20260230"
    fake.habits.add(Habit.EMPTY_PAGES)
    first = caller.get("me/calendarView/delta", WINDOW)
    fake.faults.add(Fault(FaultKind.ENDLESS_PAGES, operation="calendarView.delta"))
    again = caller.get(first["@odata.nextLink"])
    assert again["@odata.nextLink"] == first["@odata.nextLink"]
    assert "@odata.deltaLink" not in again


def test_the_network_may_fail(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """A cut connection raises; what carries the fake turns it into what its client sees."""
    fake.faults.add(Fault(FaultKind.CUT_CONNECTION))
    with pytest.raises(Disrupted):
        caller.send("GET", "me/events")


def test_waits_may_have_fractions(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """By habit Retry-After is no whole number."""
    fake.habits.add(Habit.FRACTIONAL_WAITS)
    fake.faults.add(Fault(FaultKind.RETRY_AFTER_SECONDS, seconds=2))
    assert caller.send("GET", "me/events").headers["Retry-After"] == "2.128"


def test_the_log_has_every_request_and_no_secret(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Method, path, query, status and the name of the method."""
    caller.send("GET", "me/events", {"$top": 3})
    line = fake.requests[-1]
    assert (line.operation, line.status, line.query) == ("events.list", 200, {"$top": "3"})
    assert "any" not in repr(line)


def test_the_fake_is_reached_by_httpx_and_on_a_port(fake: FakeMicrosoft) -> None:
    """Blocking and awaiting clients, and any client at all; links lead back to where it was asked."""
    fake.calendar().create("Once", utc("2026-03-04T09:00"))
    with httpx.Client(transport=fake.transport(), headers=AUTH) as client:
        told = client.get("https://graph.microsoft.com/v1.0/me/events").json()
    assert [row["subject"] for row in told["value"]] == ["Once"]

    async def ask() -> int:
        async with httpx.AsyncClient(transport=fake.transport(), headers=AUTH) as client:
            return (await client.get("https://graph.microsoft.com/v1.0/me/events")).status_code

    assert asyncio.run(ask()) == 200
    with serve(fake) as url:
        told = httpx.get(f"{url}/me/calendarView/delta", params=dict(WINDOW), headers=AUTH).json()
        assert told["@odata.deltaLink"].startswith(f"{url}/me/calendarView/delta?$deltatoken=")


def test_what_is_at_the_end_of_all_times_is_refused(caller: GraphCaller) -> None:
    """Times that no clock can show are no reason to fail."""
    query = {"startDateTime": "9999-12-31T23:59:59-14:00", "endDateTime": "9999-12-31T23:59:59Z"}
    assert caller.refusal("GET", "me/calendarView", query)[0] == 400
    event = {
        "start": {"dateTime": "9999-12-31T23:59:59.9999999", "timeZone": "UTC"},
        "end": {"dateTime": "9999-12-31T23:59:59.9999999", "timeZone": "UTC"},
    }
    assert caller.refusal("POST", "me/events", body=event)[0] == 400
