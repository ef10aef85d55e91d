"""Meetings: the copies of the guests follow the organizer's, and their answers go back."""

from datetime import date
from typing import Final

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft import editing
from kloudsync.testing.microsoft.book import Book, Touch
from kloudsync.testing.microsoft.intake import NEVER, address_of
from kloudsync.testing.microsoft.items import Deviation, Fields, Item
from kloudsync.testing.microsoft.mailbox import Mailbox
from kloudsync.testing.microsoft.tenant import Tenant

CANCELED: Final = "Canceled: "
_OWN: Final = frozenset(
    (
        "isOrganizer", "responseStatus", "showAs", "categories", "isReminderOn",
        "reminderMinutesBeforeStart", "transactionId", "isCancelled",
    )
)  # fmt: skip
"""What every copy has of its own."""


class Meetings:
    """Keeps the copies of meetings in step, where the guests' mailboxes are in the tenant.

    Args:
        tenant: The mailboxes; it has to tell this of every change.
    """

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def follow(self, _: Book, item: Item, touch: Touch) -> None:
        """Bring the guests' copies in line with a change of the organizer's."""
        if not item.fields["isOrganizer"] or item.fields["isDraft"]:
            return
        gone = touch.kind == "deleted" and not touch.moved
        invited = {address_of(guest) for guest in item.fields["attendees"]}
        for mailbox in self._tenant:
            if mailbox.address.lower() == address_of(item.fields["organizer"]):
                continue
            copy = find_copy(mailbox, item.uid)
            if mailbox.address.lower() in invited and not gone:
                _bring_in_line(mailbox, copy, item)
            elif copy is not None and not copy[1].fields["isCancelled"]:
                editing.mark(*copy, None, _cancelled(copy[1].fields))


def answer_organizer(
    tenant: Tenant, item: Item, day: date | None, guest: str, answer: Resource
) -> None:
    """Note a guest's answer in the organizer's copy.

    Args:
        tenant: The mailboxes.
        item: The guest's copy.
        day: The date of the one occurrence that the answer is about; None for all.
        guest: The guest's address.
        answer: `status`, and perhaps `proposedNewTime`.
    """
    organizer = tenant.find(address_of(item.fields["organizer"]))
    found = find_copy(organizer, item.uid) if organizer is not None else None
    if found is None:
        return
    book, meeting = found
    if day is not None and not meeting.has_slot(day):
        return
    fields = meeting.fields if day is None else meeting.occurrence(day).fields
    guests = [
        each | answer if address_of(each) == guest.lower() else each for each in fields["attendees"]
    ]
    editing.mark(book, meeting, day, {"attendees": guests})


def find_copy(mailbox: Mailbox, uid: str) -> tuple[Book, Item] | None:
    """Find a mailbox's copy of a meeting."""
    for calendar in mailbox:
        for item in calendar.book:
            if item.uid == uid:
                return calendar.book, item
    return None


def _cancelled(fields: Fields) -> Fields:
    """Return what a copy of a cancelled meeting has."""
    subject = str(fields["subject"])
    told = subject if subject.startswith(CANCELED) else CANCELED + subject
    return {"isCancelled": True, "subject": told}


def _bring_in_line(mailbox: Mailbox, copy: tuple[Book, Item] | None, item: Item) -> None:
    book = mailbox.default.book
    if copy is None:
        stamp = book.stamps.next()
        invited = _invited(book, item, stamp)
        _take_over(invited, item)
        book.put(invited, "created")
        return
    book, held = copy
    before = held.copy()
    _take_over(held, item)
    if _content(before) != _content(held):
        held.changed = book.stamps.next()
        book.put(held, "updated")


def _invited(book: Book, item: Item, stamp: int) -> Item:
    own: Fields = {
        "isOrganizer": False,
        "isCancelled": False,
        "transactionId": None,
        "showAs": "tentative",
        "responseStatus": {"response": "notResponded", "time": NEVER},
    }
    return attrs.evolve(
        item,
        id=book.ids.ordinary(),
        lasting=book.ids.lasting(),
        born=stamp,
        changed=stamp,
        fields=item.fields | own,
        deviations={},
        cancelled=set(),
        attachments=list(item.attachments),
        extensions={},
    )


def _take_over(copy: Item, item: Item) -> None:
    """Give a copy what it does not have of its own; the answers of others are not told."""
    copy.fields = copy.fields | _told(item.fields)
    copy.start, copy.end, copy.zone, copy.end_zone = item.start, item.end, item.zone, item.end_zone
    if copy.pattern != item.pattern:
        copy.deviations, copy.cancelled = {}, set()
    copy.pattern = item.pattern
    kept = {
        day: own
        for day, own in copy.deviations.items()
        if own.fields.get("isCancelled") or (own.fields.keys() & _OWN and day not in item.cancelled)
    }
    copy.deviations = kept | {
        day: _exception(copy, day, own) for day, own in item.deviations.items()
    }
    for day in item.cancelled - copy.cancelled:
        copy.deviations[day] = _called_off(copy, day)


def _exception(copy: Item, day: date, own: Deviation) -> Deviation:
    held = copy.deviations.get(day)
    kept = {} if held is None else {n: v for n, v in held.fields.items() if n in _OWN}
    return attrs.evolve(own, fields=_told(own.fields) | kept)


def _called_off(copy: Item, day: date) -> Deviation:
    """Leave a cancelled occurrence in a guest's calendar, marked as such."""
    held = copy.deviations.get(day)
    if held is not None and held.fields.get("isCancelled"):
        return held
    one = copy.occurrence(day)
    return Deviation(
        start=one.start,
        end=one.end,
        fields=(held.fields if held else {}) | _cancelled(one.fields),
        born=copy.changed,
        changed=copy.changed,
    )


def _told(fields: Fields) -> Fields:
    told = {name: value for name, value in fields.items() if name not in _OWN}
    if "attendees" in told:
        unknown = {"response": "none", "time": NEVER}
        told["attendees"] = [guest | {"status": unknown} for guest in told["attendees"]]
    return told


def _content(item: Item) -> tuple[object, ...]:
    days = {day: (one.start, one.end, one.fields) for day, one in item.deviations.items()}
    return (item.start, item.end, item.zone, item.pattern, item.fields, days, item.cancelled)
