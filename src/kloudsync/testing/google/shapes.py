"""What the API says of the bodies that it takes: which member is a text, a number, a list.

Types alone; what a value has to be beyond that is checked where it is used.
"""

from collections.abc import Mapping
from typing import Final, cast

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.refusals import refuse_invalid
from kloudsync.testing.shapes import ANY, FLAG, LONG, NUMBER, TEXT, Shape, misfits

_TEXTS: Final[Shape] = {"*": TEXT}
_PERSON: Final[Shape] = {"displayName": TEXT, "email": TEXT, "id": TEXT, "self": FLAG}
_TIME: Final[Shape] = {"date": TEXT, "dateTime": TEXT, "timeZone": TEXT}
_REMINDER: Final[Shape] = {"method": TEXT, "minutes": NUMBER}
_ITSELF: Final[Mapping[str, Shape]] = {"kind": TEXT, "etag": TEXT, "id": TEXT}
_CONFERENCES: Final[Shape] = {"allowedConferenceSolutionTypes": [TEXT]}
_SOLUTION: Final[Shape] = {"type": TEXT}

GUEST: Final[Shape] = {
    **dict.fromkeys(("comment", "displayName", "email", "id", "responseStatus"), TEXT),
    **dict.fromkeys(("optional", "organizer", "resource", "self"), FLAG),
    "additionalGuests": NUMBER,
    "asyncOperation": TEXT,
}
CONFERENCE: Final[Shape] = {
    "conferenceId": TEXT,
    "conferenceSolution": {"iconUri": TEXT, "key": _SOLUTION, "name": TEXT},
    "createRequest": {
        "conferenceSolutionKey": _SOLUTION,
        "requestId": TEXT,
        "status": {"statusCode": TEXT},
    },
    "entryPoints": [
        {
            **dict.fromkeys(("accessCode", "entryPointType", "label", "meetingCode"), TEXT),
            **dict.fromkeys(("passcode", "password", "pin", "regionCode", "uri"), TEXT),
            "entryPointFeatures": [TEXT],
        }
    ],
    "notes": TEXT,
    "parameters": {"addOnParameters": {"parameters": _TEXTS}},
    "signature": TEXT,
}
SPECIAL: Final[Mapping[str, Shape]] = {
    "birthdayProperties": {"contact": TEXT, "customTypeName": TEXT, "type": TEXT},
    "focusTimeProperties": {"autoDeclineMode": TEXT, "chatStatus": TEXT, "declineMessage": TEXT},
    "outOfOfficeProperties": {"autoDeclineMode": TEXT, "declineMessage": TEXT},
    "workingLocationProperties": {
        "customLocation": {"label": TEXT},
        "homeOffice": ANY,
        "officeLocation": dict.fromkeys(
            ("buildingId", "deskId", "floorId", "floorSectionId", "label"), TEXT
        ),
        "type": TEXT,
    },
}
EVENT: Final[Shape] = {
    **_ITSELF,
    **SPECIAL,
    **dict.fromkeys(("colorId", "created", "description", "eventLabelId", "eventType"), TEXT),
    **dict.fromkeys(("hangoutLink", "htmlLink", "iCalUID", "location", "recurringEventId"), TEXT),
    **dict.fromkeys(("status", "summary", "transparency", "updated", "visibility"), TEXT),
    **dict.fromkeys(("anyoneCanAddSelf", "attendeesOmitted", "endTimeUnspecified"), FLAG),
    **dict.fromkeys(("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests"), FLAG),
    **dict.fromkeys(("locked", "privateCopy"), FLAG),
    **dict.fromkeys(("creator", "organizer"), _PERSON),
    **dict.fromkeys(("start", "end", "originalStartTime"), _TIME),
    "attachments": [dict.fromkeys(("fileId", "fileUrl", "iconLink", "mimeType", "title"), TEXT)],
    "attendees": [GUEST],
    "conferenceData": CONFERENCE,
    "extendedProperties": {"private": _TEXTS, "shared": _TEXTS},
    "gadget": {
        **dict.fromkeys(("display", "iconLink", "link", "title", "type"), TEXT),
        **dict.fromkeys(("height", "width"), NUMBER),
        "preferences": _TEXTS,
    },
    "recurrence": [TEXT],
    "reminders": {"overrides": [_REMINDER], "useDefault": FLAG},
    "sequence": NUMBER,
    "source": {"title": TEXT, "url": TEXT},
}
CALENDAR: Final[Shape] = {
    **_ITSELF,
    **dict.fromkeys(("dataOwner", "description", "location", "summary", "timeZone"), TEXT),
    **dict.fromkeys(("labelProperties", "workingHours"), ANY),
    "autoAcceptInvitations": FLAG,
    "conferenceProperties": _CONFERENCES,
}
ENTRY: Final[Shape] = {
    **_ITSELF,
    **dict.fromkeys(("accessRole", "backgroundColor", "colorId", "dataOwner"), TEXT),
    **dict.fromkeys(("description", "foregroundColor", "location", "summary"), TEXT),
    **dict.fromkeys(("summaryOverride", "timeZone"), TEXT),
    **dict.fromkeys(("autoAcceptInvitations", "deleted", "hidden", "primary", "selected"), FLAG),
    "conferenceProperties": _CONFERENCES,
    "defaultReminders": [_REMINDER],
    "notificationSettings": {"notifications": [{"method": TEXT, "type": TEXT}]},
}
RULE: Final[Shape] = {**_ITSELF, "role": TEXT, "scope": {"type": TEXT, "value": TEXT}}
CHANNEL: Final[Shape] = {
    **dict.fromkeys(("address", "id", "kind", "resourceId", "resourceUri", "token", "type"), TEXT),
    "expiration": LONG,
    "params": {"*": LONG},
    "payload": FLAG,
}
QUESTION: Final[Shape] = {
    **dict.fromkeys(("timeMax", "timeMin", "timeZone"), TEXT),
    **dict.fromkeys(("calendarExpansionMax", "groupExpansionMax"), NUMBER),
    "items": [{"id": TEXT}],
}
BODIES: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("acl.insert", "acl.patch", "acl.update"), RULE),
    **dict.fromkeys(("calendarList.insert", "calendarList.patch", "calendarList.update"), ENTRY),
    **dict.fromkeys(("calendars.insert", "calendars.patch", "calendars.update"), CALENDAR),
    **dict.fromkeys(("events.import", "events.insert", "events.patch", "events.update"), EVENT),
    **dict.fromkeys(("acl.watch", "calendarList.watch", "events.watch", "settings.watch"), CHANNEL),
    "channels.stop": CHANNEL,
    "freebusy.query": QUESTION,
}
"""The bodies that methods of the API take, by method; those of all others are ignored."""


_LIST: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("etag", "kind", "nextPageToken", "nextSyncToken"), TEXT)
}
_EVENTS: Final[Shape] = {
    **_LIST,
    **dict.fromkeys(("accessRole", "description", "summary", "timeZone", "updated"), TEXT),
    "defaultReminders": [_REMINDER],
    "items": [EVENT],
}
_SETTING: Final[Shape] = {**_ITSELF, "value": TEXT}
_COLOR: Final[Shape] = {"background": TEXT, "foreground": TEXT}
_ERROR: Final[Shape] = {"domain": TEXT, "reason": TEXT}
_BUSY: Final[Shape] = {"start": TEXT, "end": TEXT}
ANSWERS: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("acl.get", "acl.insert", "acl.patch", "acl.update"), RULE),
    **{f"calendarList.{verb}": ENTRY for verb in ("get", "insert", "patch", "update")},
    **{f"calendars.{verb}": CALENDAR for verb in ("get", "insert", "patch", "update")},
    **{f"events.{verb}": EVENT for verb in ("get", "import", "insert", "move", "patch")},
    **dict.fromkeys(("events.quickAdd", "events.update"), EVENT),
    **dict.fromkeys(("events.list", "events.instances"), _EVENTS),
    **dict.fromkeys(("acl.watch", "calendarList.watch", "events.watch", "settings.watch"), CHANNEL),
    "acl.list": {**_LIST, "items": [RULE]},
    "calendarList.list": {**_LIST, "items": [ENTRY]},
    "colors.get": {
        "calendar": {"*": _COLOR},
        "event": {"*": _COLOR},
        "kind": TEXT,
        "updated": TEXT,
    },
    "freebusy.query": {
        "calendars": {"*": {"busy": [_BUSY], "errors": [_ERROR]}},
        "groups": {"*": {"calendars": [TEXT], "errors": [_ERROR]}},
        **dict.fromkeys(("kind", "timeMax", "timeMin"), TEXT),
    },
    "settings.get": _SETTING,
    "settings.list": {**_LIST, "items": [_SETTING]},
}
"""The answers of methods of the API, by method; those of all others are empty."""


def take_body(operation: str, body: Resource) -> Resource:
    """Read a body for a method, or refuse it with 400 `invalid` for a member of a wrong type.

    Null clears a member in a patch; everywhere else it says as much as leaving the member out.
    """
    for path in misfits(body, BODIES.get(operation, ANY)):
        raise refuse_invalid(f"Invalid value for: {path}")
    return cast("Resource", _told(body, clears=operation.endswith(".patch")))


def _told(value: object, *, clears: bool) -> object:
    """Leave out the nulls that clear nothing; an array is replaced as a whole."""
    if isinstance(value, dict):
        members = cast("Resource", value).items()
        kept = ((name, each) for name, each in members if clears or each is not None)
        return {name: _told(each, clears=clears) for name, each in kept}
    if isinstance(value, list):
        return [_told(each, clears=False) for each in cast("list[object]", value)]
    return value
