"""What every call makes of every way to fail, on both colours of client."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.providers.salesloft.colours import TOKEN, Colour

from kloudsync.errors import (
    APIError,
    DecodeError,
    KloudsyncError,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    Unauthorized,
)
from kloudsync.http.operation import Operation
from kloudsync.providers.salesloft.resources.bulk_jobs import BulkJobs
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
from kloudsync.providers.salesloft.resources.meeting_settings import MeetingSettings
from kloudsync.providers.salesloft.resources.meetings import Meetings
from kloudsync.providers.salesloft.resources.users import Me, Users
from kloudsync.providers.salesloft.resources.webhook_subscriptions import WebhookSubscriptions
from kloudsync.providers.salesloft.wire.bulk import BulkJobChange
from kloudsync.providers.salesloft.wire.event import EventUpsert
from kloudsync.providers.salesloft.wire.meeting import MeetingChange
from kloudsync.providers.salesloft.wire.setting import MeetingSettingChange
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import TRANSIENT, Fault, FaultKind, Faults
from kloudsync.testing.salesloft import FakeSalesloft

START = datetime(2026, 2, 1, 9, tzinfo=UTC)
EVENT = EventUpsert(
    id="e",
    i_cal_uid="u",
    calendar_id="external_00000000-0000-0000-0000-000000000001",
    start_time=START,
    end_time=START + timedelta(hours=1),
)
HOOK = ("https://app.example.com",)

CALLS: dict[str, Callable[[], Operation[Any]]] = {
    "calendar_events.list": CalendarEvents.list,
    "calendar_events.upsert": lambda: CalendarEvents.upsert(EVENT),
    "bulk_jobs.list": BulkJobs.list,
    "bulk_jobs.create": BulkJobs.create,
    "bulk_jobs.fetch": lambda: BulkJobs.fetch(70),
    "bulk_jobs.update": lambda: BulkJobs.update(70, BulkJobChange(name="n")),
    "bulk_jobs.upload": lambda: BulkJobs.upload(70, [EVENT]),
    "bulk_jobs.job_data": lambda: BulkJobs.job_data(70),
    "bulk_jobs.results": lambda: BulkJobs.results(70),
    "me.get": Me.get,
    "users.list": Users.list,
    "users.get": lambda: Users.get(1),
    "meetings.list": Meetings.list,
    "meetings.update": lambda: Meetings.update(1, MeetingChange(status="booked")),
    "meeting_settings.search": MeetingSettings.search,
    "meeting_settings.update": lambda: MeetingSettings.update(1, MeetingSettingChange()),
    "webhook_subscriptions.list": WebhookSubscriptions.list,
    "webhook_subscriptions.create": lambda: WebhookSubscriptions.create(
        *HOOK, callback_token="s3cret", event_type="meeting_booked"
    ),
}

ONCE_ONLY = {"bulk_jobs.create", "bulk_jobs.upload", "webhook_subscriptions.create"}
"""Calls that leave something behind each time; a limit says that nothing was done."""

LIMITS = {
    FaultKind.RATE_LIMIT,
    FaultKind.USER_RATE_LIMIT,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.RETRY_AFTER_SECONDS,
    FaultKind.RETRY_AFTER_DATE,
}

LASTING: dict[FaultKind, type[KloudsyncError]] = {
    FaultKind.UNAUTHORIZED: Unauthorized,
    FaultKind.FORBIDDEN: PermissionDenied,
    FaultKind.TOO_MANY_REQUESTS: RateLimited,
    FaultKind.SERVER_ERROR: ServiceUnavailable,
    FaultKind.HTML_502: ServiceUnavailable,
    FaultKind.HTML_200: DecodeError,
    FaultKind.CUT_CONNECTION: TransportError,
    FaultKind.SLOW_BODY: TransportError,
}


@pytest.fixture
def busy(fake: FakeSalesloft) -> FakeSalesloft:
    """A fake with something of everything."""
    fake.add_meeting(title="Intro")
    fake.bulk.create({"type": "calendar/events/upsert"}, fake.clock.now())
    return fake


@pytest.mark.parametrize("kind", TRANSIENT)
@pytest.mark.parametrize("name", CALLS)
def test_passing_faults_are_overcome(
    busy: FakeSalesloft, colour: Colour, manual_clock: ManualClock, name: str, kind: FaultKind
) -> None:
    """One fault that passes is overcome wherever a second try can do no harm."""
    busy.faults = Faults([Fault(kind)])
    operation = CALLS[name]()
    if name in ONCE_ONLY and kind not in LIMITS:
        with pytest.raises((ServiceUnavailable, TransportError), match=name):
            colour.call(operation, busy.transport(), clock=manual_clock)
        assert len(busy.requests) == 1
    else:
        answer = colour.call(operation, busy.transport(), clock=manual_clock)
        assert answer.attempts == 2
        assert [line.operation for line in busy.requests] == [name, name]


@pytest.mark.parametrize("kind", LASTING)
@pytest.mark.parametrize("name", CALLS)
def test_lasting_faults_are_errors_of_ours(
    busy: FakeSalesloft, colour: Colour, manual_clock: ManualClock, name: str, kind: FaultKind
) -> None:
    """A fault that stays is raised with the name of the call, and without the token."""
    busy.faults = Faults([Fault(kind, times=None)])
    with pytest.raises(
        LASTING[kind], match=name if kind is not FaultKind.HTML_200 else "JSON"
    ) as e:
        colour.call(CALLS[name](), busy.transport(), clock=manual_clock)
    assert isinstance(e.value, (APIError, TransportError, DecodeError))
    assert e.value.operation == name
    assert TOKEN not in str(e.value)
    assert len(busy.requests) <= 4


def test_a_page_with_nonsense_is_a_decode_error(busy: FakeSalesloft, colour: Colour) -> None:
    """The place of what makes no sense is told."""
    busy.faults = Faults([Fault(FaultKind.MALFORMED_ITEM)])
    with pytest.raises(DecodeError) as caught:
        colour.call(CalendarEvents.list(), busy.transport())
    assert any("$.data[0].id" in problem for problem in caught.value.problems)
