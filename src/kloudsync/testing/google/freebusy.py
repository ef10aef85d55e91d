"""When calendars are busy: `freeBusy`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google import oracle
from kloudsync.testing.google.book import Book
from kloudsync.testing.google.call import Call, answer
from kloudsync.testing.google.refusals import Refusal, empty_range, refuse_invalid, too_long
from kloudsync.testing.google.times import parse_zone

MOST_CALENDARS, MOST_MEMBERS = 50, 100
_Span = tuple[datetime, datetime]


def query_freebusy(call: Call) -> Reply:
    """Answer `freebusy.query`; what goes wrong with one calendar stays in its own part."""
    start, end = _moment(call, "timeMin"), _moment(call, "timeMax")
    if end <= start:
        raise empty_range()
    if end - start > call.state.longest_question:
        raise too_long()
    _check_bounds(call)
    zone = parse_zone(call.body.get("timeZone") or "UTC")
    groups = dict(_groups(call))
    asked = [str(item.get("id")) for item in _items(call)]
    names = dict.fromkeys(
        name for each in asked for name in groups.get(each, {"calendars": [each]})["calendars"]
    )
    most = min(call.body.get("calendarExpansionMax") or MOST_CALENDARS, MOST_CALENDARS)
    calendars = {
        name: _calendar(call, name, (start, end))
        if number < most
        else _error("tooManyCalendarsRequested")
        for number, name in enumerate(names)
    }
    resource: Resource = {
        "kind": "calendar#freeBusy",
        "timeMin": _written(start.astimezone(zone)),
        "timeMax": _written(end.astimezone(zone)),
        "calendars": {name: _in_zone(found, zone) for name, found in calendars.items()},
    }
    return answer(resource | ({"groups": groups} if groups else {}))


def _check_bounds(call: Call) -> None:
    for name, most in (
        ("calendarExpansionMax", MOST_CALENDARS),
        ("groupExpansionMax", MOST_MEMBERS),
    ):
        if not 1 <= (call.body.get(name) or most) <= most:
            raise refuse_invalid(f"Invalid value for: {name}", name)


def _items(call: Call) -> list[Resource]:
    return call.body.get("items") or []


def _groups(call: Call) -> Iterator[tuple[str, Resource]]:
    most = min(call.body.get("groupExpansionMax") or MOST_MEMBERS, MOST_MEMBERS)
    for item in _items(call):
        members = call.state.groups.get(str(item.get("id")))
        if members is None:
            continue
        if len(members) > most:
            yield item["id"], {"errors": _error("groupTooBig")["errors"], "calendars": []}
        else:
            yield item["id"], {"calendars": list(members)}


def _calendar(call: Call, name: str, window: _Span) -> Resource:
    try:
        book = call.readable(name).book
    except Refusal:
        return _error("notFound")
    return {"busy": [list(span) for span in _merged(_spans(book, window))]}


def _spans(book: Book, window: _Span) -> Iterator[_Span]:
    start, end = window
    for one in oracle.occurrences(book, start, end):
        if one.resource.get("transparency") != "transparent" and not _is_declined(one.resource):
            yield max(start, book.order(one.start)), min(end, book.order(one.end))


def _is_declined(event: Resource) -> bool:
    guests: list[Any] = event.get("attendees", [])
    return any(guest.get("self") and guest.get("responseStatus") == "declined" for guest in guests)


def _merged(spans: Iterable[_Span]) -> list[_Span]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        elif end > start:
            merged.append((start, end))
    return merged


def _in_zone(found: Resource, zone: Any) -> Resource:
    if "busy" not in found:
        return found
    spans = [
        {"start": _written(start.astimezone(zone)), "end": _written(end.astimezone(zone))}
        for start, end in found["busy"]
    ]
    return {**found, "busy": spans}


def _error(reason: str) -> Resource:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _moment(call: Call, name: str) -> datetime:
    text = call.body.get(name)
    if text is None:
        raise Refusal(400, "required", f"Missing {name}.", location=name)
    try:
        moment = datetime.fromisoformat(text)
    except (TypeError, ValueError) as error:
        raise refuse_invalid("Bad Request", name) from error
    if moment.tzinfo is None:
        raise refuse_invalid("Bad Request", name)
    return moment


def _written(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
