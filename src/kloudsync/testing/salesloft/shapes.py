"""What Salesloft describes of the bodies that its operations take; other members are ignored."""

from collections.abc import Mapping
from typing import Final

from kloudsync.testing.shapes import ANY, FLAG, TEXT, Shape

_GUEST: Final[Shape] = {"email": TEXT, "name": TEXT, "status": TEXT, "organizer": FLAG}
EVENT: Final[Shape] = {
    **dict.fromkeys(("id", "i_cal_uid", "calendar_id", "start_time", "end_time"), TEXT),
    **dict.fromkeys(("title", "description", "location", "organizer", "status"), TEXT),
    **dict.fromkeys(("canceled_at", "updated_at", "transparency"), TEXT),
    **dict.fromkeys(("all_day", "recurring"), FLAG),
    "attendees": [_GUEST],
    "upsert_key": [TEXT],
}
_JOB: Final[Shape] = {"type": TEXT, "name": TEXT, "ready_to_execute": FLAG}
BODIES: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("bulk_jobs.create", "bulk_jobs.update"), _JOB),
    "bulk_jobs.upload": {"data": [{"*": ANY}]},
    "meetings.update": {
        **dict.fromkeys(("status", "reschedule_status", "event_id", "i_cal_uid"), TEXT),
        "no_show": FLAG,
    },
    "meeting_settings.search": {
        "calendar_type": TEXT,
        "user_guids": [TEXT],
        "updated_at": {"gt": TEXT},
    },
    "meeting_settings.update": dict.fromkeys(
        ("calendar_type", "email_address", "primary_calendar_id", "primary_calendar_name"), TEXT
    ),
    "webhook_subscriptions.create": {
        **dict.fromkeys(("callback_url", "callback_token", "event_type"), TEXT)
    },
    "webhook_subscriptions.update": {"enabled": FLAG},
}
"""The bodies that operations of the API take, by operation; events are looked at where they are
written, since rows of bulk jobs are events, too."""
