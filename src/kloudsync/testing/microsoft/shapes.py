"""What the metadata says of bodies: which member is a text, a number, a list, one of some words."""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias, cast

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.refusals import unreadable_body

Shape: TypeAlias = "str | tuple[str, ...] | list[Shape] | Mapping[str, Shape]"
"""A kind of value, the members of an enum, a list of one shape, or an object."""

TEXT, NUMBER, FLAG, ANY = "text", "number", "flag", "any"
_LARGEST = 1 << 31

EVENT_TYPE: Final = ("singleInstance", "occurrence", "exception", "seriesMaster")
FREE_BUSY: Final = ("unknown", "free", "tentative", "busy", "oof", "workingElsewhere")
SENSITIVITY: Final = ("normal", "personal", "private", "confidential")
IMPORTANCE: Final = ("low", "normal", "high")
RESPONSE: Final = (
    "none", "organizer", "tentativelyAccepted", "accepted", "declined", "notResponded",
)  # fmt: skip
ATTENDEE_TYPE: Final = ("required", "optional", "resource")
PATTERN_TYPE: Final = (
    "daily", "weekly", "absoluteMonthly", "relativeMonthly", "absoluteYearly", "relativeYearly",
)  # fmt: skip
RANGE_TYPE: Final = ("endDate", "noEnd", "numbered")
WEEK_INDEX: Final = ("first", "second", "third", "fourth", "last")
DAY_OF_WEEK: Final = (
    "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
)  # fmt: skip
BODY_TYPE: Final = ("text", "html")
PROVIDER: Final = ("unknown", "skypeForBusiness", "skypeForConsumer", "teamsForBusiness")
LOCATION_TYPE: Final = (
    "default", "conferenceRoom", "homeAddress", "businessAddress", "geoCoordinates",
    "streetAddress", "hotel", "restaurant", "localBusiness", "postalAddress",
)  # fmt: skip
UNIQUE_ID_TYPE: Final = ("unknown", "locationStore", "directory", "private", "bing")
PHONE_TYPE: Final = (
    "home", "business", "mobile", "other", "assistant", "homeFax", "businessFax", "otherFax",
    "pager", "radio",
)  # fmt: skip
CALENDAR_COLOR: Final = (
    "auto", "lightBlue", "lightGreen", "lightOrange", "lightGray", "lightYellow", "lightTeal",
    "lightPink", "lightBrown", "lightRed", "maxColor",
)  # fmt: skip
ROLE: Final = (
    "none", "freeBusyRead", "limitedRead", "read", "write", "delegateWithoutPrivateEventAccess",
    "delegateWithPrivateEventAccess", "custom",
)  # fmt: skip
LIFECYCLE: Final = ("missed", "subscriptionRemoved", "reauthorizationRequired")
CHANGE_TYPE: Final = ("created", "updated", "deleted")
ID_FORMAT: Final = (
    "entryId", "ewsId", "immutableEntryId", "restId", "restImmutableEntryId",
)  # fmt: skip
CATEGORY_COLOR: Final = ("none", *(f"preset{number}" for number in range(25)))
REPLIES: Final = ("disabled", "alwaysEnabled", "scheduled")
AUDIENCE: Final = ("none", "contactsOnly", "all")
PURPOSE: Final = ("user", "linked", "shared", "room", "equipment", "others", "unknownFutureValue")
DELEGATE_DELIVERY: Final = (
    "sendToDelegateAndInformationToPrincipal", "sendToDelegateAndPrincipal", "sendToDelegateOnly",
)  # fmt: skip
ACTIVITY_DOMAIN: Final = ("unknown", "work", "personal", "unrestricted")

_TIME: Final[Shape] = {"dateTime": TEXT, "timeZone": TEXT}
_ADDRESS: Final[Shape] = {"name": TEXT, "address": TEXT}
_RECIPIENT: Final[Shape] = {"emailAddress": _ADDRESS}
_STATUS: Final[Shape] = {"response": RESPONSE, "time": TEXT}
_SLOT: Final[Shape] = {"start": _TIME, "end": _TIME}
_BODY: Final[Shape] = {"contentType": BODY_TYPE, "content": TEXT}
LOCATION: Final[Shape] = {
    **dict.fromkeys(("displayName", "locationEmailAddress", "locationUri", "uniqueId"), TEXT),
    "locationType": LOCATION_TYPE,
    "uniqueIdType": UNIQUE_ID_TYPE,
    "address": dict.fromkeys(("street", "city", "state", "countryOrRegion", "postalCode"), TEXT),
    "coordinates": dict.fromkeys(
        ("altitude", "latitude", "longitude", "accuracy", "altitudeAccuracy"), ANY
    ),
}
ATTENDEE: Final[Shape] = {
    "type": ATTENDEE_TYPE,
    "status": _STATUS,
    "emailAddress": _ADDRESS,
    "proposedNewTime": _SLOT,
}
PATTERN: Final[Shape] = {
    "type": PATTERN_TYPE,
    **dict.fromkeys(("interval", "month", "dayOfMonth"), NUMBER),
    "daysOfWeek": [DAY_OF_WEEK],
    "firstDayOfWeek": DAY_OF_WEEK,
    "index": WEEK_INDEX,
}
RANGE: Final[Shape] = {
    "type": RANGE_TYPE,
    **dict.fromkeys(("startDate", "endDate", "recurrenceTimeZone"), TEXT),
    "numberOfOccurrences": NUMBER,
}
ONLINE_MEETING: Final[Shape] = {
    **dict.fromkeys(("conferenceId", "joinUrl", "quickDial", "tollNumber"), TEXT),
    "phones": [{"number": TEXT, "type": PHONE_TYPE, "language": TEXT, "region": TEXT}],
    "tollFreeNumbers": [TEXT],
}
EVENT: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("id", "changeKey", "createdDateTime", "lastModifiedDateTime"), TEXT),
    "categories": [TEXT],
    **dict.fromkeys(("start", "end"), _TIME),
    **dict.fromkeys(("originalStart", "originalStartTimeZone", "originalEndTimeZone"), TEXT),
    **dict.fromkeys(("isAllDay", "isOrganizer", "isCancelled", "isDraft"), FLAG),
    "type": EVENT_TYPE,
    "recurrence": {"pattern": PATTERN, "range": RANGE},
    "seriesMasterId": TEXT,
    "cancelledOccurrences": [TEXT],
    **dict.fromkeys(("iCalUId", "transactionId"), TEXT),
    "organizer": _RECIPIENT,
    "attendees": [ATTENDEE],
    "responseStatus": _STATUS,
    **dict.fromkeys(("responseRequested", "allowNewTimeProposals", "hideAttendees"), FLAG),
    "showAs": FREE_BUSY,
    "sensitivity": SENSITIVITY,
    "importance": IMPORTANCE,
    **dict.fromkeys(("subject", "bodyPreview", "webLink"), TEXT),
    "body": _BODY,
    "location": LOCATION,
    "locations": [LOCATION],
    "isOnlineMeeting": FLAG,
    "onlineMeeting": ONLINE_MEETING,
    "onlineMeetingProvider": PROVIDER,
    "onlineMeetingUrl": TEXT,
    "isReminderOn": FLAG,
    "reminderMinutesBeforeStart": NUMBER,
    "hasAttachments": FLAG,
    **dict.fromkeys(("attachments", "extensions", "instances", "exceptionOccurrences"), ANY),
    "singleValueExtendedProperties": [{"id": TEXT, "value": TEXT}],
    "multiValueExtendedProperties": [{"id": TEXT, "value": [TEXT]}],
    "calendar": ANY,
}
CALENDAR: Final[Mapping[str, Shape]] = {
    **dict.fromkeys(("id", "changeKey", "name", "hexColor"), TEXT),
    "color": CALENDAR_COLOR,
    **dict.fromkeys(
        ("canEdit", "canShare", "canViewPrivateItems", "isDefaultCalendar", "isRemovable"), FLAG
    ),
    "isTallyingResponses": FLAG,
    "owner": _ADDRESS,
    "allowedOnlineMeetingProviders": [PROVIDER],
    "defaultOnlineMeetingProvider": PROVIDER,
}
GROUP: Final[Mapping[str, Shape]] = dict.fromkeys(("id", "changeKey", "name", "classId"), TEXT)


def take_body(body: Resource, shape: Shape) -> Resource:
    """Read a body, or refuse it for a member of a wrong type or a word that its enum lacks.

    Members that the type does not have are nobody's business, as with an open type; null says
    that a member is to be empty.
    """
    body = cast("Resource", _flagged(body, shape))
    if next(_misfits(body, shape), None) is not None:
        raise unreadable_body()
    return body


def _flagged(value: object, shape: Shape) -> object:
    """Read flags that were sent as texts; O365 writes them so, and its users are served."""
    sent = value
    if shape == FLAG and isinstance(value, str):
        words: dict[str, object] = {"true": True, "false": False}
        return words.get(value.lower(), value)
    if isinstance(value, dict) and isinstance(shape, Mapping):
        members = cast("Resource", value).items()
        return {name: _flagged(member, shape.get(name, ANY)) for name, member in members}
    return sent


def _misfits(value: object, shape: Shape) -> Iterator[object]:
    """Yield what does not fit."""
    if isinstance(shape, str):
        if not _is(value, shape):
            yield value
    elif isinstance(shape, tuple):
        if not isinstance(value, str) or value.lower() not in _folded(shape):
            yield value
    elif isinstance(shape, list):
        within = cast("list[object]", value) if isinstance(value, list) else [_NOTHING]
        for each in within:
            yield from _misfits(each, shape[0]) if each is not _NOTHING else (value,)
    elif isinstance(value, dict):
        members = cast("Resource", value).items()
        for name, member in members:
            if member is not None:
                yield from _misfits(member, shape.get(name, ANY))
    else:
        yield value


_NOTHING: Final = object()


def _folded(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word.lower() for word in words)


def spelled(value: str, words: tuple[str, ...]) -> str:
    """Return a word of an enum as the service spells it; clients may write it in any case."""
    return next((word for word in words if word.lower() == value.lower()), value)


def _is(value: object, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == NUMBER:
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) < _LARGEST
    return True
