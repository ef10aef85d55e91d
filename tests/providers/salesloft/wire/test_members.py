from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kloudsync.http.codec import JSONObject
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.event import CalendarEvent
from kloudsync.providers.salesloft.wire.meeting import Meeting
from kloudsync.providers.salesloft.wire.setting import MeetingSetting, MeetingSettingChange
from kloudsync.providers.salesloft.wire.user import User

MOMENT = "2024-01-01T00:00:00Z"
SETTABLE: dict[str, Any] = {
    "title": "Call",
    "description": None,
    "location": "online",
    "schedule_buffer_enabled": True,
    "schedule_delay": 15,
    "availability_limit_enabled": False,
    "availability_limit": 30,
    "allow_booking_on_behalf": True,
    "allow_booking_overtime": False,
    "allow_event_overlap": False,
    "share_event_detail": True,
    "enable_dynamic_location": False,
    "reschedule_meetings_enabled": True,
    "enable_calendar_sync": True,
    "default_meeting_length": 30,
    "buffer_time_duration": 5,
    "times_available": {"Monday": {"start_time": "09:00", "enabled": True}},
    "calendar_type": "external",
    "primary_calendar_connection_failed": False,
    "primary_calendar_id": "external_x",
    "primary_calendar_name": None,
    "time_zone": "US/Eastern",
}


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        (
            User,
            {
                "id": 1,
                "job_role": "ae",
                "work_country": None,
                "email_signature": "<p>x</p>",
                "crm_connected": True,
                "phone_client": {"id": 3, "_href": "https://x"},
                "from_address": "a@example.com",
                "local_dial_enabled": False,
            },
        ),
        (MeetingSetting, {"id": 1, **SETTABLE, "active_meeting_url": {"url": "https://x"}}),
        (
            Meeting,
            {
                "id": 1,
                "recurring": True,
                "recurrence": ["RRULE:FREQ=DAILY"],
                "meeting_type_id": 7,
                "notes": {"any": ["shape"]},
                "crm": None,
                "reschedule_guid": "g",
                "strict_attribution": False,
            },
        ),
        (
            CalendarEvent,
            {
                "id": "e",
                "recurrence": None,
                "recurring_interval": "weekly",
                "last_occurrence_at": MOMENT,
                "series_master_event_id": "s",
            },
        ),
    ],
)
def test_what_the_service_describes_has_a_name(
    kind: type[JSONObject], members: dict[str, Any]
) -> None:
    """Every member that the descriptions or real rows show is read into a field of its own."""
    assert codec.load(kind, members).extra == {}


def test_times_among_them_are_times() -> None:
    """When a series ends is an aware time."""
    event = codec.load(CalendarEvent, {"last_occurrence_at": MOMENT})
    assert event.last_occurrence_at == datetime(2024, 1, 1, tzinfo=UTC)


def test_all_that_may_be_set_is_set_by_name() -> None:
    """What is written is what was given, under the service's own names."""
    assert codec.dump(MeetingSettingChange(**SETTABLE)) == SETTABLE
