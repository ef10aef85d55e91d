from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from tests.providers.salesloft.colours import TOKEN, Colour

from kloudsync import AsyncSalesloft, Salesloft
from kloudsync.errors import APIError, KloudsyncError, UsageError
from kloudsync.http.clocks import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
from kloudsync.providers.salesloft.service import VENDOR
from kloudsync.providers.salesloft.wire.bulk import BulkJob, BulkJobChange
from kloudsync.providers.salesloft.wire.event import EventUpsert, UpsertType
from kloudsync.providers.salesloft.wire.meeting import MeetingChange
from kloudsync.providers.salesloft.wire.setting import MeetingSettingChange
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve

START = datetime(2026, 2, 1, 9, tzinfo=UTC)


@pytest.fixture
def client(fake: FakeSalesloft, manual_clock: ManualClock) -> Salesloft:
    """A blocking client of the fake."""
    http_client = httpx.Client(transport=fake.transport())
    return Salesloft(TOKEN, http_client=http_client, clock=manual_clock)


def event(fake: FakeSalesloft, number: int = 0) -> EventUpsert:
    """Return an event to write."""
    start = START + timedelta(hours=number)
    return EventUpsert(
        id=f"e{number}",
        i_cal_uid=f"u{number}",
        calendar_id=fake.calendar_id,
        start_time=start,
        end_time=start + timedelta(minutes=30),
        title="Pilot",
    )


def test_the_first_page_of_code_works(fake: FakeSalesloft, client: Salesloft) -> None:
    """Who am I, write, write again, list, cancel."""
    me = client.me.get()
    assert me.calendar_id == fake.calendar_id
    created = client.calendar_events.upsert(event(fake))
    assert (created.upsert_type, created.event.title) == (UpsertType.CREATE, "Pilot")
    assert client.calendar_events.upsert(event(fake)).upsert_type is UpsertType.UPDATE
    (listed,) = client.calendar_events.list(calendar_id=fake.calendar_id).items
    assert listed.id == "e0"
    cancelled = client.calendar_events.cancel(
        calendar_id=fake.calendar_id,
        id="e0",
        i_cal_uid="u0",
        start_time=START,
        end_time=START + timedelta(minutes=30),
        canceled_at=START,
    )
    assert cancelled.event.is_cancelled
    assert fake.events() == []


def test_every_call_reaches_the_service(fake: FakeSalesloft, client: Salesloft) -> None:
    """Users, meetings, settings, subscriptions and jobs are read and changed."""
    fake.add_user("second@example.com", external=False)
    meeting = fake.add_meeting(title="Intro")
    assert [user.email for user in client.users.iterate(search="second")] == ["second@example.com"]
    assert client.users.get(fake.guid).guid == fake.guid
    assert [one.title for one in client.meetings.iterate(status="pending")] == ["Intro"]
    change = MeetingChange(status="booked", event_id="e1", i_cal_uid="u1")
    assert client.meetings.update(meeting, change).event_id == "e1"
    (settings,) = client.meeting_settings.iterate(calendar_type="external")
    assert settings.is_external
    lost = MeetingSettingChange(primary_calendar_connection_failed=True)
    assert client.meeting_settings.update(settings.id, lost).primary_calendar_connection_failed
    hook = client.webhook_subscriptions.create(
        "https://app.example.com", callback_token="s3cret", event_type="bulk_job_completed"
    )
    assert "s3cret" not in repr(hook)
    assert client.webhook_subscriptions.update(hook.id, enabled=False).enabled is False
    assert [one.id for one in client.webhook_subscriptions.iterate()] == [hook.id]
    assert client.webhook_subscriptions.get(hook.id).enabled is False
    client.webhook_subscriptions.delete(hook.id)
    client.webhook_subscriptions.delete(hook.id)
    job = client.bulk_jobs.create(name="one")
    assert client.bulk_jobs.upload(job.id, [event(fake)]).records == 1
    assert client.bulk_jobs.update(job.id, BulkJobChange(name="two")).name == "two"
    assert [row.status for row in client.bulk_jobs.iterate_job_data(job.id)] == ["pending"]
    assert list(client.bulk_jobs.iterate_results(job.id)) == []
    assert [one.id for one in client.bulk_jobs.iterate(state=["open"])] == [job.id]
    assert isinstance(client.bulk_jobs.fetch(job.id), BulkJob)
    assert all(line.status in {200, 201, 204} and line.operation for line in fake.requests)


def test_both_colours_do_bulk_jobs(fake: FakeSalesloft, manual_clock: ManualClock) -> None:
    """A client runs a job and takes up the waiting for one."""
    rows = [event(fake, number) for number in range(3)]
    http_client = httpx.Client(transport=fake.transport())
    blocking = Salesloft(TOKEN, http_client=http_client, clock=manual_clock)
    report = blocking.run_bulk(rows, name="one")
    assert blocking.finish_bulk(report.job.id, rows).accepted == 3

    async def main() -> int:
        transport = httpx.AsyncClient(transport=fake.transport())
        client = AsyncSalesloft(TOKEN, http_client=transport, clock=manual_clock)
        report = await client.run_bulk(rows, name="two")
        return (await client.finish_bulk(report.job.id, rows)).accepted

    assert asyncio.run(main()) == 3


def test_a_real_port_serves_both_colours(fake: FakeSalesloft) -> None:
    """Over a socket, with the client's own HTTP library."""

    async def ask(url: str) -> str | None:
        async with AsyncSalesloft(TOKEN, base_url=url) as client:
            return (await client.me.get()).calendar_id

    with serve(fake) as url, Salesloft(TOKEN, base_url=url) as client:
        assert client.me.get().calendar_id == fake.calendar_id
        assert asyncio.run(ask(url)) == fake.calendar_id


def test_all_pages_are_walked(fake: FakeSalesloft, colour: Colour) -> None:
    """Page after page, each event once."""
    for number in range(60):
        fake.book.upsert(
            {
                "id": f"e{number:02}",
                "i_cal_uid": "u",
                "calendar_id": fake.calendar_id,
                "start_time": (START + timedelta(hours=number)).isoformat(),
                "end_time": (START + timedelta(hours=number + 1)).isoformat(),
            },
            fake.clock.now(),
        )
    wanted = CalendarEvents.list(
        start_time=START + timedelta(hours=10), end_time=START + timedelta(hours=50)
    )
    items = colour.items(wanted, fake.transport())
    assert [item.id for item in items] == [f"e{number:02}" for number in range(49, 8, -1)]
    assert [line.query.get("page") for line in fake.requests] == [None, "2"]


def test_a_listing_without_end_is_an_error(fake: FakeSalesloft, colour: Colour) -> None:
    """A page that names itself as the next one does not go round for ever."""
    fake.faults = Faults([Fault(FaultKind.ENDLESS_PAGES, times=None)])
    with pytest.raises(KloudsyncError, match="no end"):
        colour.items(CalendarEvents.list(page=1), fake.transport())


def test_the_token_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """As may the address."""
    monkeypatch.setenv(VENDOR.token_variable, TOKEN)
    monkeypatch.setenv(VENDOR.base_url_variable, "http://127.0.0.1:1/v2/")
    with Salesloft() as client:
        assert repr(client) == "Salesloft(base_url='http://127.0.0.1:1/v2')"
    monkeypatch.delenv(VENDOR.token_variable)
    with pytest.raises(UsageError, match=VENDOR.token_variable):
        Salesloft()


@pytest.mark.parametrize("base_url", ["api.salesloft.com", "ftp://x", "https://u@x", "https://x?y"])
def test_an_address_has_to_be_one(base_url: str) -> None:
    """Nothing is sent to where nobody meant."""
    with pytest.raises(UsageError, match="base_url"):
        Salesloft(TOKEN, base_url=base_url)


def test_options_make_another_client_over_the_same_connections() -> None:
    """Time-outs and retries are changed for a part of a program."""
    client = Salesloft(TOKEN)
    changed = client.with_options(timeouts=Timeouts(read=1), retry=Retry(attempts=1))
    assert changed.caller.ports is client.caller.ports
    assert changed.caller.setting.retry.attempts == 1
    assert changed.caller.setting.limiter is client.caller.setting.limiter
    assert client.caller.setting.service.base_url == VENDOR.base_url
    client.close()


def test_raw_answers_have_the_headers(fake: FakeSalesloft, client: Salesloft) -> None:
    """The budget can be read from any answer."""
    answer = client.with_raw_response.me.get()
    assert answer.value.guid == fake.guid
    assert answer.response.headers.get("x-ratelimit-remaining-minute") == "599"


@pytest.mark.parametrize("kind", [FaultKind.UNAUTHORIZED, FaultKind.FORBIDDEN, FaultKind.HTML_502])
def test_the_token_is_never_shown(
    fake: FakeSalesloft, client: Salesloft, kind: FaultKind, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither logs nor errors nor reprs contain it."""
    caplog.set_level(logging.DEBUG)
    fake.faults = Faults([Fault(kind, times=None)])
    with pytest.raises(APIError) as caught:
        client.me.get()
    shown = [str(caught.value), repr(caught.value), repr(client), caplog.text]
    shown += [repr(client.caller.setting), repr(caught.value.response)]
    assert not [text for text in shown if TOKEN in text]
