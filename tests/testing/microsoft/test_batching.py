import json
from typing import Any

import pytest
from tests.testing.microsoft.graph_caller import GraphCaller, utc

from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.microsoft import FakeCalendar, FakeMicrosoft, Habit


def part(name: int, url: str = "/me/events", **more: Any) -> dict[str, Any]:
    """Ask for something within a batch."""
    return {"id": str(name), "method": "GET", "url": url, **more}


def send(caller: GraphCaller, *parts: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Send a batch; answers with its answers by id."""
    told = caller.post("$batch", {"requests": parts})["responses"]
    return {answer["id"]: answer for answer in told}


def test_each_part_has_an_answer_of_its_own(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Status, headers and body are the part's, and headers such as Prefer count for it alone."""
    zone = {"Prefer": 'outlook.timezone="Europe/Berlin"'}
    told = send(
        caller,
        part(1, f"/me/events/{weekly}", headers=zone),
        part(2, f"me/events/{weekly}"),
        part(3, "/me/events/AAMkAAAA"),
        part(4, "/me/events", method="POST", body={"subject": 3}),
        part(5, f"/me/events/{weekly}", method="DELETE"),
    )
    assert [told[str(n)]["status"] for n in range(1, 6)] == [200, 200, 404, 400, 204]
    assert told["1"]["body"]["start"]["timeZone"] == "Europe/Berlin"
    assert told["2"]["body"]["start"]["timeZone"] == "UTC"
    assert "request-id" in told["3"]["headers"]


def test_a_part_waits_for_those_that_it_depends_on(caller: GraphCaller) -> None:
    """Where one of them failed, it fails with 424."""
    told = send(
        caller, part(1, "/me/events/AAMkAAAA"), part(2, dependsOn=["1"]), part(3, dependsOn=["2"])
    )
    assert [told[str(n)]["status"] for n in range(1, 4)] == [404, 424, 424]


def test_parts_may_be_throttled_inside_of_a_good_answer(
    fake: FakeMicrosoft, caller: GraphCaller
) -> None:
    """By habit all but four parts of a mailbox get 429, with advice in their own headers."""
    fake.habits.add(Habit.BATCH_OVERFLOWS)
    told = send(caller, *(part(number) for number in range(6)))
    assert [told[str(n)]["status"] for n in range(6)] == [200, 200, 200, 200, 429, 429]
    assert told["5"]["headers"]["Retry-After"] == "1"


def test_faults_strike_parts_too(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """A fault of a method strikes its request within a batch."""
    fake.faults.add(Fault(FaultKind.UNAVAILABLE, operation="events.list", nth=2))
    told = send(caller, part(1), part(2))
    assert [told["1"]["status"], told["2"]["status"]] == [200, 503]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"requests": []},
        {"requests": ["GET /me/events"]},
        {"requests": [part(1), part(1)]},
        {"requests": [{"id": "1"}]},
        {"requests": [part(1, dependsOn=["2"]), part(2)]},
        {"requests": [part(number) for number in range(21)]},
    ],
)
def test_batches_that_make_no_sense_are_refused(caller: GraphCaller, body: object) -> None:
    """Too many parts, parts without id, method or url, ids that come twice or too late."""
    reply = caller.send("POST", "$batch", body=body or {"requests": None})
    assert reply.status == 400
    assert json.loads(reply.body)["error"]["code"] == "BadRequest"


def test_a_batch_needs_a_token(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Nothing is performed for nobody."""
    fake.calendar().create("Once", utc("2026-03-04T09:00"))
    fake.accounts.revoke("any")
    assert caller.refusal("POST", "$batch", body={"requests": [part(1)]})[0] == 401
