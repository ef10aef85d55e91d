"""What callers, other mailboxes and organisations can get wrong, and how it is told."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.providers.microsoft.world import BASE_URL, BERLIN, NOW, World, client_of

from kloudsync.errors import BadRequest, IdentityMismatch, NotFound, PermissionDenied, UsageError
from kloudsync.http.retry import Retry
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.source import MicrosoftCalendar
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.providers.microsoft.wire.times import DateTimeTimeZone
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit, recurring


def test_a_pattern_that_no_rule_can_say_is_kept_aside(world: World, weekly: str) -> None:
    """The rest of the calendar is synced, and what was not understood says why."""
    rule = recurring("daily", date(2026, 3, 2))
    odd = world.calendar.create("Odd", datetime(2026, 3, 2, 9, tzinfo=BERLIN), recurrence=rule)
    pass_on = world.fake.transport()

    def changed(request: httpx.Request) -> httpx.Response:
        answer = pass_on.handle_request(request)
        body = answer.read().replace(b'"type":"daily"', b'"type":"hourly"')
        return httpx.Response(answer.status_code, content=body)

    client = Microsoft(
        "token",
        http_client=httpx.Client(transport=httpx.MockTransport(changed)),
        clock=world.clock,
    )
    engine = SyncEngine(client.calendar(), MemoryStore())
    report = engine.sync()
    assert (report.added, len(report.quarantined)) == (1, 1)
    assert "hourly" in report.quarantined[0].reason
    assert odd != weekly


def test_a_zone_that_nobody_knows_is_refused_when_it_is_written(world: World) -> None:
    """Graph says so, and so does the error, with its code."""
    start = DateTimeTimeZone(date_time=datetime(2026, 3, 2, 9), time_zone="Mars/Olympus")
    end = DateTimeTimeZone(date_time=datetime(2026, 3, 2, 10), time_zone="Mars/Olympus")
    with pytest.raises(BadRequest) as told:
        world.client.events.insert(Event(subject="x", start=start, end=end))
    assert told.value.reason
    assert list(world.calendar.truth()) == []


def test_ids_with_slashes_are_ids_like_any_other() -> None:
    """Events, series and calendars of the old form are listed, asked for and followed."""
    world = World(habits=USUAL | {Habit.OLD_IDS})
    second = world.fake.add_calendar("Second")
    rule = recurring("weekly", date(2026, 3, 2), days=["monday"], times=5)
    made = [
        second.create(f"Weekly {number}", datetime(2026, 3, 2, 9, tzinfo=BERLIN), recurrence=rule)
        for number in range(20)
    ]
    lasting = [one["id"] for one in second.truth().values()]
    assert any("/" in one or "+" in one for one in [*made, *lasting, second.id])
    engine = SyncEngine(world.client.calendar(second.id), world.store)
    assert engine.sync().added == 20
    for series in made:
        second.cancel_occurrence(series, date(2026, 3, 9))
    engine.sync()
    shown = list(engine.occurrences(NOW, NOW + timedelta(days=60)))
    assert len(shown) == 20 * 4
    assert world.client.events.get(made[0], second.id).subject == "Weekly 0"


def test_a_cursor_of_another_mailbox_is_never_followed() -> None:
    """A source of another mailbox lists anew, and is refused: the copy is somebody else's."""
    world = World()
    world.fake.accounts.grant("application")
    world.fake.add_mailbox("other@example.com")
    for address in ("owner@example.com", "other@example.com"):
        world.fake.calendar(account=address).create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    store = MemoryStore()
    engines = [
        SyncEngine(client_of(world.fake, token="application", mailbox=mailbox).calendar(), store)
        for mailbox in ("owner@example.com", "other@example.com")
    ]
    engines[0].sync()
    world.fake.requests.clear()
    with pytest.raises(IdentityMismatch):
        engines[1].sync()
    assert not any("$deltatoken" in line.query for line in world.fake.requests)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (404, "ErrorItemNotFound"),
        (400, "ErrorInvalidIdMalformed"),
        (400, "InvalidDeltaToken"),
        (410, "SyncStateNotFound"),
    ],
)
def test_a_delta_link_of_another_mailbox_leads_to_a_full_pass(status: int, code: str) -> None:
    """However the service words it that it does not know a link of its own."""
    refused: list[str] = []
    feed = f"{BASE_URL}/me/calendarView/delta"

    def answer(request: httpx.Request) -> httpx.Response:
        if "foreign" in str(request.url):
            refused.append(request.url.path)
            return httpx.Response(status, json={"error": {"code": code, "message": ""}})
        token = "foreign" if not refused else "own"
        body: dict[str, Any] = {"id": "C", "value": []}
        if request.url.path.endswith("delta"):
            first = "startDateTime" in request.url.params
            body["@odata.deltaLink"] = f"{feed}?$deltatoken={'seek' if first else token}"
        return httpx.Response(200, content=json.dumps(body))

    client = Microsoft(
        "token",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        clock=ManualClock(NOW),
        retry=Retry(attempts=1),
    )
    engine = SyncEngine(client.calendar(), MemoryStore())
    engine.sync()
    report = engine.sync()
    assert refused
    assert report.full
    assert str(status) in (report.resync_reason or "")
    assert engine.sync().resync_reason is None


@pytest.mark.parametrize("scopes", [["User.Read"], ["Calendars.ReadBasic"], []])
def test_a_token_without_scopes_is_an_error_and_deletes_nothing(scopes: list[str]) -> None:
    """403 is told as what it is, and what is held stays."""
    world = World()
    world.calendar.create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    world.sync()
    world.fake.accounts.grant("narrow", "owner@example.com", scopes=scopes)
    client = client_of(world.fake, token="narrow")
    engine = SyncEngine(client.calendar(), world.store)
    if scopes == ["Calendars.ReadBasic"]:
        engine.sync(full=True)
    else:
        with pytest.raises(PermissionDenied, match="scopes"):
            engine.sync()
    assert len(list(engine.events())) == 1


def test_a_personal_account_is_synced_and_has_no_schedule() -> None:
    """What work accounts alone can do is refused by the service, and the rest works."""
    fake = FakeMicrosoft("work@example.com", clock=ManualClock(NOW), seed=3)
    fake.add_mailbox("home@example.com", is_personal=True)
    fake.accounts.grant("home", "home@example.com")
    fake.calendar(account="home@example.com").create("Once", datetime(2026, 3, 4, 9, tzinfo=UTC))
    client = client_of(fake, token="home")
    assert SyncEngine(client.calendar(), MemoryStore()).sync().added == 1
    with pytest.raises(PermissionDenied):
        client.schedules.get(["work@example.com"], start=NOW, end=NOW + timedelta(days=1))


@pytest.mark.parametrize("wrong", ["", None, 7])
def test_an_id_that_is_none_is_refused_before_anything_is_sent(wrong: Any) -> None:
    """Calendars, events and mailboxes alike."""
    fake = FakeMicrosoft(clock=ManualClock(NOW))
    client = client_of(fake)
    for call in (
        lambda: client.calendar(wrong),
        lambda: client.events.get(wrong),
        lambda: client.events.get("e", wrong),
        lambda: client.events.get("e", mailbox=wrong),
    ):
        with pytest.raises(UsageError):
            call()
    assert not fake.requests


def test_a_calendar_that_nobody_has_is_told() -> None:
    """It is no empty calendar."""
    world = World()
    source = world.client.calendar("AAMkNobody=")
    assert isinstance(source, MicrosoftCalendar)
    with pytest.raises(NotFound, match="check the id"):
        SyncEngine(source, MemoryStore()).sync()


def test_one_text_is_no_list_of_members() -> None:
    """Its letters would be asked for, one by one."""
    text: Any = "subject"
    with pytest.raises(UsageError, match="pass a list of names"):
        Events.get("e1", select=text)
