"""What writes do to the items of a calendar."""

from collections.abc import Iterator
from datetime import date

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.book import Book
from kloudsync.testing.microsoft.intake import BLANK, read_fields, read_timing
from kloudsync.testing.microsoft.items import Deviation, Fields, Item
from kloudsync.testing.microsoft.patterns import Pattern
from kloudsync.testing.microsoft.refusals import crossing_boundary, invalid_property
from kloudsync.testing.microsoft.times import Moment, instant_of, stamped, wall_date

TEAMS = "https://teams.microsoft.com/l/meetup-join/"


def create(book: Book, body: Resource, organizer: Resource) -> Item:
    """Create what a body describes: a single event, or a series."""
    timing = read_timing(body, None)
    fields = dict(BLANK) | {"organizer": organizer} | read_fields(body, {})
    if body.get("transactionId"):
        fields["transactionId"] = body["transactionId"]
    stamp = book.stamps.next()
    item = Item(
        id=book.ids.ordinary(),
        lasting=book.ids.lasting(),
        uid=book.ids.uid(),
        born=stamp,
        changed=stamp,
        start=timing.start,
        end=timing.end,
        zone=timing.zone,
        end_zone=timing.end_zone,
        fields=_met(fields, book),
        pattern=timing.pattern,
    )
    book.put(item, "created")
    return item


def update(book: Book, item: Item, body: Resource) -> None:
    """Change an item as a whole.

    Exceptions live on while pattern and times stay; otherwise they and the cancellations go.
    """
    timing = read_timing(body, item)
    fields = item.fields | read_fields(body, item.fields)
    before = (item.start, item.end, item.pattern)
    if before != (timing.start, timing.end, timing.pattern):
        _forget_occurrences(item, timing.start, timing.end, timing.pattern)
    item.start, item.end, item.pattern = timing.start, timing.end, timing.pattern
    item.zone, item.end_zone = timing.zone, timing.end_zone
    item.fields = _met(fields, book)
    item.changed = book.stamps.next()
    book.put(item, "updated")


def update_occurrence(book: Book, item: Item, day: date, body: Resource) -> None:
    """Make an occurrence an exception, or change one that is.

    Raises:
        Refusal: It would pass or share the day of a neighbour.
    """
    if body.get("recurrence"):
        raise invalid_property()
    former = item.occurrence(day)
    alone = attrs.evolve(item, start=former.start, end=former.end, pattern=None, is_poll=False)
    timing = read_timing({**body, "recurrence": None}, alone)
    if (timing.start, timing.end) != (former.start, former.end):
        _check_neighbours(item, day, timing.start, timing.end)
    stamp = book.stamps.next()
    own = former.deviation.fields if former.deviation else {}
    item.deviations[day] = Deviation(
        start=timing.start,
        end=timing.end,
        fields=own | _met(read_fields(body, former.fields), book),
        born=former.deviation.born if former.deviation else stamp,
        changed=stamp,
    )
    item.changed = stamp
    book.put(item, "updated", day)


def delete(book: Book, item: Item) -> None:
    """Delete an item with all that belongs to it."""
    book.drop(item, book.stamps.next())


def cancel_occurrence(book: Book, item: Item, day: date) -> None:
    """Delete one occurrence of a series."""
    item.deviations.pop(day, None)
    item.cancelled.add(day)
    item.changed = book.stamps.next()
    book.put(item, "updated", day)


def mark(book: Book, item: Item, day: date | None, fields: Fields) -> None:
    """Set members of an item or of one occurrence that no client could set."""
    if day is None:
        item.fields = item.fields | fields
    else:
        one = item.occurrence(day)
        own = one.deviation.fields if one.deviation else {}
        stamp = book.stamps.next()
        born = one.deviation.born if one.deviation else stamp
        item.deviations[day] = Deviation(
            start=one.start, end=one.end, fields=own | fields, born=born, changed=stamp
        )
    item.changed = book.stamps.next()
    book.put(item, "updated", day)


def _forget_occurrences(item: Item, start: Moment, end: Moment, pattern: Pattern | None) -> None:
    """Drop what became of single occurrences.

    A range that ends sooner or later is no other pattern: what lies in it stays.
    """
    old = item.pattern
    if old is not None and pattern is not None and (item.start, item.end) == (start, end):
        unbounded = attrs.evolve(old, end=pattern.end, number=pattern.number)
        if unbounded == pattern:
            _keep_within(item, pattern.dates())
            return
    item.deviations.clear()
    item.cancelled.clear()


def _keep_within(item: Item, dates: Iterator[date]) -> None:
    last = max((*item.deviations, *item.cancelled), default=None)
    if last is None:
        return
    kept: set[date] = set()
    for day in dates:
        kept.add(day)
        if day >= last:
            break
    item.deviations = {day: one for day, one in item.deviations.items() if day in kept}
    item.cancelled &= kept


def _check_neighbours(item: Item, day: date, start: Moment, end: Moment) -> None:
    first, clock = wall_date(start, item.clock), item.clock
    before, after = _neighbour(item, day, back=True), _neighbour(item, day)
    if before is not None and wall_date(item.occurrence(before).start, clock) >= first:
        raise crossing_boundary()
    if after is not None:
        following = item.occurrence(after)
        late = instant_of(end, clock) > following.begins
        if late or wall_date(following.start, clock) <= first:
            raise crossing_boundary()


def _neighbour(item: Item, day: date, *, back: bool = False) -> date | None:
    """Find the living occurrence before or after a date."""
    pattern = item.pattern
    if pattern is None:
        return None
    if back:
        living = [each for each in pattern.before(day) if each not in item.cancelled]
        return living[-1] if living else None
    each = pattern.after(day)
    while each is not None and each in item.cancelled:
        each = pattern.after(each)
    return each


def _met(fields: Fields, book: Book) -> Fields:
    """Give an online meeting its room, once."""
    wanted = fields.get("isOnlineMeeting") and not fields.get("onlineMeeting")
    if not wanted:
        return fields
    provider = fields.get("onlineMeetingProvider", "unknown")
    room = {"joinUrl": TEAMS + book.ids.guid()}
    told = "teamsForBusiness" if provider == "unknown" else provider
    return fields | {"onlineMeeting": room, "onlineMeetingProvider": told}


def attach(book: Book, item: Item, body: Resource) -> Resource:
    """Attach something; what is said of it is kept, its contents are not."""
    item.changed = book.stamps.next()
    attached = {
        "@odata.type": body.get("@odata.type") or "#microsoft.graph.fileAttachment",
        "id": book.ids.lasting(),
        "lastModifiedDateTime": stamped(item.changed),
        "name": body.get("name") or "",
        "contentType": body.get("contentType"),
        "size": body.get("size") or len(body.get("contentBytes") or "") * 3 // 4,
        "isInline": bool(body.get("isInline")),
    }
    item.attachments.append(attached)
    book.put(item, "updated")
    return attached
