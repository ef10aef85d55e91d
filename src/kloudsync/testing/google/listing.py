"""Pages of events: `events.list` and `events.instances`."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

from kloudsync.testing.clock import EPOCH
from kloudsync.testing.encoding import decode, encode
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.google import conferences, expansion, oracle
from kloudsync.testing.google.book import Book, etag, milliseconds
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.call import Call
from kloudsync.testing.google.filters import Filter, check_delta, delta_filter, read_filter
from kloudsync.testing.google.habits import Habit
from kloudsync.testing.google.ids import base_of, occurrence_id, series_base
from kloudsync.testing.google.refusals import JSON, refuse_invalid
from kloudsync.testing.google.rows import Kind, Row
from kloudsync.testing.google.times import as_instant, parse_field, parse_zone, render_field
from kloudsync.testing.google.tokens import read_sync_token, write_sync_token
from kloudsync.testing.paging import Walk, page_token

SHORT_LIFE = timedelta(minutes=5)
"""How long tokens of generated calendars live at most."""

EXPANDED = 730
"""How many occurrences of an endless series an expanded list holds."""

_FILTERS = (
    "iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "timeMin",
    "timeMax", "updatedMin", "showDeleted",
)  # fmt: skip


def list_events(call: Call) -> Reply:
    """Answer `events.list`: a full pass, a delta, or a further page of either."""
    calendar = call.readable()
    if "pageToken" not in call.query:
        conferences.settle(calendar.book)
    synced = f"{call.scope(*_FILTERS)} {calendar.token_epoch} {_age(call, calendar)}"
    mark: int | None = None
    if "syncToken" in call.query:
        check_delta(call)
        mark = read_sync_token(call.query.get("syncToken"), synced)
    walk, start = _walk(call, calendar, mark)
    token = None if "orderBy" in call.query else write_sync_token(walk.mark, synced)
    return _page(call, calendar, walk, start, token)


def _age(call: Call, calendar: FakeCalendar) -> int:
    """Count the lives of tokens so far; those of generated calendars live for minutes."""
    if not calendar.is_forgetful:
        return 0
    return int((call.state.clock.now() - EPOCH) / SHORT_LIFE)


def list_instances(call: Call) -> Reply:
    """Answer `events.instances`: the occurrences of one series in order of start."""
    calendar = call.readable()
    scope = call.scope()
    if "pageToken" in call.query:
        walk, start = call.state.walks.find(call.query.get("pageToken"), scope)
    else:
        items = _rendered(call, calendar.book, _instances(call, calendar.book))
        walk = call.state.walks.start(Walk(scope=scope, items=items, mark=calendar.book.mark))
        start = 0
    return _page(call, calendar, walk, start, None)


def _walk(call: Call, calendar: FakeCalendar, mark: int | None) -> tuple[Walk, int]:
    """Find the list that the request continues, or draw up a new one."""
    scope = call.scope()
    if "pageToken" in call.query:
        return call.state.walks.find(call.query.get("pageToken"), scope)
    book = calendar.book
    chosen = delta_filter(call, calendar) if mark is not None else read_filter(call)
    items = disordered(_items(call, book, chosen, mark), call.fault)

    def late(since: int) -> tuple[list[bytes], int]:
        return _items(call, book, chosen, since), book.mark

    def living() -> list[tuple[Any, bytes]]:
        return _by_start(book, _items(call, book, chosen, None))

    walk = Walk(scope=scope, items=items, mark=book.mark)
    if call.state.shifting_pages and mark is None:
        walk.living = living
    elif call.state.live_paging:
        walk.late = late
    return call.state.walks.start(walk), 0


def _by_start(book: Book, items: list[bytes]) -> list[tuple[Any, bytes]]:
    """Sort events by start, and say for each what puts it there; bare cancellations come first."""
    found: list[tuple[Any, bytes]] = []
    for item in items:
        event = decode(item)
        begins = book.order(book.moment(event, "start")) if "start" in event else None
        found.append(((begins is not None, begins, event["id"]), item))
    return sorted(found)


def _items(call: Call, book: Book, chosen: Filter, mark: int | None) -> list[bytes]:
    rows = book.rows if mark is None else book.rows.since(mark)
    if call.query.flag("singleEvents"):
        return _rendered(call, book, _expanded(call, book, chosen, mark))
    kept = (row for row in rows if chosen.keeps(book, row))
    if "timeZone" in call.query or "maxAttendees" in call.query:
        return _rendered(call, book, (_told(book, row) for row in kept))
    return [
        row.body if row.kind is not Kind.CANCELLED else encode(_told(book, row)) for row in kept
    ]


def _told(book: Book, row: Row) -> Resource:
    """Write a row as lists have it: some cancelled occurrences say no more than that.

    One whose id does not lead to its series, after a split to another time, is told whole.
    """
    resource = row.resource()
    bare = Habit.BARE_CANCELLATIONS in book.habits and row.kind is Kind.CANCELLED
    named = series_base(row.id) == base_of(row.series or "")
    if not bare or not named or crc32(row.body) % 2:
        return resource
    return {name: resource[name] for name in ("kind", "etag", "id", "status")}


def _expanded(call: Call, book: Book, chosen: Filter, mark: int | None) -> list[Resource]:
    """Draw up the occurrences in place of the series."""
    found = list(_occurrences(book, chosen, mark))
    if mark is not None:
        found += _vanished(book, mark)
    if call.query.get("orderBy") == "startTime":
        found.sort(key=lambda each: (_placed(book, each), each["id"]))
    return found


def _placed(book: Book, event: Resource) -> datetime:
    """Find when an event starts, or started while it was there."""
    row = book.rows.get(event["id"])
    former = decode(row.former) if row is not None and row.former is not None else {}
    for held in (event, former, row.resource() if row is not None else {}):
        for name in ("start", "originalStartTime"):
            if held.get(name):
                return as_instant(book.moment(held, name), book.zone)
    return datetime.min.replace(tzinfo=UTC)


def _occurrences(book: Book, chosen: Filter, mark: int | None) -> Iterator[Resource]:
    rows = book.rows if mark is None else book.rows.since(mark)
    for row in filter(chosen.is_recent, rows):
        if row.kind is Kind.CANCELLED and chosen.tells_deleted:
            yield _told(book, row)
        if row.kind is Kind.DELETED and not _was_series(row) and chosen.keeps(book, row):
            yield row.resource()
        limit = EXPANDED if chosen.time_max is None else None
        for each in oracle.resources(book, row, chosen.time_max, limit):
            inside = oracle.overlaps(book, each, chosen.time_min, chosen.time_max)
            if inside and chosen.matches(each):
                yield each


def _was_series(row: Row) -> bool:
    return row.former is not None and b'"recurrence"' in row.former


def _vanished(book: Book, mark: int) -> Iterator[Resource]:
    """Draw up stubs of occurrences that a change of their series took away since `mark`."""
    former = book.rows.series_as_of(mark)
    changed = [row for row in book.rows.since(mark) if row.kind is Kind.SERIES or _was_series(row)]
    before = [former[row.id] for row in changed if row.id in former]
    now = {name for row in changed if row.kind is Kind.SERIES for name in _names(book, row)}
    for row in before:
        for name in _names(book, row):
            if name not in now and book.rows.get(name) is None:
                tag = etag(book.mark)
                yield {"kind": "calendar#event", "etag": tag, "id": name, "status": "cancelled"}


def _names(book: Book, row: Row) -> list[str]:
    series = row.resource()
    slots = expansion.slots(book.moment(series, "start"), series["recurrence"])
    return [occurrence_id(row.id, slot) for slot, _ in zip(slots, range(EXPANDED), strict=False)]


def _instances(call: Call, book: Book) -> list[Resource]:
    series = book.find(call.names[1])
    row = book.rows.get(series["id"])
    if row is None or row.kind in {Kind.SINGLE, Kind.EXCEPTION, Kind.CANCELLED}:
        raise refuse_invalid("The event is not a recurring event.")
    chosen = read_filter(call)
    rows = [row, *book.rows.exceptions(series["id"])]
    found = [
        each
        for row in rows
        for each in oracle.resources(book, row, None, EXPANDED)
        if oracle.overlaps(book, each, chosen.time_min, chosen.time_max)
    ]
    if chosen.deleted:
        found += [row.resource() for row in rows if row.kind is Kind.CANCELLED]
    return _in_order(book, _at_original_start(call, book, found))


def _at_original_start(call: Call, book: Book, found: list[Resource]) -> list[Resource]:
    if "originalStart" not in call.query:
        return found
    text = call.query.get("originalStart")
    field = {"dateTime": text} if "T" in text else {"date": text}
    wanted = book.order(parse_field(field, book.zone, name="originalStart"))
    return [each for each in found if book.order(book.slot_of(each)) == wanted]


def _in_order(book: Book, found: list[Resource]) -> list[Resource]:
    return sorted(found, key=lambda each: (book.order(book.slot_of(each)), each["id"]))


def _rendered(call: Call, book: Book, found: Iterable[Resource]) -> list[bytes]:
    return [encode(view(call, book, each)) for each in found]


def view(call: Call, book: Book, event: Resource) -> Resource:
    """Show an event as the request wants it: in another zone, with fewer guests."""
    shown = dict(event)
    if "timeZone" in call.query:
        zone = parse_zone(call.query.get("timeZone"))
        for name in ("start", "end", "originalStartTime"):
            if "dateTime" in event.get(name, {}):
                shown[name] = render_field(book.moment(event, name), zone)
    guests: list[Resource] = event.get("attendees", [])
    if "maxAttendees" in call.query and len(guests) > call.integer("maxAttendees", 1, 10_000):
        shown["attendees"] = [guest for guest in guests if guest.get("email") == call.account]
        shown["attendeesOmitted"] = True
    return shown


def disordered(items: list[bytes], fault: Fault | None) -> list[bytes]:
    """Apply the faults that concern a list as a whole."""
    if fault is not None and fault.kind is FaultKind.DUPLICATE_ITEMS:
        return items + items[::3]
    if fault is not None and fault.kind is FaultKind.REORDER_PAGES:
        return items[::-1]
    return items


def _page(
    call: Call, calendar: FakeCalendar, walk: Walk, start: int, sync_token: str | None
) -> Reply:
    size = call.integer("maxResults", 250, 2500)
    items, after = walk.page(start, size)
    head = _envelope(call, calendar)
    if after is not None:
        head["nextPageToken"] = page_token(walk, after)
    elif sync_token is not None:
        head["nextSyncToken"] = sync_token
    body = encode(head)[:-1] + b',"items":[' + b",".join(items) + b"]}"
    return Reply(200, JSON | {"ETag": head["etag"]}, body)


def _envelope(call: Call, calendar: FakeCalendar) -> Resource:
    mark = calendar.book.mark
    shown: Resource = {
        "summary": calendar.summary,
        "description": "",
        "updated": milliseconds(mark),
        "timeZone": calendar.book.zone.key,
        "accessRole": call.state.accounts.role(call.account, calendar.id),
        "defaultReminders": [{"method": "popup", "minutes": 30}],
    }
    tag = f'"p{mark:x}o{crc32(encode(shown)):x}o"'
    return {"kind": "calendar#events", "etag": tag, **shown}
