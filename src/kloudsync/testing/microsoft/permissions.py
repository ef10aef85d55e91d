"""Who may do what with a calendar: its permissions."""

from typing import Final

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import shapes
from kloudsync.testing.microsoft.calendar import FakeCalendar
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.intake import address_of
from kloudsync.testing.microsoft.queries import answer_list
from kloudsync.testing.microsoft.refusals import invalid_request, not_found
from kloudsync.testing.microsoft.shapes import Shape

PERMISSION: Final[Shape] = {
    "id": shapes.TEXT,
    "emailAddress": {"name": shapes.TEXT, "address": shapes.TEXT},
    "role": shapes.ROLE,
    "allowedRoles": [shapes.ROLE],
    **dict.fromkeys(("isRemovable", "isInsideOrganization"), shapes.FLAG),
}
ALLOWED: Final = ("freeBusyRead", "limitedRead", "read", "write")


def list_permissions(call: Call) -> Reply:
    """Answer `calendarPermissions.list`."""
    calendar = call.readable()
    rows = [_described(call, address, role) for address, role in calendar.roles.items()]
    return answer_list(call, rows, dict, context="Collection(calendarPermission)")


def get_permission(call: Call) -> Reply:
    """Answer `calendarPermissions.get`."""
    calendar = call.readable()
    address = _address(call, calendar)
    return answer(_described(call, address, calendar.roles[address]))


def create_permission(call: Call) -> Reply:
    """Answer `calendarPermissions.create`: the calendar enters the other one's list."""
    calendar = call.writable()
    address = address_of(call.body)
    if not address or not call.body.get("role"):
        raise invalid_request("A permission has an address and a role.")
    calendar.roles[address] = shapes.spelled(call.body["role"], shapes.ROLE)
    person = call.tenant.find(address)
    if person is not None:
        person.accept_calendar(calendar, call.mailbox)
    return answer(_described(call, address, calendar.roles[address]), 201)


def update_permission(call: Call) -> Reply:
    """Answer `calendarPermissions.update`."""
    calendar = call.writable()
    address = _address(call, calendar)
    calendar.roles[address] = shapes.spelled(call.body.get("role") or "none", shapes.ROLE)
    return answer(_described(call, address, calendar.roles[address]))


def delete_permission(call: Call) -> Reply:
    """Answer `calendarPermissions.delete`: the calendar leaves the other one's list."""
    calendar = call.writable()
    address = _address(call, calendar)
    del calendar.roles[address]
    person = call.tenant.find(address)
    if person is not None:
        person.drop_calendar(calendar)
    return NO_CONTENT


def list_roles(call: Call) -> Reply:
    """Answer `allowedCalendarSharingRoles`."""
    call.readable()
    inside = call.tenant.find(call.arguments().get("User", "")) is not None
    return answer(
        {
            "@odata.context": f"{call.root}/$metadata#Collection(calendarRoleType)",
            "value": list(ALLOWED if inside else ALLOWED[:3]),
        }
    )


def _address(call: Call, calendar: FakeCalendar) -> str:
    for address in calendar.roles:
        if _id(address) == call.names[0]:
            return address
    raise not_found()


def _id(address: str) -> str:
    return address.encode().hex()


def _described(call: Call, address: str, role: str) -> Resource:
    inside = call.tenant.find(address)
    return {
        "id": _id(address),
        "isRemovable": True,
        "isInsideOrganization": inside is not None,
        "role": role,
        "allowedRoles": list(ALLOWED if inside else ALLOWED[:3]),
        "emailAddress": {"name": inside.name if inside else address, "address": address},
    }
