"""What people do with invitations: accept, decline, cancel, forward, and put off reminders."""

from datetime import date
from typing import Final

from kloudsync.testing.clock import instant
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import editing, shapes
from kloudsync.testing.microsoft.book import Book
from kloudsync.testing.microsoft.call import ACCEPTED, Call
from kloudsync.testing.microsoft.events import found
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.intake import NEVER
from kloudsync.testing.microsoft.items import Item
from kloudsync.testing.microsoft.meetings import answer_organizer
from kloudsync.testing.microsoft.refusals import invalid_request
from kloudsync.testing.microsoft.shapes import Shape
from kloudsync.testing.microsoft.times import instant_of, read_field

_SLOT: Final[Shape] = {
    "start": {"dateTime": shapes.TEXT, "timeZone": shapes.TEXT},
    "end": {"dateTime": shapes.TEXT, "timeZone": shapes.TEXT},
}
ANSWER: Final[Shape] = {
    "comment": shapes.TEXT,
    "sendResponse": shapes.FLAG,
    "proposedNewTime": _SLOT,
}
COMMENT: Final[Shape] = {"comment": shapes.TEXT}
FORWARD: Final[Shape] = {
    "comment": shapes.TEXT,
    "toRecipients": [{"emailAddress": {"name": shapes.TEXT, "address": shapes.TEXT}}],
}
SNOOZE: Final[Shape] = {"newReminderTime": {"dateTime": shapes.TEXT, "timeZone": shapes.TEXT}}
_SHOWN: Final = {"accepted": "busy", "tentativelyAccepted": "tentative", "declined": "free"}


def accept(call: Call) -> Reply:
    """Answer `events.accept`."""
    return _respond(call, "accepted")


def tentatively_accept(call: Call) -> Reply:
    """Answer `events.tentativelyAccept`."""
    return _respond(call, "tentativelyAccepted")


def decline(call: Call) -> Reply:
    """Answer `events.decline`; as a rule the meeting goes, and by habit it stays as free."""
    return _respond(call, "declined")


def cancel(call: Call) -> Reply:
    """Answer `events.cancel`: the organizer's copy goes, those of the guests say so."""
    call.writable()
    book, item, day = found(call)
    if not item.fields["isOrganizer"]:
        raise invalid_request(
            "Your request can't be completed. You need to be an organizer to cancel a meeting."
        )
    _remove(book, item, day)
    return ACCEPTED


def forward(call: Call) -> Reply:
    """Answer `events.forward`: whoever it goes to is a guest from then on."""
    call.writable()
    book, item, _ = found(call)
    people = [each for each in call.body.get("toRecipients") or () if each.get("emailAddress")]
    if not people:
        raise invalid_request("At least one recipient is required.")
    unanswered = {"type": "required", "status": {"response": "none", "time": NEVER}}
    guests = [*item.fields["attendees"], *(unanswered | person for person in people)]
    editing.mark(book, item, None, {"attendees": guests})
    return ACCEPTED


def dismiss_reminder(call: Call) -> Reply:
    """Answer `events.dismissReminder`."""
    call.writable()
    book, item, day = found(call)
    editing.mark(book, item, day, {"isReminderOn": False})
    return Reply(200, {}, b"")


def snooze_reminder(call: Call) -> Reply:
    """Answer `events.snoozeReminder`."""
    call.writable()
    book, item, day = found(call)
    moment, _ = read_field(call.body.get("newReminderTime"), all_day=False)
    early = item.occurrence(day).begins - instant_of(moment, item.clock)
    minutes = int(early.total_seconds() // 60)
    editing.mark(book, item, day, {"reminderMinutesBeforeStart": minutes, "isReminderOn": True})
    return Reply(200, {}, b"")


def _respond(call: Call, response: str) -> Reply:
    call.writable()
    book, item, day = found(call)
    proposed = call.body.get("proposedNewTime")
    sends = call.body.get("sendResponse") is not False
    _check(item, response, proposed, sends=sends)
    stamp = book.stamps.next()
    status = {"response": response, "time": f"{instant(stamp):%Y-%m-%dT%H:%M:%SZ}"}
    if sends:
        answer: Resource = {"status": status}
        if proposed:
            answer["proposedNewTime"] = proposed
        answer_organizer(call.tenant, item, day, call.mailbox.address, answer)
    if response == "declined" and Habit.DECLINED_STAY not in call.tenant.habits:
        _remove(book, item, day)
    else:
        editing.mark(book, item, day, {"responseStatus": status, "showAs": _SHOWN[response]})
    return ACCEPTED


def _check(item: Item, response: str, proposed: Resource | None, *, sends: bool) -> None:
    if item.fields["isOrganizer"]:
        raise invalid_request(
            "Your request can't be completed. You can't respond to this meeting because you're"
            " the meeting organizer."
        )
    if proposed and (response == "accepted" or not sends):
        raise invalid_request("A new time can be proposed with an answer that is no acceptance.")
    if proposed and not item.fields["allowNewTimeProposals"]:
        raise invalid_request("The organizer does not allow new time proposals.")


def _remove(book: Book, item: Item, day: date | None) -> None:
    if day is None:
        editing.delete(book, item)
    else:
        editing.cancel_occurrence(book, item, day)
