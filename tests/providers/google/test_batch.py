from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import httpx
import pytest

from kloudsync.errors import (
    BadRequest,
    ConnectFailed,
    DecodeError,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    Unauthorized,
    UsageError,
)
from kloudsync.http.message import Request
from kloudsync.http.operation import Operation
from kloudsync.providers.google.batch import BatchAnswer, batch, batch_url
from kloudsync.providers.google.client import AsyncGoogle, Google
from kloudsync.providers.google.resources.colors import Colors
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.service import google_service
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.times import EventDateTime
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

IDS = ("aaaaa", "bbbbb", "ccccc")
START, END = EventDateTime(date=date(2026, 1, 5)), EventDateTime(date=date(2026, 1, 6))
NEW = Event(summary="New", start=START, end=END)
KEYED = Event(id="ddddd", summary="New", start=START, end=END)


@pytest.fixture(params=["blocking", "awaiting"])
def colour(request: pytest.FixtureRequest) -> str:
    """Each fact is shown for both colours of client."""
    return str(request.param)


@pytest.fixture
def fake() -> FakeGoogle:
    """A calendar with three events."""
    fake = FakeGoogle()
    for name in IDS:
        fake.calendar().create(name, fake.clock.now(), event=name)
    return fake


def send(
    colour: str,
    fake: FakeGoogle,
    operations: Sequence[Operation[Any]],
    transport: Any = None,
    **options: Any,
) -> list[BatchAnswer[Any]]:
    """Send a batch with a client of a colour."""
    assert isinstance(fake.clock, ManualClock)
    carrier = transport or fake.transport()
    token = options.pop("token", "token")
    if colour == "blocking":
        with httpx.Client(transport=carrier) as blocking:
            google = Google(token, http_client=blocking, clock=fake.clock, **options)
            return google.batch(operations)
    distant = httpx.AsyncClient(transport=carrier)
    client = AsyncGoogle(token, http_client=distant, clock=fake.clock, **options)
    return asyncio.run(client.batch(operations))


def gets(*names: str) -> list[Operation[Event]]:
    """Describe reads of events."""
    return [Events.get("primary", name) for name in names]


def calls(fake: FakeGoogle) -> list[str]:
    """Return the names of the calls that arrived, parts before their batch."""
    return [line.operation for line in fake.requests]


def test_answers_come_in_the_order_of_the_calls(colour: str, fake: FakeGoogle) -> None:
    """Although the service answers in another, and of calls of different kinds."""
    answers = send(colour, fake, [*gets(*IDS), Colors.get(), Events.delete("primary", "aaaaa")])
    assert [answer.value.id for answer in answers[:3]] == list(IDS)
    assert len(answers[3].value.event) == 11
    assert answers[4].value is None
    assert [answer.error for answer in answers] == [None] * 5
    assert calls(fake).count("batch") == 1


def test_a_call_fails_alone(colour: str, fake: FakeGoogle) -> None:
    """Its error is the one that the single call would raise, and is raised by its value."""
    found, missing = send(colour, fake, gets("aaaaa", "zzzzz"))
    assert found.value.summary == "aaaaa"
    assert isinstance(missing.error, NotFound)
    assert (missing.error.operation, missing.error.reason) == ("events.get", "notFound")
    with pytest.raises(NotFound):
        _ = missing.value


def test_nothing_is_sent_for_nothing(colour: str, fake: FakeGoogle) -> None:
    """An empty batch has no answers."""
    assert send(colour, fake, []) == []
    assert fake.requests == []


def test_more_calls_than_fit_are_divided(colour: str, fake: FakeGoogle) -> None:
    """Fifty to a request."""
    answers = send(colour, fake, gets(*(["aaaaa"] * 120)))
    assert [answer.value.id for answer in answers] == ["aaaaa"] * 120
    assert calls(fake).count("batch") == 3
    with pytest.raises(UsageError, match="at most 50"):
        batch(gets(*(["aaaaa"] * 51)), google_service())


@pytest.mark.parametrize(
    "kind",
    [FaultKind.RATE_LIMIT, FaultKind.USER_RATE_LIMIT, FaultKind.UNAVAILABLE, FaultKind.HTML_502],
)
def test_only_what_failed_for_a_while_is_sent_again(
    colour: str, fake: FakeGoogle, kind: FaultKind
) -> None:
    """The parts that succeeded are not."""
    fake.faults = Faults([Fault(kind, operation="events.get", nth=2)])
    answers = send(colour, fake, gets(*IDS))
    assert [answer.value.id for answer in answers] == list(IDS)
    assert calls(fake) == [*["events.get"] * 3, "batch", "events.get", "batch"]
    assert isinstance(fake.clock, ManualClock)
    assert len(fake.clock.slept) == 1


def test_a_part_may_ask_for_patience(colour: str, fake: FakeGoogle) -> None:
    """The longest wait that any part asks for is kept."""
    kind = FaultKind.RETRY_AFTER_SECONDS
    faults = [Fault(kind, operation="events.get", nth=n, seconds=7.0 * n) for n in (1, 2)]
    fake.faults = Faults(faults)
    assert all(answer.error is None for answer in send(colour, fake, gets(*IDS)))
    assert isinstance(fake.clock, ManualClock)
    assert fake.clock.slept == [14.0]


def test_what_keeps_failing_is_given_up(colour: str, fake: FakeGoogle) -> None:
    """After as many tries as for single calls."""
    fake.faults = Faults([Fault(FaultKind.RATE_LIMIT, operation="events.get", times=None)])
    (answer,) = send(colour, fake, gets("aaaaa"))
    assert isinstance(answer.error, RateLimited)
    assert calls(fake).count("batch") == 4


def test_what_no_waiting_mends_is_not_sent_again(colour: str, fake: FakeGoogle) -> None:
    """A missing right stays missing."""
    fake.faults = Faults([Fault(FaultKind.FORBIDDEN, operation="events.get")])
    answers = send(colour, fake, gets("aaaaa", "bbbbb"))
    assert isinstance(answers[0].error, PermissionDenied)
    assert calls(fake).count("batch") == 1


@pytest.mark.parametrize("kind", [FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY])
def test_a_batch_that_is_lost_is_sent_again(colour: str, fake: FakeGoogle, kind: FaultKind) -> None:
    """All of its parts that may be sent twice; a keyed insert is not doubled."""
    fake.faults = Faults([Fault(kind, operation="batch")])
    operations = [*gets("aaaaa"), Events.insert("primary", KEYED)]
    read, made = send(colour, fake, operations)
    assert (read.value.id, made.value.id) == ("aaaaa", "ddddd")
    assert len(fake.truth()) == 4


def test_what_may_not_be_sent_twice_is_not(colour: str, fake: FakeGoogle) -> None:
    """An insert without an id fails where its fate is unknown; its neighbour goes on."""
    fake.faults = Faults([Fault(FaultKind.CUT_BODY, operation="batch")])
    made, read = send(colour, fake, [Events.insert("primary", NEW), *gets("aaaaa")])
    assert isinstance(made.error, TransportError)
    assert read.value.id == "aaaaa"
    assert len(fake.truth()) == 4


def test_a_deletion_that_arrived_before_is_success(colour: str, fake: FakeGoogle) -> None:
    """Where a try before may have done it; on the first try it is an error."""
    fake.faults = Faults([Fault(FaultKind.CUT_BODY, operation="batch")])
    (gone,) = send(colour, fake, [Events.delete("primary", "aaaaa")])
    assert gone.error is None
    failing = Fault(FaultKind.UNAVAILABLE, operation="events.get")
    fake.faults = Faults([failing])
    again, _ = send(colour, fake, [Events.delete("primary", "aaaaa"), *gets("bbbbb")])
    assert again.error is not None


def test_a_rejected_token_is_renewed_for_its_part(colour: str, fake: FakeGoogle) -> None:
    """As it is for a single call, once."""
    fake.faults = Faults([Fault(FaultKind.UNAUTHORIZED, operation="events.get")])
    answers = send(colour, fake, gets("aaaaa", "bbbbb"), token=lambda: "token")
    assert [answer.value.id for answer in answers] == ["aaaaa", "bbbbb"]
    fake.faults = Faults([Fault(FaultKind.UNAUTHORIZED, operation="events.get", times=None)])
    (answer,) = send(colour, fake, gets("aaaaa"))
    assert isinstance(answer.error, Unauthorized)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        (FaultKind.HTML_200, DecodeError),
        (FaultKind.HTML_502, ServiceUnavailable),
        (FaultKind.CUT_CONNECTION, ConnectFailed),
        (FaultKind.FORBIDDEN, PermissionDenied),
    ],
)
def test_an_error_of_the_whole_is_the_error_of_every_part(
    colour: str, fake: FakeGoogle, kind: FaultKind, error: type[Exception]
) -> None:
    """Nothing is raised, so that the answers to other requests of the batch are not lost."""
    fake.faults = Faults([Fault(kind, operation="batch", nth=2, times=None)])
    answers = send(colour, fake, gets(*["aaaaa"] * 60))
    assert [answer.error for answer in answers[:50]] == [None] * 50
    assert {type(answer.error) for answer in answers[50:]} == {error}


def test_a_part_that_is_no_event_is_an_error_of_its_own(colour: str, fake: FakeGoogle) -> None:
    """A page of HTML with status 200 among the parts."""
    fake.faults = Faults([Fault(FaultKind.HTML_200, operation="events.get")])
    first, second = send(colour, fake, gets("aaaaa", "bbbbb"))
    assert isinstance(first.error, DecodeError)
    assert first.error.operation == "events.get"
    assert second.value.id == "bbbbb"


def test_a_part_without_answer_is_an_error(colour: str, fake: FakeGoogle) -> None:
    """A call that may be sent twice is sent again, and given up in the end."""
    content_type = {"Content-Type": "multipart/mixed; boundary=b"}
    answered = httpx.MockTransport(
        lambda _: httpx.Response(200, headers=content_type, content=b"--b\r\n\r\n\r\n--b--")
    )
    (answer,) = send(colour, fake, gets("aaaaa"), answered)
    assert isinstance(answer.error, TransportError)
    assert "no part" in str(answer.error)


def test_parts_carry_their_conditions(colour: str, fake: FakeGoogle) -> None:
    """An etag goes with its part alone."""
    stale = Events.patch("primary", "aaaaa", Event(summary="x"), if_match='"1"')
    fresh = Events.patch("primary", "bbbbb", Event(summary="y"))
    refused, changed = send(colour, fake, [stale, fresh])
    assert isinstance(refused.error, PreconditionFailed)
    assert changed.value.summary == "y"


def test_parts_count_against_the_given_quota_user(colour: str, fake: FakeGoogle) -> None:
    """The service's own query goes with every part."""
    send(colour, fake, gets("aaaaa"), quota_user="tenant-1")
    assert fake.requests[0].query["quotaUser"] == "tenant-1"


@pytest.mark.parametrize(
    ("base_url", "url"),
    [
        (
            "https://www.googleapis.com/calendar/v3",
            "https://www.googleapis.com/batch/calendar/v3",
        ),
        ("http://127.0.0.1:4010/calendar/v3/", "http://127.0.0.1:4010/batch/calendar/v3"),
        (
            "https://proxy.example.com/g/calendar/v3",
            "https://proxy.example.com/g/batch/calendar/v3",
        ),
        ("https://proxy.example.com", "https://proxy.example.com/batch/calendar/v3"),
    ],
)
def test_batches_go_to_the_host_of_the_client(base_url: str, url: str) -> None:
    """Beside the paths of the API, so that the token goes nowhere else."""
    assert batch_url(base_url) == url


def test_a_batch_works_on_a_real_port(fake: FakeGoogle) -> None:
    """Over sockets as in memory."""
    with serve(fake) as base_url, Google("token", base_url=base_url) as google:
        assert [answer.value.id for answer in google.batch(gets(*IDS))] == list(IDS)


def test_a_call_to_another_host_is_refused(colour: str, fake: FakeGoogle) -> None:
    """Before anything is sent."""
    request = Request(method="GET", path="https://elsewhere.example.com/")
    elsewhere = Operation(name="elsewhere", request=request, decode=str)
    with pytest.raises(UsageError, match="by itself"):
        send(colour, fake, [*gets("aaaaa"), elsewhere])
    assert fake.requests == []


def test_a_call_that_was_made_is_no_part(colour: str, fake: FakeGoogle) -> None:
    """What a method of the client answered is refused, in words that say what to pass instead."""
    made: Any = [Event(id="aaaaa")]
    with pytest.raises(UsageError, match=r"described and not yet made.*not Event"):
        send(colour, fake, made)
    assert fake.requests == []


def test_a_part_that_quotes_the_token_shows_none(colour: str, fake: FakeGoogle) -> None:
    """Errors of parts keep as quiet as those of single calls: message, reason and repr."""
    token = "planted-access-token"
    said = {"error": {"message": f"bad Bearer {token}", "errors": [{"reason": token}]}}
    body = (
        "--b\r\nContent-Type: application/http\r\nContent-ID: <response-0>\r\n\r\n"
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n"
        f"{json.dumps(said)}\r\n--b--"
    )

    def quote(_: httpx.Request) -> httpx.Response:
        return httpx.Response(
            200, text=body, headers={"Content-Type": "multipart/mixed; boundary=b"}
        )

    (answer,) = send(colour, fake, gets("aaaaa"), httpx.MockTransport(quote), token=token)
    assert isinstance(answer.error, BadRequest)
    assert "(hidden)" in str(answer.error)
    assert token not in f"{answer.error!r} {answer.error} {answer.error.reason}"
