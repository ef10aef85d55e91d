"""Single events: get, insert, import, patch, update, delete, move, quickAdd."""

from datetime import timedelta

from kloudsync.testing.encoding import decode
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google import conferences, editing
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.call import EMPTY, Call, answer
from kloudsync.testing.google.ids import OWN_ID, foreign_id
from kloudsync.testing.google.listing import view
from kloudsync.testing.google.refusals import (
    Refusal,
    duplicate,
    not_found,
    refuse_invalid,
)
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.times import render_field
from kloudsync.testing.google.writes import check_change, check_new


def get_event(call: Call) -> Reply:
    """Answer `events.get`; deleted events are answered as long as they are remembered."""
    book = call.readable().book
    conferences.settle(book)
    return answer(view(call, book, _current(book, call.names[1])))


def insert_event(call: Call) -> Reply:
    """Answer `events.insert`, with an id of the caller's choice if it gives one."""
    book = _written(call)
    event = call.body.get("id")
    if event is not None and not OWN_ID.fullmatch(event):
        raise refuse_invalid("Invalid resource id value.")
    if event is not None and book.rows.get(event) is not None:
        raise duplicate()
    return _store(call, book, event or book.ids.next())


def import_event(call: Call) -> Reply:
    """Answer `events.import`: a private copy of a meeting that was born elsewhere."""
    book = _written(call)
    if not call.body.get("iCalUID"):
        raise Refusal(400, "required", "Missing iCal UID.")
    event = foreign_id(call.body["iCalUID"])
    row = book.rows.get(event)
    if row is None or row.kind is Kind.DELETED:
        return _store(call, book, event)
    old = row.resource()
    _check_sequence(call.body, old)
    editing.revise(book, old, editing.replaced(book, old, call.body), book.stamps.next())
    return answer(book.find(event))


def _written(call: Call) -> Book:
    """Return the book that is written in, if what the guests hear of it is a word of the service's."""
    book, mailed = call.writable().book, call.query.get("sendUpdates", "none")
    if mailed not in _MAILED:
        message = f"Invalid string value: '{mailed}'. Allowed values: [{', '.join(_MAILED)}]"
        raise Refusal(400, "invalidParameter", message, location="sendUpdates")
    return book


_MAILED = ("all", "externalOnly", "none")


def _store(call: Call, book: Book, event: str) -> Reply:
    check_new(call, book)
    stamp = book.stamps.next()
    given = {name: value for name, value in call.body.items() if value is not None}
    for name in ("kind", "etag", "htmlLink", "created", "updated", "creator", "hangoutLink"):
        given.pop(name, None)
    if call.operation == "events.insert":
        given.pop("organizer", None)
    born = conferences.requested(book.born(_offered(call, given), event, stamp))
    row = book.write(editing.tidy(book, born), stamp)
    book.waiting.add(event)
    return answer(view(call, book, row.resource()))


def _offered(call: Call, given: Resource) -> Resource:
    """Leave out what a caller must announce by a parameter before the service takes it."""
    left_out: set[str] = set()
    if call.query.get("conferenceDataVersion", "0") == "0":
        left_out.add("conferenceData")
    if not call.query.flag("supportsAttachments"):
        left_out.add("attachments")
    return {name: value for name, value in given.items() if name not in left_out}


def patch_event(call: Call) -> Reply:
    """Answer `events.patch`: what is sent is merged, null clears, arrays are replaced."""
    book = _written(call)
    check_change(call, book)
    old = _current(book, call.names[1])
    call.check_version(old["etag"])
    patch = _with_all_guests(call, old, _offered(call, call.body))
    return _revise(call, book, old, editing.patched(book, old, patch))


def update_event(call: Call) -> Reply:
    """Answer `events.update`: what is not sent is cleared."""
    book = _written(call)
    check_change(call, book)
    old = _current(book, call.names[1])
    call.check_version(old["etag"])
    _check_sequence(call.body, old)
    body = _with_all_guests(call, old, _offered(call, call.body))
    return _revise(call, book, old, editing.replaced(book, old, body))


def _with_all_guests(call: Call, old: Resource, body: Resource) -> Resource:
    """Take a short list of guests for what it is: only the asker's own answer is changed."""
    kept = {name: value for name, value in body.items() if name != "attendeesOmitted"}
    if not body.get("attendeesOmitted"):
        return kept
    given: list[Resource] = body.get("attendees") or []
    own = [one for one in given if one.get("email") == call.account]
    said = {name: own[0][name] for name in _ANSWER if own and name in own[0]}
    guests = [
        one | said if one.get("email") == call.account else one for one in old.get("attendees", [])
    ]
    return kept | ({"attendees": guests} if guests else {})


_ANSWER = ("responseStatus", "comment", "additionalGuests")


def _revise(call: Call, book: Book, old: Resource, new: Resource) -> Reply:
    editing.revise(book, old, conferences.requested(new, old), book.stamps.next())
    book.waiting.add(old["id"])
    return answer(view(call, book, _current(book, old["id"])))


def delete_event(call: Call) -> Reply:
    """Answer `events.delete`; a second time with 410 `deleted`."""
    book = _written(call)
    event = _current(book, call.names[1])
    call.check_version(event["etag"])
    editing.delete(book, event, book.stamps.next())
    return EMPTY


def move_event(call: Call) -> Reply:
    """Answer `events.move`: the event changes its organizer, the old calendar keeps a stub."""
    book = _written(call)
    target = call.writable(call.query.get("destination")).book
    event = book.find(call.names[1])
    if event["status"] == "cancelled" or "recurringEventId" in event:
        raise refuse_invalid("Cannot move an occurrence or a deleted event.")
    stamp = book.stamps.next()
    person = {"email": target.owner, "self": True}
    for each in [event, *(row.resource() for row in book.rows.exceptions(event["id"]))]:
        target.write(each if each["status"] == "cancelled" else each | {"organizer": person}, stamp)
    editing.delete(book, event, stamp)
    return answer(view(call, target, target.find(event["id"])))


def quick_add(call: Call) -> Reply:
    """Answer `events.quickAdd`: an hour from the next full hour, titled with the text."""
    book = _written(call)
    text = call.query.get("text")
    if not text:
        raise Refusal(400, "required", "Missing event text.", location="text")
    full_hour = call.state.clock.now().replace(minute=0, second=0, microsecond=0)
    start = (full_hour + timedelta(hours=1)).astimezone(book.zone)
    stamp, event = book.stamps.next(), book.ids.next()
    fields = {
        "summary": text,
        "start": render_field(start, book.zone),
        "end": render_field(start + timedelta(hours=1), book.zone),
    }
    return answer(book.write(book.born(fields, event, stamp), stamp).resource())


def _current(book: Book, event: str) -> Resource:
    """Find an event; a deleted one as it was, but cancelled."""
    row = book.rows.get(event)
    if row is not None and row.former is not None:
        stub = row.resource()
        return decode(row.former) | {"status": "cancelled", "etag": stub["etag"]}
    found = book.find(event)
    if row is not None and row.kind is Kind.CANCELLED:
        return _cancelled(book, found)
    if "start" not in found:
        raise not_found()
    return found


def _cancelled(book: Book, stub: Resource) -> Resource:
    """Show a cancelled occurrence with the details that it would have."""
    row = book.rows.get(stub["recurringEventId"])
    if row is None or row.kind is not Kind.SERIES:
        return stub
    series = row.resource()
    whole = book.occurrence(series, book.slot_of(stub))
    return whole | {"id": stub["id"], "status": "cancelled", "etag": stub["etag"]}


def _check_sequence(body: Resource, old: Resource) -> None:
    if body.get("sequence", old["sequence"]) < old["sequence"]:
        raise refuse_invalid("Invalid sequence value.")
