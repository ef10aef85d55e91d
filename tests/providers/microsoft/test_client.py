"""Every method describes the request that Graph documents."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
import respx
from tests.providers.microsoft.world import NOW, client_of

from kloudsync.errors import (
    BadRequest,
    Conflict,
    ConsentRequired,
    CursorRefused,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
    UsageError,
)
from kloudsync.http.operation import Operation
from kloudsync.http.retry import Retry
from kloudsync.providers.microsoft.client import AsyncMicrosoft, Microsoft
from kloudsync.providers.microsoft.clouds import CHINA, CLOUDS
from kloudsync.providers.microsoft.resources.calendars import CalendarGroups, Calendars
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.resources.mailbox import Mailboxes
from kloudsync.providers.microsoft.resources.schedules import Schedules
from kloudsync.providers.microsoft.resources.subscriptions import Subscriptions
from kloudsync.providers.microsoft.wire.calendar import Calendar, CalendarGroup
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.providers.microsoft.wire.people import Attendee
from kloudsync.providers.microsoft.wire.subscription import Subscription
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import FakeMicrosoft

ODD = "AAMk/a+b=="
START, END = NOW, NOW + timedelta(days=7)
WINDOW = "startDateTime=2026-03-01T08%3A00%3A00Z&endDateTime=2026-03-08T08%3A00%3A00Z"
NINE = DateTimeTimeZone(date_time=datetime(2026, 3, 2, 9), time_zone="UTC")
TEN = DateTimeTimeZone(date_time=datetime(2026, 3, 2, 10), time_zone="UTC")


def timed(subject: str = "x", **members: Any) -> Event:
    """Return an event from nine to ten."""
    return Event(subject=subject, start=NINE, end=TEN, **members)


def described(operation: Operation[Any]) -> str:
    """Write a described call as its verb and its path with query."""
    request = operation.request
    return f"{request.method} {request.url('').lstrip('/')}"


@pytest.mark.parametrize(
    ("operation", "text"),
    [
        (Events.list(top=50), "GET me/calendar/events?%24top=50"),
        (
            Events.list(ODD, mailbox="a'b@example.com"),
            "GET users/a%27b%40example.com/calendars/AAMk%2Fa%2Bb%3D%3D/events",
        ),
        (
            Events.get("e", "c", select=["id", "start"], expand=["exceptionOccurrences"]),
            "GET me/calendars/c/events/e?%24select=id%2Cstart&%24expand=exceptionOccurrences",
        ),
        (
            Events.instances("s", start=START, end=END),
            f"GET me/calendar/events/s/instances?{WINDOW}",
        ),
        (
            Events.calendar_view("c", start=START, end=END),
            f"GET me/calendars/c/calendarView?{WINDOW}",
        ),
        (Events.view_delta(start=START, end=END), f"GET me/calendarView/delta?{WINDOW}"),
        (
            Events.view_delta("c", start=START, end=END),
            f"GET me/calendars/c/calendarView/delta?{WINDOW}",
        ),
        (
            Events.delta(start=START),
            "GET me/calendar/events/delta?startDateTime=2026-03-01T08%3A00%3A00Z",
        ),
        (Events.calendar_of("e"), "GET me/events/e/calendar"),
        (Events.patch("e", Event(subject="x")), "PATCH me/calendar/events/e"),
        (Events.delete("e"), "DELETE me/calendar/events/e"),
        (Events.permanent_delete("e"), "POST me/calendar/events/e/permanentDelete"),
        (Events.accept("e"), "POST me/calendar/events/e/accept"),
        (Events.cancel("e"), "POST me/calendar/events/e/cancel"),
        (Events.dismiss_reminder("e"), "POST me/calendar/events/e/dismissReminder"),
        (Events.snooze_reminder("e", START), "POST me/calendar/events/e/snoozeReminder"),
        (
            Events.attachments("e"),
            "GET me/calendar/events/e/attachments?%24select=id%2Cname%2CcontentType%2Csize%2CisInline%2ClastModifiedDateTime",
        ),
        (Calendars.list(), "GET me/calendars"),
        (Calendars.list(group_id="g"), "GET me/calendarGroups/g/calendars"),
        (Calendars.get(), "GET me/calendar"),
        (Calendars.insert(Calendar(name="x")), "POST me/calendars"),
        (Calendars.patch("c", Calendar(name="y")), "PATCH me/calendars/c"),
        (Calendars.delete("c"), "DELETE me/calendars/c"),
        (Calendars.permissions("c"), "GET me/calendars/c/calendarPermissions"),
        (CalendarGroups.list(), "GET me/calendarGroups"),
        (CalendarGroups.get("g"), "GET me/calendarGroups/g"),
        (CalendarGroups.insert(CalendarGroup(name="x")), "POST me/calendarGroups"),
        (CalendarGroups.patch("g", CalendarGroup(name="y")), "PATCH me/calendarGroups/g"),
        (CalendarGroups.delete("g"), "DELETE me/calendarGroups/g"),
        (Mailboxes.user(), "GET me?%24select=id%2CuserPrincipalName%2Cmail%2CdisplayName"),
        (Mailboxes.settings(mailbox="u"), "GET users/u/mailboxSettings"),
        (Mailboxes.categories(), "GET me/outlook/masterCategories"),
        (Mailboxes.translate_ids([ODD]), "POST me/translateExchangeIds"),
        (Schedules.get(["a@example.com"], start=START, end=END), "POST me/calendar/getSchedule"),
        (Subscriptions.list(), "GET subscriptions"),
        (Subscriptions.renew("s", END), "PATCH subscriptions/s"),
        (Subscriptions.reauthorize("s"), "POST subscriptions/s/reauthorize"),
        (Subscriptions.delete("s"), "DELETE subscriptions/s"),
    ],
    ids=lambda value: value.name if isinstance(value, Operation) else "",
)
def test_a_method_has_its_path(operation: Operation[Any], text: str) -> None:
    """Ids are encoded whole, so that they may hold slashes."""
    assert described(operation) == text
    assert 'IdType="ImmutableId"' in (operation.request.headers.get("Prefer") or "")


def test_preferences_are_one_field() -> None:
    """All wishes of a request are joined, since a header is sent once."""
    asked = Events.view_delta(start=START, end=END, page_size=7, text=True)
    assert asked.request.headers.get("Prefer") == (
        'IdType="ImmutableId", outlook.timezone="UTC", outlook.body-content-type="text", '
        "odata.maxpagesize=7"
    )


def test_an_answer_may_propose_another_time() -> None:
    """What is proposed is written in UTC, and needs the organizer to hear of it."""
    asked = Events.tentatively_accept(
        "e", comment="later", propose=(START, START + timedelta(hours=1))
    )
    assert json.loads(asked.request.body or b"") == {
        "comment": "later",
        "sendResponse": True,
        "proposedNewTime": {
            "start": {"dateTime": "2026-03-01T08:00:00", "timeZone": "UTC"},
            "end": {"dateTime": "2026-03-01T09:00:00", "timeZone": "UTC"},
        },
    }
    with pytest.raises(UsageError, match="send_response"):
        Events.decline("e", send_response=False, propose=(START, END))
    with pytest.raises(UsageError, match="before it starts"):
        Events.decline("e", propose=(END, START))


def test_an_insert_is_repeated_only_with_its_key() -> None:
    """Trouble 22: without a transaction id, two tries make two events."""
    event = timed()
    assert not Events.insert(event).repeatable
    assert Events.insert(timed(transaction_id="t")).repeatable
    assert not Events.accept("e").repeatable
    assert Schedules.get(["a@example.com"], start=START, end=END).repeatable


def test_forwarding_names_its_recipients() -> None:
    """Each address is a recipient of its own."""
    asked = Events.forward("e", ["a@example.com"], comment="fyi")
    assert json.loads(asked.request.body or b"") == {
        "toRecipients": [{"emailAddress": {"address": "a@example.com"}}],
        "comment": "fyi",
    }


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Events.get(""),
        lambda: Events.list(top=0),
        lambda: Events.calendar_view(start=END, end=START),
        lambda: Events.calendar_view(start=START, end=START + timedelta(days=1826)),
        lambda: Events.calendar_view(start=datetime(2026, 3, 1), end=END),
        lambda: Events.follow(""),
        lambda: Events.insert(Event(subject="x")),
        lambda: Events.insert(timed(transaction_id="t" * 129)),
        lambda: Events.patch("e", Event(start=DateTimeTimeZone(date_time=START, time_zone="UTC"))),
        lambda: Events.patch("e", Event(start=DateTimeTimeZone(date_time=datetime(2026, 3, 1)))),
        lambda: Events.patch("e", Event(is_all_day=True, start=NINE)),
        lambda: Events.patch("e", Event(attendees=[Attendee()] * 501)),
        lambda: Events.forward("e", []),
        lambda: Events.forward("e", "a@example.com"),
        lambda: Calendars.insert(Calendar()),
        lambda: CalendarGroups.insert(CalendarGroup()),
        lambda: Mailboxes.translate_ids([]),
        lambda: Schedules.get([], start=START, end=END),
        lambda: Schedules.get(["a@example.com"], start=START, end=START + timedelta(days=63)),
        lambda: Schedules.get(["a@example.com"], start=START, end=END, interval=4),
        lambda: Subscriptions.create(Subscription(resource="/me/events")),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_sent(wrong: Any) -> None:
    """A caller hears at once what is wrong."""
    with pytest.raises(UsageError):
        wrong()


def test_events_are_written_read_and_walked() -> None:
    """A blocking client reaches the fake; `iterate` walks its pages by their links."""
    fake = FakeMicrosoft(clock=ManualClock(NOW))
    with client_of(fake) as microsoft:
        made = [microsoft.events.insert(timed(f"{n}")) for n in range(5)]
        held = list(microsoft.events.iterate(top=2))
        assert {one.id for one in held} == {one.id for one in made}
        answer = microsoft.with_raw_response.events.get(str(made[0].id))
        assert (answer.status, answer.value.subject) == (200, "0")
        microsoft.events.delete(str(made[0].id))
        with pytest.raises(NotFound) as missing:
            microsoft.events.get(str(made[0].id))
        assert missing.value.request_id
        assert microsoft.calendars.get().is_default_calendar
        view = microsoft.events.iterate_view(start=START, end=END, top=3)
        assert len(list(view)) == 4


def test_an_awaiting_client_does_the_same() -> None:
    """Both colours have the same methods."""
    fake = FakeMicrosoft(clock=ManualClock(NOW))

    async def main() -> list[str]:
        transport = fake.transport()
        async with AsyncMicrosoft(
            "token",
            http_client=httpx.AsyncClient(transport=transport),
            base_url="https://graph.microsoft.com/v1.0",
        ) as microsoft:
            await microsoft.events.insert(timed())
            return [str(one.subject) async for one in microsoft.events.iterate()]

    assert asyncio.run(main()) == ["x"]


@pytest.mark.parametrize(
    ("status", "body", "leaf", "reason"),
    [
        (404, {"code": "ErrorItemNotFound"}, NotFound, "ErrorItemNotFound"),
        (410, {"code": "syncStateNotFound"}, CursorRefused, "syncStateNotFound"),
        (410, {"code": "resyncRequired"}, CursorRefused, "resyncRequired"),
        (400, {"code": "InvalidDeltaToken"}, CursorRefused, "InvalidDeltaToken"),
        (
            400,
            {"code": "ErrorOccurrenceCrossingBoundary"},
            BadRequest,
            "ErrorOccurrenceCrossingBoundary",
        ),
        (401, {"code": "InvalidAuthenticationToken"}, Unauthorized, "InvalidAuthenticationToken"),
        (403, {"code": "ErrorAccessDenied"}, PermissionDenied, "ErrorAccessDenied"),
        (
            404,
            {"code": "MailboxNotEnabledForRESTAPI"},
            PermissionDenied,
            "MailboxNotEnabledForRESTAPI",
        ),
        (409, {"code": "ErrorIrresolvableConflict"}, Conflict, "ErrorIrresolvableConflict"),
        (429, {"code": "ApplicationThrottled"}, RateLimited, "ApplicationThrottled"),
        (
            503,
            {"code": "ErrorMailboxStoreUnavailable"},
            ServiceUnavailable,
            "ErrorMailboxStoreUnavailable",
        ),
        (507, {"code": "insufficientStorage"}, BadRequest, "insufficientStorage"),
        (
            404,
            {
                "code": "UnknownError",
                "innererror": {"code": "ErrorItemNotFound", "request-id": "r"},
            },
            NotFound,
            "ErrorItemNotFound",
        ),
        (502, "<html>", ServiceUnavailable, None),
    ],
)
def test_errors_are_told_by_status_and_code(
    status: int, body: Any, leaf: type[Exception], reason: str | None
) -> None:
    """The innermost code that is known decides, in whatever case it is written."""

    def answer(_: httpx.Request) -> httpx.Response:
        if isinstance(body, str):
            return httpx.Response(status, text=body)
        return httpx.Response(
            status, json={"error": {"message": "m", **body}}, headers={"request-id": "r"}
        )

    with _scripted(answer) as microsoft, pytest.raises(leaf) as raised:
        microsoft.events.get("e")
    assert getattr(raised.value, "reason", None) == reason
    assert getattr(raised.value, "request_id", None) == (None if isinstance(body, str) else "r")


@respx.mock
def test_a_claims_challenge_wants_the_person() -> None:
    """Where the organisation wants its user to sign in anew, no refresh token helps."""
    challenge = {"WWW-Authenticate": 'Bearer error="insufficient_claims", claims="e30="'}
    refusal = {"error": {"code": "InvalidAuthenticationToken"}}
    respx.get(path="/v1.0/me/calendar/events/e").respond(401, json=refusal, headers=challenge)
    with Microsoft("token", retry=0) as microsoft, pytest.raises(ConsentRequired):
        microsoft.events.get("e")


@respx.mock
def test_a_fractional_wait_is_obeyed() -> None:
    """Trouble 17: `Retry-After: 2.128` is two seconds and a bit."""
    clock = ManualClock(NOW)
    respx.get(path="/v1.0/me/calendar/events/e").side_effect = [
        respx.MockResponse(429, headers={"Retry-After": "2.128"}),
        respx.MockResponse(200, json={"id": "e"}),
    ]
    with Microsoft("token", clock=clock) as microsoft:
        microsoft.events.get("e")
    assert sum(clock.slept) >= 2.128


@respx.mock
@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=CLOUDS)
def test_each_cloud_has_its_own_addresses(cloud: Any) -> None:
    """A token of one cloud is sent to no other."""
    own = respx.get(f"{cloud.graph}/v1.0/me/calendars").respond(json={"value": []})
    with Microsoft("token", cloud=cloud) as microsoft:
        microsoft.calendars.list()
    assert own.call_count == 1


@respx.mock
def test_a_link_to_elsewhere_gets_no_token() -> None:
    """Whoever could change a link would get the token otherwise."""
    anywhere = respx.get(path="/v1.0/me/events").respond(json={"value": []})
    with Microsoft("token") as microsoft:
        for base_url in ("https://elsewhere.example.com/v1.0", CHINA.base_url):
            microsoft.events.follow(f"{base_url}/me/events?$skiptoken=1")
            assert "Authorization" not in anywhere.calls.last.request.headers


def test_a_client_needs_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is taken from the environment where none is given."""
    monkeypatch.delenv("KLOUDSYNC_MICROSOFT_TOKEN", raising=False)
    with pytest.raises(UsageError, match="KLOUDSYNC_MICROSOFT_TOKEN"):
        Microsoft()
    monkeypatch.setenv("KLOUDSYNC_MICROSOFT_TOKEN", "planted")
    assert "planted" not in repr(Microsoft())


def _scripted(answer: Any) -> Microsoft:
    transport = httpx.MockTransport(answer)
    return Microsoft(
        "token",
        http_client=httpx.Client(transport=transport),
        clock=ManualClock(datetime(2026, 3, 1, tzinfo=UTC)),
        retry=Retry(attempts=1),
    )
