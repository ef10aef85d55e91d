"""Calendars, groups of calendars, and the person whose they are."""

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.accounts import READ, WRITE
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.ids import change_key
from kloudsync.testing.microsoft.mailbox import Group
from kloudsync.testing.microsoft.queries import answer_list, selected
from kloudsync.testing.microsoft.refusals import Refusal, folder_not_found, invalid_request

_COLORS: dict[str, str] = dict(
    zip(
        shapes.CALENDAR_COLOR,
        (
            "",
            "#a6d1f5",
            "#87d28e",
            "#fcab73",
            "#c0c0c0",
            "#fde37d",
            "#4ecdc4",
            "#f88c9e",
            "#bd8f6b",
            "#fb7b7b",
            "",
        ),
        strict=True,
    )
)


def list_calendars(call: Call) -> Reply:
    """Answer `calendars.list`; with accepted calendars of others, which are in no group."""
    call.identity.demand(READ)
    group = call.names[0] if call.names else None
    if group is not None:
        _group(call, group)
    named = [(one.id, one) for one in call.mailbox if group in {None, one.group}]
    if group is None:
        named += [(name, shared.calendar) for name, shared in call.mailbox.shared.items()]
    return answer_list(
        call, named, lambda pair: described(call, *pair), context="Collection(calendar)"
    )


def get_calendar(call: Call) -> Reply:
    """Answer `calendars.get`."""
    calendar = call.readable()
    return _one(call, calendar)


def create_calendar(call: Call) -> Reply:
    """Answer `calendars.create`, also in a group."""
    call.identity.demand(WRITE)
    group = _group(call, call.names[0]).id if call.names else None
    name = _free_name(call, call.body.get("name"))
    calendar = call.mailbox.add_calendar(name, group=group)
    _set(calendar, call.body)
    return _one(call, calendar, 201)


def update_calendar(call: Call) -> Reply:
    """Answer `calendars.update`."""
    calendar = call.writable()
    if call.body.get("name") and call.body["name"] != calendar.name:
        calendar.rename(_free_name(call, call.body["name"]))
    _set(calendar, call.body)
    calendar.revised = call.tenant.stamps.next()
    return _one(call, calendar)


def delete_calendar(call: Call) -> Reply:
    """Answer `calendars.delete`; the default calendar stays."""
    calendar = call.writable()
    if calendar.is_default:
        raise Refusal(
            400, "ErrorDeleteDistinguishedFolder", "Distinguished folders cannot be deleted."
        )
    call.mailbox.remove_calendar(calendar.id)
    return NO_CONTENT


def list_groups(call: Call) -> Reply:
    """Answer `calendarGroups.list`."""
    call.identity.demand(READ)
    groups = list(call.mailbox.groups.values())
    return answer_list(call, groups, _described_group, context="Collection(calendarGroup)")


def get_group(call: Call) -> Reply:
    """Answer `calendarGroups.get`."""
    call.identity.demand(READ)
    return answer(_described_group(_group(call, call.names[0])))


def create_group(call: Call) -> Reply:
    """Answer `calendarGroups.create`."""
    call.identity.demand(WRITE)
    if not call.body.get("name"):
        raise invalid_request("The name of a group is missing.")
    return answer(_described_group(call.mailbox.add_group(call.body["name"])), 201)


def update_group(call: Call) -> Reply:
    """Answer `calendarGroups.update`."""
    call.identity.demand(WRITE)
    group = _group(call, call.names[0])
    group.name = call.body.get("name") or group.name
    group.changed = call.tenant.stamps.next()
    return answer(_described_group(group))


def delete_group(call: Call) -> Reply:
    """Answer `calendarGroups.delete`; a group that holds calendars stays."""
    call.identity.demand(WRITE)
    group = _group(call, call.names[0])
    if any(calendar.group == group.id for calendar in call.mailbox):
        raise Refusal(400, "ErrorCalendarGroupIsNotEmpty", "The calendar group is not empty.")
    del call.mailbox.groups[group.id]
    return NO_CONTENT


def get_user(call: Call) -> Reply:
    """Answer `users.get`: what the directory says of the person."""
    mailbox = call.mailbox
    person: Resource = {
        "@odata.context": f"{call.root}/$metadata#users/$entity",
        "id": mailbox.id,
        "displayName": mailbox.name,
        "mail": mailbox.address,
        "userPrincipalName": mailbox.address,
    }
    return answer(selected(person, call.query.get("$select")))


def described(call: Call, name: str, calendar: FakeCalendar) -> Resource:
    """Write a calendar under the id that it has in the mailbox of the path."""
    shared = name != calendar.id
    who = call.identity.address.lower()
    role = calendar.roles.get(who, "") if shared else "write"
    return {
        "id": name,
        "name": calendar.name,
        "color": calendar.details["color"],
        "hexColor": calendar.details["hexColor"],
        "isDefaultCalendar": calendar.is_default and not shared,
        "changeKey": change_key(calendar.revised),
        "canShare": not shared,
        "canViewPrivateItems": not shared or role == "delegateWithPrivateEventAccess",
        "canEdit": role == "write" or role.startswith("delegate"),
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": calendar.is_default,
        "isRemovable": not calendar.is_default,
        "owner": calendar.owner["emailAddress"],
    }


def _one(call: Call, calendar: FakeCalendar, status: int = 200) -> Reply:
    told = described(call, call.place.name or calendar.id, calendar)
    context = f"{call.root}/$metadata#users('{call.mailbox.id}')/calendars/$entity"
    return answer({"@odata.context": context, **selected(told, call.query.get("$select"))}, status)


def _set(calendar: FakeCalendar, body: Resource) -> None:
    if body.get("color"):
        color = shapes.spelled(body["color"], shapes.CALENDAR_COLOR)
        calendar.details |= {"color": color, "hexColor": _COLORS[color]}
    if body.get("hexColor"):
        calendar.details["hexColor"] = body["hexColor"]


def _free_name(call: Call, name: str | None) -> str:
    if not name:
        raise invalid_request("The name of a calendar is missing.")
    if any(calendar.name == name for calendar in call.mailbox):
        raise Refusal(409, "ErrorFolderExists", "A folder with the specified name already exists.")
    return name


def _group(call: Call, name: str) -> Group:
    if name not in call.mailbox.groups:
        raise folder_not_found()
    return call.mailbox.groups[name]


def _described_group(group: Group) -> Resource:
    return {
        "name": group.name,
        "classId": group.class_id,
        "changeKey": change_key(group.changed),
        "id": group.id,
    }
