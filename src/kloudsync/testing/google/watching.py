"""Push channels as requests reach them: `watch` of each list, and `channels.stop`."""

from urllib.parse import quote

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google.call import EMPTY, Call, answer
from kloudsync.testing.google.channels import CALENDAR_LIST, SETTINGS
from kloudsync.testing.google.ids import GENERATED
from kloudsync.testing.google.refusals import Refusal


def watch_events(call: Call) -> Reply:
    """Answer `events.watch`."""
    return _watch_calendar(call, "events")


def watch_acl(call: Call) -> Reply:
    """Answer `acl.watch`."""
    return _watch_calendar(call, "acl")


def watch_calendar_list(call: Call) -> Reply:
    """Answer `calendarList.watch`."""
    return _watch(call, CALENDAR_LIST)


def watch_settings(call: Call) -> Reply:
    """Answer `settings.watch`."""
    return _watch(call, SETTINGS)


def stop(call: Call) -> Reply:
    """Answer `channels.stop`."""
    call.state.channels.stop(call.body, call.account)
    return EMPTY


def _watch_calendar(call: Call, collection: str) -> Reply:
    calendar = call.readable().id
    if calendar.endswith(GENERATED) or calendar in call.state.channels.unwatchable:
        message = "Push notifications are not supported by this resource."
        raise Refusal(400, "pushNotSupportedForRequestedResource", message)
    return _watch(call, f"calendars/{quote(calendar, safe='')}/{collection}")


def _watch(call: Call, place: str) -> Reply:
    return answer(call.state.channels.open(call.body, call.account, place).shown())
