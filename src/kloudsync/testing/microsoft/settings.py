"""Settings of a mailbox, its categories, its reminders, and what it can translate."""

from collections.abc import Iterator
from typing import Final, cast

from kloudsync.recurrence.windows_zones import WINDOWS_ZONES
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.accounts import READ
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.ids import change_key, read_occurrence_id
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.queries import answer_list, selected
from kloudsync.testing.microsoft.refusals import (
    Refusal,
    bad_request,
    invalid_property,
    invalid_request,
    not_found,
)
from kloudsync.testing.microsoft.rendering import Form
from kloudsync.testing.microsoft.shapes import Shape
from kloudsync.testing.microsoft.times import write_field, zone_named

MOST_IDS: Final = 1000
_SEE, _SET = ("mailboxsettings.read", "mailboxsettings.readwrite"), ("mailboxsettings.readwrite",)
_TIME: Final[Shape] = {"dateTime": shapes.TEXT, "timeZone": shapes.TEXT}
AUTOMATIC_REPLIES: Final[Shape] = {
    "status": shapes.REPLIES,
    "externalAudience": shapes.AUDIENCE,
    **dict.fromkeys(("internalReplyMessage", "externalReplyMessage"), shapes.TEXT),
    **dict.fromkeys(("scheduledStartDateTime", "scheduledEndDateTime"), _TIME),
}
WORKING_HOURS: Final[Shape] = {
    "daysOfWeek": [shapes.DAY_OF_WEEK],
    **dict.fromkeys(("startTime", "endTime"), shapes.TEXT),
    "timeZone": {"name": shapes.TEXT},
}
SETTINGS: Final[Shape] = {
    **dict.fromkeys(("archiveFolder", "timeZone", "dateFormat", "timeFormat"), shapes.TEXT),
    "userPurpose": shapes.PURPOSE,
    "delegateMeetingMessageDeliveryOptions": shapes.DELEGATE_DELIVERY,
    "automaticRepliesSetting": AUTOMATIC_REPLIES,
    "language": {"locale": shapes.TEXT, "displayName": shapes.TEXT},
    "workingHours": WORKING_HOURS,
}
CATEGORY: Final[Shape] = {
    **dict.fromkeys(("id", "displayName"), shapes.TEXT),
    "color": shapes.CATEGORY_COLOR,
}
IDS: Final[Shape] = {
    "inputIds": [shapes.TEXT],
    **dict.fromkeys(("sourceIdType", "targetIdType"), shapes.ID_FORMAT),
}
_LANGUAGES: Final = {"en-US": "English (United States)", "de-DE": "German (Germany)"}


def get_settings(call: Call) -> Reply:
    """Answer `mailboxSettings.get`, or one of its members where the path names it."""
    call.identity.demand(_SEE)
    settings = call.mailbox.settings
    context = f"{call.root}/$metadata#users('{call.mailbox.id}')/mailboxSettings"
    if call.names:
        name = next((each for each in settings if each.lower() == call.names[0].lower()), "")
        if not name:
            raise bad_request(f"Resource not found for the segment '{call.names[0]}'.")
        value = settings[name]
        told = cast("Resource", value if isinstance(value, dict) else {"value": value})
        return answer({"@odata.context": f"{context}/{name}", **told})
    select = call.query.get("$select")
    return answer({"@odata.context": context, **selected(settings, select)})


def update_settings(call: Call) -> Reply:
    """Answer `mailboxSettings.update`."""
    call.identity.demand(_SET)
    zone = call.body.get("timeZone")
    if zone is not None and zone_named(zone) is None:
        raise invalid_property()
    settings = call.mailbox.settings
    for name, value in call.body.items():
        if name in settings:
            old = settings[name]
            settings[name] = old | value if isinstance(old, dict) and value else value
    return answer(settings)


def list_categories(call: Call) -> Reply:
    """Answer `masterCategories.list`."""
    call.identity.demand(_SEE)
    categories = list(call.mailbox.categories.values())
    return answer_list(call, categories, dict, context="Collection(outlookCategory)")


def get_category(call: Call) -> Reply:
    """Answer `masterCategories.get`."""
    call.identity.demand(_SEE)
    return answer(_category(call))


def create_category(call: Call) -> Reply:
    """Answer `masterCategories.create`; each name is good once."""
    call.identity.demand(_SET)
    name = call.body.get("displayName")
    if not name:
        raise invalid_request("A category has a name.")
    if any(each["displayName"] == name for each in call.mailbox.categories.values()):
        raise Refusal(409, "CategoryNameDuplicate", "A category of this name exists.")
    color = shapes.spelled(call.body.get("color") or "none", shapes.CATEGORY_COLOR)
    category: Resource = {"id": call.mailbox.ids.guid(), "displayName": name, "color": color}
    call.mailbox.categories[category["id"]] = category
    return answer(category, 201)


def update_category(call: Call) -> Reply:
    """Answer `masterCategories.update`; the name stays."""
    call.identity.demand(_SET)
    category = _category(call)
    if call.body.get("color"):
        category["color"] = shapes.spelled(call.body["color"], shapes.CATEGORY_COLOR)
    return answer(category)


def delete_category(call: Call) -> Reply:
    """Answer `masterCategories.delete`."""
    call.identity.demand(_SET)
    del call.mailbox.categories[_category(call)["id"]]
    return NO_CONTENT


def get_outlook(call: Call) -> Reply:
    """Answer `outlook.get`: what categories and zones hang on."""
    return answer({"@odata.context": f"{call.root}/$metadata#outlookUser", "id": call.mailbox.id})


def list_zones(call: Call) -> Reply:
    """Answer `outlook.supportedTimeZones`, in either family of names."""
    iana = call.arguments().get("TimeZoneStandard", "windows").lower() == "iana"
    names = sorted(set(WINDOWS_ZONES.values())) if iana else sorted(map(_titled, WINDOWS_ZONES))
    zones = [{"alias": name, "displayName": name} for name in names]
    return answer_list(call, zones, dict, context="Collection(timeZoneInformation)", paged=False)


def list_languages(call: Call) -> Reply:
    """Answer `outlook.supportedLanguages`."""
    languages = [{"locale": tag, "displayName": name} for tag, name in _LANGUAGES.items()]
    return answer_list(call, languages, dict, context="Collection(localeInfo)", paged=False)


def list_reminders(call: Call) -> Reply:
    """Answer `reminderView`: what rings for events that begin in a window."""
    call.identity.demand(READ)
    given = call.arguments()
    form = call.form()
    begin, end = call.moment(given, "StartDateTime"), call.moment(given, "EndDateTime")
    found = [
        (calendar, one)
        for calendar in call.mailbox
        for one in calendar.occurrences(begin, end)
        if one.fields["isReminderOn"]
    ]
    reminders = [
        {
            "eventId": form.occurrence_id(one),
            "eventStartTime": write_field(one.start, form.zone, form.zone_name),
            "eventEndTime": write_field(one.end, form.zone, form.zone_name),
            "changeKey": change_key(one.item.changed),
            "eventSubject": one.fields["subject"],
            "eventLocation": one.fields["location"],
            "eventWebLink": f"https://outlook.office365.com/owa/?itemid={form.occurrence_id(one)}",
            "reminderFireTime": write_field(one.begins - one.lead, form.zone, form.zone_name),
        }
        for _, one in sorted(found, key=lambda pair: pair[1].begins)
    ]
    return answer_list(call, reminders, dict, context="Collection(reminder)")


def translate_ids(call: Call) -> Reply:
    """Answer `translateExchangeIds`, between the two forms that requests know."""
    call.identity.demand(READ)
    names: list[str] = call.body.get("inputIds") or []
    target = call.body.get("targetIdType")
    if not names or len(names) > MOST_IDS or not target or not call.body.get("sourceIdType"):
        raise invalid_request("Up to 1,000 ids can be translated at once.")
    form = Form(lasting=target.lower() == "restimmutableentryid")
    rows = [_translated(call.mailbox, name, form) for name in names]
    context = f"{call.root}/$metadata#Collection(microsoft.graph.convertIdResult)"
    return answer({"@odata.context": context, "value": rows})


def _translated(mailbox: Mailbox, name: str, form: Form) -> Resource:
    series, day = read_occurrence_id(name) or (name, None)
    item = next((each for each in _items(mailbox, name)), None)
    if item is not None:
        return {"sourceId": name, "targetId": form.id(item)}
    item = next((each for each in _items(mailbox, series)), None)
    if item is None or day is None or not item.has_slot(day):
        failed = {"code": "ErrorItemNotFound", "message": "The id was not found."}
        return {"sourceId": name, "targetId": None, "errorDetails": failed}
    return {"sourceId": name, "targetId": form.occurrence_id(item.occurrence(day))}


def _items(mailbox: Mailbox, name: str) -> Iterator[Item]:
    found = (calendar.book.get(name) for calendar in mailbox)
    return (item for item in found if item is not None)


def _category(call: Call) -> Resource:
    if call.names[0] not in call.mailbox.categories:
        raise not_found()
    return call.mailbox.categories[call.names[0]]


def _titled(name: str) -> str:
    """Write the name of a Windows zone as Windows does; the table has it in lower case."""
    words = name.title().split(" ")
    return " ".join(word.upper() if word.lower()[:3] in _SHORT else word for word in words)


_SHORT: Final = frozenset(("aus", "fle", "gtb", "sa", "se", "us", "utc"))
