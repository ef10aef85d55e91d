"""Which method of the API a request means, and of whose mailbox and which calendar."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final
from urllib.parse import unquote

import attrs

from kloudsync.testing.encoding import decode
from kloudsync.testing.exchange import Query, Reply
from kloudsync.testing.microsoft import (
    availability,
    belongings,
    calendars,
    delta,
    events,
    permissions,
    responses,
    settings,
    shapes,
    watching,
)
from kloudsync.testing.microsoft.call import Call
from kloudsync.testing.microsoft.refusals import no_resource
from kloudsync.testing.microsoft.shapes import Shape
from kloudsync.testing.microsoft.subscriptions import SUBSCRIPTION
from kloudsync.testing.routing import Route

Handler = Callable[[Call], Reply]


@attrs.frozen
class Method:
    """A method of the API.

    Attributes:
        operation: Its name, such as `events.list`.
        handler: What answers it.
        body: The shape of what it takes; None if it takes nothing.
    """

    operation: str
    handler: Handler
    body: "Shape | None" = None


def nowhere(_: Call) -> Reply:
    """Refuse what is answered elsewhere."""
    raise no_resource("")


_EVENT: Final = "events/{}"
IN_CALENDAR: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "events"): Method("events.list", events.list_events),
    ("POST", "events"): Method("events.create", events.create_event, shapes.EVENT),
    ("GET", "events/delta"): Method("events.delta", delta.item_delta),
    ("GET", "calendarView"): Method("calendarView.list", events.list_view),
    ("GET", "calendarView/delta"): Method("calendarView.delta", delta.view_delta),
    ("GET", _EVENT): Method("events.get", events.get_event),
    ("PATCH", _EVENT): Method("events.update", events.update_event, shapes.EVENT),
    ("DELETE", _EVENT): Method("events.delete", events.delete_event),
    ("GET", f"{_EVENT}/instances"): Method("events.instances", events.list_instances),
    ("GET", f"{_EVENT}/exceptionOccurrences"): Method(
        "events.exceptionOccurrences", events.list_exceptions
    ),
    ("GET", f"{_EVENT}/calendar"): Method("events.calendar", events.get_calendar_of),
    ("POST", f"{_EVENT}/permanentDelete"): Method("events.permanentDelete", events.delete_event),
    ("POST", f"{_EVENT}/accept"): Method("events.accept", responses.accept, responses.ANSWER),
    ("POST", f"{_EVENT}/decline"): Method("events.decline", responses.decline, responses.ANSWER),
    ("POST", f"{_EVENT}/tentativelyAccept"): Method(
        "events.tentativelyAccept", responses.tentatively_accept, responses.ANSWER
    ),
    ("POST", f"{_EVENT}/cancel"): Method("events.cancel", responses.cancel, responses.COMMENT),
    ("POST", f"{_EVENT}/forward"): Method("events.forward", responses.forward, responses.FORWARD),
    ("POST", f"{_EVENT}/dismissReminder"): Method(
        "events.dismissReminder", responses.dismiss_reminder
    ),
    ("POST", f"{_EVENT}/snoozeReminder"): Method(
        "events.snoozeReminder", responses.snooze_reminder, responses.SNOOZE
    ),
    ("GET", f"{_EVENT}/attachments"): Method("attachments.list", belongings.list_attachments),
    ("POST", f"{_EVENT}/attachments"): Method(
        "attachments.create", belongings.create_attachment, belongings.FILE
    ),
    ("GET", f"{_EVENT}/attachments/{{}}"): Method("attachments.get", belongings.get_attachment),
    ("DELETE", f"{_EVENT}/attachments/{{}}"): Method(
        "attachments.delete", belongings.delete_attachment
    ),
    ("GET", f"{_EVENT}/extensions"): Method("extensions.list", belongings.list_extensions),
    ("POST", f"{_EVENT}/extensions"): Method(
        "extensions.create", belongings.create_extension, belongings.EXTENSION
    ),
    ("GET", f"{_EVENT}/extensions/{{}}"): Method("extensions.get", belongings.get_extension),
    ("PATCH", f"{_EVENT}/extensions/{{}}"): Method(
        "extensions.update", belongings.update_extension, belongings.EXTENSION
    ),
    ("DELETE", f"{_EVENT}/extensions/{{}}"): Method(
        "extensions.delete", belongings.delete_extension
    ),
}
"""What follows a calendar in a path, or the mailbox where the default calendar is meant."""

OF_CALENDAR: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", ""): Method("calendars.get", calendars.get_calendar),
    ("PATCH", ""): Method("calendars.update", calendars.update_calendar, shapes.CALENDAR),
    ("DELETE", ""): Method("calendars.delete", calendars.delete_calendar),
    ("POST", "permanentDelete"): Method("calendars.permanentDelete", calendars.delete_calendar),
    ("POST", "getSchedule"): Method(
        "calendars.getSchedule", availability.get_schedule, availability.SCHEDULE
    ),
    ("GET", "allowedCalendarSharingRoles"): Method(
        "calendars.allowedCalendarSharingRoles", permissions.list_roles
    ),
    ("GET", "calendarPermissions"): Method(
        "calendarPermissions.list", permissions.list_permissions
    ),
    ("POST", "calendarPermissions"): Method(
        "calendarPermissions.create", permissions.create_permission, permissions.PERMISSION
    ),
    ("GET", "calendarPermissions/{}"): Method(
        "calendarPermissions.get", permissions.get_permission
    ),
    ("PATCH", "calendarPermissions/{}"): Method(
        "calendarPermissions.update", permissions.update_permission, permissions.PERMISSION
    ),
    ("DELETE", "calendarPermissions/{}"): Method(
        "calendarPermissions.delete", permissions.delete_permission
    ),
}
"""What is asked of a calendar itself."""

IN_MAILBOX: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", ""): Method("users.get", calendars.get_user),
    ("GET", "calendars"): Method("calendars.list", calendars.list_calendars),
    ("POST", "calendars"): Method("calendars.create", calendars.create_calendar, shapes.CALENDAR),
    ("GET", "calendarGroups"): Method("calendarGroups.list", calendars.list_groups),
    ("POST", "calendarGroups"): Method(
        "calendarGroups.create", calendars.create_group, shapes.GROUP
    ),
    ("GET", "calendarGroups/{}"): Method("calendarGroups.get", calendars.get_group),
    ("PATCH", "calendarGroups/{}"): Method(
        "calendarGroups.update", calendars.update_group, shapes.GROUP
    ),
    ("DELETE", "calendarGroups/{}"): Method("calendarGroups.delete", calendars.delete_group),
    ("GET", "calendarGroups/{}/calendars"): Method("calendars.list", calendars.list_calendars),
    ("POST", "calendarGroups/{}/calendars"): Method(
        "calendars.create", calendars.create_calendar, shapes.CALENDAR
    ),
    ("POST", "findMeetingTimes"): Method(
        "users.findMeetingTimes", availability.find_meeting_times, availability.MEETING
    ),
    ("GET", "mailboxSettings"): Method("mailboxSettings.get", settings.get_settings),
    ("GET", "mailboxSettings/{}"): Method("mailboxSettings.get", settings.get_settings),
    ("PATCH", "mailboxSettings"): Method(
        "mailboxSettings.update", settings.update_settings, settings.SETTINGS
    ),
    ("GET", "outlook"): Method("outlook.get", settings.get_outlook),
    ("GET", "outlook/masterCategories"): Method("masterCategories.list", settings.list_categories),
    ("POST", "outlook/masterCategories"): Method(
        "masterCategories.create", settings.create_category, settings.CATEGORY
    ),
    ("GET", "outlook/masterCategories/{}"): Method("masterCategories.get", settings.get_category),
    ("PATCH", "outlook/masterCategories/{}"): Method(
        "masterCategories.update", settings.update_category, settings.CATEGORY
    ),
    ("DELETE", "outlook/masterCategories/{}"): Method(
        "masterCategories.delete", settings.delete_category
    ),
    ("GET", "outlook/supportedTimeZones"): Method(
        "outlook.supportedTimeZones", settings.list_zones
    ),
    ("GET", "outlook/supportedLanguages"): Method(
        "outlook.supportedLanguages", settings.list_languages
    ),
    ("GET", "reminderView"): Method("users.reminderView", settings.list_reminders),
    ("POST", "translateExchangeIds"): Method(
        "users.translateExchangeIds", settings.translate_ids, settings.IDS
    ),
}
"""What follows a mailbox in a path."""

BATCH: Final = Method("batch", nowhere)
"""Many requests in one; what holds them answers it."""

LISTS: Final = frozenset(
    (
        "attachments.list", "calendarGroups.list", "calendarPermissions.list",
        "calendarView.delta", "calendarView.list", "calendars.list",
        "events.delta", "events.exceptionOccurrences", "events.instances", "events.list",
        "extensions.list", "masterCategories.list",
    )
)  # fmt: skip


SUBSCRIPTIONS: Final[Mapping[tuple[str, str], Method]] = {
    ("GET", "subscriptions"): Method("subscriptions.list", watching.list_subscriptions),
    ("POST", "subscriptions"): Method(
        "subscriptions.create", watching.create_subscription, SUBSCRIPTION
    ),
    ("GET", "subscriptions/{}"): Method("subscriptions.get", watching.get_subscription),
    ("PATCH", "subscriptions/{}"): Method(
        "subscriptions.update", watching.update_subscription, SUBSCRIPTION
    ),
    ("DELETE", "subscriptions/{}"): Method("subscriptions.delete", watching.delete_subscription),
    ("POST", "subscriptions/{}/reauthorize"): Method(
        "subscriptions.reauthorize", watching.reauthorize_subscription
    ),
}
"""What belongs to no mailbox."""

BODIES: Final[Mapping[str, Shape]] = {
    method.operation: method.body
    for table in (IN_CALENDAR, OF_CALENDAR, IN_MAILBOX, SUBSCRIPTIONS)
    for method in table.values()
    if method.body is not None
}
"""The bodies that methods take, by operation; those of all others are ignored."""


def find_route(verb: str, path: str) -> Route[Call]:
    """Find what a verb and a path below the version mean."""
    parts = [part for part in path.strip("/").split("/") if part]
    if not parts:
        return _unknown("")
    first = parts[0].lower()
    if (verb, first, len(parts)) == ("POST", "$batch", 1):
        return Route(BATCH.operation, BATCH.handler)
    if first == "me":
        return _in_mailbox(verb, parts[1:], user="", prefix="/me")
    if first == "users" and len(parts) > 1:
        user = unquote(parts[1])
        return _in_mailbox(verb, parts[2:], user=user, prefix=f"/users/{parts[1]}")
    return _among((SUBSCRIPTIONS,), verb, parts, prefix="", user="", calendar="")


def _in_mailbox(verb: str, parts: list[str], *, user: str, prefix: str) -> Route[Call]:
    if parts[-1:] == ["$count"]:
        return _counting(_in_mailbox(verb, parts[:-1], user=user, prefix=prefix))
    length, name = _calendar(parts)
    if length:
        prefix = f"{prefix}/{'/'.join(parts[:length])}"
        rest = parts[length:]
        tables = (OF_CALENDAR, IN_CALENDAR)
    else:
        rest, tables = parts, (IN_MAILBOX, IN_CALENDAR)
    return _among(tables, verb, rest, prefix=prefix, user=user, calendar=name)


def _among(
    tables: Iterable[Mapping[tuple[str, str], Method]], verb: str, parts: list[str], **named: str
) -> Route[Call]:
    """Find a method in the first table that has it."""
    for table in tables:
        for (wanted, pattern), method in table.items():
            names = _names(pattern, parts)
            if wanted == verb and names is not None:
                return Route(method.operation, method.handler, names, named)
    return _unknown(parts[-1] if parts else "")


def _counting(route: Route[Call]) -> Route[Call]:
    """Return the method that counts what another one lists."""

    def count(call: Call) -> Reply:
        counted = Query([*call.query.pairs, ("$count", "true"), ("$top", "0")])
        reply = route.handler(attrs.evolve(call, query=counted))
        total = decode(reply.body).get("@odata.count")
        if total is None:
            raise no_resource("$count")
        return Reply(200, {"Content-Type": "text/plain"}, str(total).encode())

    operation = route.operation and f"{route.operation}.count"
    return attrs.evolve(route, operation=operation, handler=count)


def _calendar(parts: list[str]) -> tuple[int, str]:
    """Tell how many parts name a calendar, and which."""
    folded = [part.lower() for part in parts]
    if folded[:1] == ["calendar"]:
        return 1, ""
    if folded[:1] == ["calendars"] and len(parts) > 1:
        return 2, unquote(parts[1])
    if folded[:1] == ["calendargroups"] and folded[2:3] == ["calendars"] and len(parts) > 3:
        return 4, unquote(parts[3])
    return 0, ""


def _unknown(segment: str) -> Route[Call]:
    def refuse(_: Call) -> Reply:
        raise no_resource(unquote(segment))

    return Route("", refuse, named={"user": "", "prefix": "", "calendar": ""})


def _names(pattern: str, parts: list[str]) -> tuple[str, ...] | None:
    """Match a path; functions of OData may be written with their namespace and parentheses."""
    expected = pattern.split("/") if pattern else []
    if len(expected) != len(parts):
        return None
    pairs = list(zip(expected, parts, strict=True))
    if any(want != "{}" and want.lower() != _bare(part) for want, part in pairs):
        return None
    return tuple(unquote(part) for want, part in pairs if want == "{}")


def _bare(part: str) -> str:
    return part.lower().removeprefix("microsoft.graph.").partition("(")[0]
