"""What Kloudless's pages say of the bodies that its methods take; other members are ignored."""

from collections.abc import Mapping
from typing import Final

from kloudsync.testing.shapes import ANY, FLAG, TEXT, Shape

_WINDOW: Final[Shape] = {"start": TEXT, "end": TEXT}
_GUEST: Final[Shape] = {"email": TEXT, "name": TEXT, "status": TEXT, "required": FLAG}
EVENT: Final[Shape] = {
    **dict.fromkeys(("name", "description", "location", "status", "visibility"), TEXT),
    **dict.fromkeys(("start", "end", "start_time_zone", "end_time_zone"), TEXT),
    "all_day": FLAG,
    "recurrence": [{"rrule": TEXT}],
    "attendees": [_GUEST],
    "raw": {"object": {"*": ANY}},
}
CALENDAR: Final[Shape] = {"name": TEXT, "timezone": TEXT}
SUBSCRIPTION: Final[Shape] = {"active": FLAG, "monitored_resources": [ANY]}
BODIES: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("events.create", "events.update"), EVENT),
    **dict.fromkeys(("calendars.create", "calendars.update"), CALENDAR),
    **dict.fromkeys(("subscriptions.create", "subscriptions.update"), SUBSCRIPTION),
    "accounts.update": {"active": FLAG},
    "accounts.encode_raw_id": {"type": TEXT, "raw_id": TEXT},
    "availability.query": {
        "constraints": {"time_windows": [_WINDOW]},
        "time_windows": [_WINDOW],
        "calendars": [TEXT],
        "meeting_duration": TEXT,
    },
    "webhooks.create": {"url": TEXT},
}
"""The bodies that methods of the API take, by method."""
