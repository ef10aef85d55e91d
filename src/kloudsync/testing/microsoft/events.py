"""Events one by one: created, read, changed, deleted, and listed."""

from datetime import date

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft import editing
from kloudsync.testing.microsoft.book import Book
from kloudsync.testing.microsoft.call import NO_CONTENT, Call, answer
from kloudsync.testing.microsoft.delta import window
from kloudsync.testing.microsoft.habits import Habit
from kloudsync.testing.microsoft.ids import change_key
from kloudsync.testing.microsoft.items import Item, Occurrence
from kloudsync.testing.microsoft.queries import answer_list, expansions, names_in, selected
from kloudsync.testing.microsoft.refusals import Refusal, bad_request, not_found
from kloudsync.testing.microsoft.rendering import (
    Form,
    cancelled_names,
    exceptions,
    render_item,
    render_occurrence,
)

_EXPANDED = frozenset(
    (
        "attachments", "calendar", "exceptionOccurrences", "extensions", "instances",
        "multiValueExtendedProperties", "singleValueExtendedProperties",
    )
)  # fmt: skip


def list_events(call: Call) -> Reply:
    """Answer `events.list`: single events and masters, without occurrences."""
    form, items = call.form(), list(call.readable().book)
    return answer_list(call, items, lambda item: _whole(call, item, None, form))


def list_view(call: Call) -> Reply:
    """Answer `calendarView.list`: occurrences, exceptions and single events of a window."""
    form, (start, end) = call.form(), window(call)
    calendar = call.readable()
    standing = calendar.occurrences(start, end)
    return answer_list(call, standing, lambda one: _whole(call, one.item, one.day, form))


def list_instances(call: Call) -> Reply:
    """Answer `events.instances`: occurrences and exceptions of one series in a window."""
    form, (start, end) = call.form(), window(call)
    _, item, _ = found(call)
    if not item.is_series:
        raise bad_request("Expanding instances is only possible for recurring masters.")

    def render(one: Occurrence) -> Resource:
        event = render_occurrence(one, form)
        if Habit.NO_ORIGINAL_START in call.tenant.habits:
            del event["originalStart"]
        return event

    return answer_list(call, item.between(start, end), render)


def list_exceptions(call: Call) -> Reply:
    """Answer `events.exceptionOccurrences`."""
    form = call.form()
    _, item, _ = found(call)
    return answer_list(call, exceptions(item, form), lambda event: event)


def get_event(call: Call) -> Reply:
    """Answer `events.get`; ids of masters, occurrences and exceptions are good alike."""
    _, item, day = found(call)
    return answer(_single(call, item, day), headers=call.applied())


def get_calendar_of(call: Call) -> Reply:
    """Answer `events.calendar`: the calendar that an event is in."""
    book, _, _ = found(call)
    return answer({"@odata.context": f"{call.root}/$metadata#calendar", "id": book.calendar})


def create_event(call: Call) -> Reply:
    """Answer `events.create`; a `transactionId` that was used finds its event again."""
    calendar = call.writable()
    again = call.body.get("transactionId")
    former = next((i for i in calendar.book if i.fields["transactionId"] == again), None)
    if again and former is not None:
        if Habit.REPEATS_CONFLICT in call.tenant.habits:
            message = "Your request can't be completed. The transactionId was used before."
            raise Refusal(409, "ErrorDuplicateTransactionId", message)
        return answer(_single(call, former, None), 201)
    body = call.body
    item = editing.create(calendar.book, body, calendar.owner)
    for attached in body.get("attachments") or ():
        editing.attach(calendar.book, item, attached)
    event = _single(call, item, None)
    if Habit.LATE_JOIN_URL in call.tenant.habits and event["onlineMeeting"]:
        event["onlineMeeting"] = {**event["onlineMeeting"], "joinUrl": None}
    return answer(event, 201, headers=call.applied())


def update_event(call: Call) -> Reply:
    """Answer `events.update`; an occurrence becomes an exception by it."""
    call.writable()
    book, item, day = found(call)
    check_version(call, item)
    if day is None:
        editing.update(book, item, call.body)
    else:
        editing.update_occurrence(book, item, day, call.body)
    return answer(_single(call, item, day), headers=call.applied())


def delete_event(call: Call) -> Reply:
    """Answer `events.delete`, and `permanentDelete`."""
    call.writable()
    book, item, day = found(call)
    check_version(call, item)
    if day is None:
        editing.delete(book, item)
    else:
        editing.cancel_occurrence(book, item, day)
    return NO_CONTENT


def found(call: Call) -> tuple[Book, Item, date | None]:
    """Find the event that a path names, in the calendar of the path or in all of the mailbox."""
    calendar = call.readable()
    if not call.place.is_whole:
        return calendar.book, *calendar.book.find(call.names[0])
    refusal = not_found()
    alone = Habit.CALENDAR_PATHS_ONLY in call.tenant.habits
    for each in (calendar,) if alone else call.mailbox:
        try:
            return each.book, *each.book.find(call.names[0])
        except Refusal as other:
            refusal = other
    raise refusal


def check_version(call: Call, item: Item) -> None:
    """Refuse a write on a version that is no longer the current one (inferred)."""
    wanted = call.headers.get("if-match")
    if wanted not in {None, "*", f'W/"{change_key(item.changed)}"'}:
        message = "The send or update operation could not be performed because the change key passed in the request does not match the current change key for the item."
        raise Refusal(412, "ErrorIrresolvableConflict", message)


def _single(call: Call, item: Item, day: date | None) -> Resource:
    form = call.form()
    event = _whole(call, item, day, form)
    withheld = Habit.FAMILIES_WITHHELD in call.tenant.habits or not item.is_series
    named = "cancelledOccurrences" in names_in(call.query.get("$select"))
    if named and day is None and not withheld:
        event["cancelledOccurrences"] = cancelled_names(item, form)
    expanded = tuple(expansions(call))
    told = selected(event, call.query.get("$select"))
    told |= {name: event[name] for name in expanded if name in event}
    context = f"{call.root}/$metadata#users('{call.mailbox.id}')/events/$entity"
    return {"@odata.context": context, **told}


def _whole(call: Call, item: Item, day: date | None, form: Form) -> Resource:
    """Write an event with what the query wants expanded."""
    event = (
        render_item(item, form) if day is None else render_occurrence(item.occurrence(day), form)
    )
    for name, options in expansions(call).items():
        if name not in _EXPANDED:
            raise bad_request(f"Could not find a property named '{name}' on type 'event'.")
        value = _expanded(call, item, day, form, name)
        if value is None:
            continue
        if isinstance(value, list):
            value = [selected(each, options.get("$select", "")) for each in value]
        event[name] = value
    return event


def _expanded(
    call: Call, item: Item, day: date | None, form: Form, name: str
) -> list[Resource] | Resource | None:
    if name == "exceptionOccurrences":
        withheld = Habit.FAMILIES_WITHHELD in call.tenant.habits or not item.is_series
        return None if withheld or day is not None else exceptions(item, form)
    if name == "attachments":
        return item.attachments
    if name == "extensions":
        return list(item.extensions.values())
    if name in {"singleValueExtendedProperties", "multiValueExtendedProperties"}:
        properties: list[Resource] = item.fields[name]
        return properties
    return None
