"""How each answer of a pass is read, and where the pass goes from there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attrs import evolve, frozen

from kloudsync.errors import CursorRefused, DecodeError
from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.message import Response
from kloudsync.http.scan import ScannedPage, scan_page
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind
from kloudsync.providers.kloudless.account import account_of
from kloudsync.providers.kloudless.contents import item_of
from kloudsync.providers.kloudless.cursors import TERMINAL, next_cursor
from kloudsync.providers.kloudless.errors import PROVIDER
from kloudsync.providers.kloudless.listing import ITEMS, Record, read_listing, sort_out
from kloudsync.providers.kloudless.place import Phase, Place
from kloudsync.providers.kloudless.records import read_activity
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.times import id_of, read_stamp, text_of
from kloudsync.providers.kloudless.untied import SeriesMemory, as_single, is_untied
from kloudsync.providers.kloudless.watching import choose, expect_active, expect_unchanged
from kloudsync.recurrence import Reading

_GONE = frozenset({Kind.TOMBSTONE, Kind.CANCELLED})
_NO_SERIES = frozenset({Kind.TOMBSTONE, Kind.SINGLE})


@frozen(kw_only=True)
class AnswerReader:
    """Reads the answer to one request of a pass.

    Attributes:
        place: Where the request stood.
        sent_at: Seconds since 1970 when it was described.
        rules: What is inferred of the service.
        reading: Whose reading of recurrence lines counts.
        calendar: The calendar as the caller named it.
        memory: The series that were met so far.
    """

    place: Place
    sent_at: float
    rules: Rules
    reading: Reading
    calendar: str
    memory: SeriesMemory

    def account_found(self, response: Response) -> SourcePage:
        """Read the account."""
        service = text_of(_object(response), "service")
        return _on(self.place.to(self.rules.first, service=service))

    def calendar_found(self, response: Response) -> SourcePage:
        """Read the calendar itself."""
        item = _object(response)
        zone, own = text_of(item, "timezone"), id_of(item, "id")
        self._expect_same(own)
        # A cursor comes with its subscription, which a delta may be told to trust.
        trusted = self.place.subscription is not None and not self.rules.checks_subscription
        phase = Phase.READ if trusted else Phase.WATCH
        following = _on(self.place.to(phase, calendar=own, zone=zone, zoned=self.sent_at))
        return evolve(following, label=account_of(item))

    def subscriptions_found(self, response: Response) -> SourcePage:
        """Read the account's subscriptions: choose one, or see that the chosen one still is."""
        page = scan_page(response.body, ITEMS, lambda item, _: item)
        if page.items is None:
            raise DecodeError("expected a page of subscriptions, found no list of objects")
        held = [item for item in page.items if is_object(item)]
        if self.place.subscription is not None:
            expect_unchanged(held, self.place.subscription, self._names)
            return _on(self.place.to(Phase.READ))
        chosen = choose(held, self.rules, self._names)
        if chosen is None:
            return _on(self.place.to(Phase.SUBSCRIBE))
        return self._watched(chosen)

    def subscription_created(self, response: Response) -> SourcePage:
        """Read the subscription that was just created."""
        created = _object(response)
        expect_active(created)
        return self._watched(created)

    def cursor_sought(self, response: Response) -> SourcePage:
        """Read activity only to learn where it ends."""
        page = scan_page(response.body, ITEMS, lambda _, __: None)
        cursor, drained = self._moved(page)
        phase = Phase.LIST if drained else Phase.SEEK
        return _on(self.place.to(phase, cursor=cursor, issued=self.sent_at))

    def events_listed(self, response: Response) -> SourcePage:
        """Read a page of events."""
        listed = read_listing(response, self.rules.page_size, self.reading)
        records, following = self._tied(listed.records), listed.next
        counted = self.place.counted(listed.total)
        if following is not None:
            waiting = len(self.memory.waiting)
            place = counted.to(Phase.LIST, page=following, waiting=waiting)
        else:
            records += self._listed()
            place = counted.to(Phase.READ, page=None, waiting=0, listings=counted.listings + 1)
        return SourcePage(
            records=records,
            malformed=listed.malformed,
            next=place.encode(),
            zone=self.place.zone,
            total=listed.total,
        )

    def activity_read(self, response: Response) -> SourcePage:
        """Read a page of activity; the last one carries the new cursor."""
        page = scan_page(response.body, ITEMS, self._read_activity)
        cursor, drained = self._moved(page)
        seen = self.place.records + len(page.items or ())
        if seen >= self.rules.most_records:
            raise _refused(
                f"{seen} records came in one go; at most 10,000 are kept, so that the "
                "beginning may be missing",
                "tooMuchActivity",
            )
        records, malformed = sort_out(one for one in page.items or () if one is not None)
        shifted = self.place.shifted or self._may_have_shifted(records)
        records = _without_orphans(self._tied(_latest(records)))
        gone = [record.id for record in records if record.kind in _NO_SERIES]
        if not drained:
            # Still as old as the cursor that the pass began with: what follows may be that old.
            place = self.place.to(Phase.READ, cursor=cursor, records=seen, shifted=shifted)
            return SourcePage(records=records, malformed=malformed, next=place.encode(), gone=gone)
        end = self.place.drained(cursor, self.sent_at)
        again = shifted and 0 < self.place.listings < self.rules.most_listings
        return SourcePage(
            records=records,
            malformed=malformed,
            next=end.to(Phase.LIST).encode() if again else None,
            cursor=None if again else end.finished().encode(),
            zone=self.place.zone,
            gone=gone,
        )

    def _expect_same(self, own: str | None) -> None:
        """Refuse to go on where an alias stands for another calendar by now."""
        known = self.place.calendar
        if known is not None and own is not None and own != known:
            raise _refused(f"{self.calendar} is another calendar by now", "otherCalendar")

    def _may_have_shifted(self, records: Iterable[EventRecord]) -> bool:
        """Tell whether what happened moves events to pages that were read before."""
        if self.place.pages < 2:
            return False
        return any(self.rules.shifted_by_updates or one.kind in _GONE for one in records)

    @property
    def _names(self) -> frozenset[str]:
        """The names under which activity may speak of the calendar."""
        return frozenset({self.calendar, self.place.calendar or self.calendar})

    def _watched(self, subscription: Item) -> SourcePage:
        name = id_of(subscription, "id")
        if name is None:
            raise DecodeError("expected a subscription, found no id @ id")
        cursor = id_of(subscription, "last_cursor") if self.rules.trusts_last_cursor else None
        return _on(self.place.to(Phase.SEEK, subscription=name, cursor=cursor))

    def _moved(self, page: ScannedPage[Any]) -> tuple[str | None, bool]:
        """Return where the stream is read on, and whether it is at its end."""
        if page.items is None:
            raise DecodeError("expected a page of activity, found no list of objects")
        received, sent = id_of(page.envelope, "cursor"), self.place.cursor
        if not page.items:
            return (sent if received in (None, TERMINAL) else received), True
        following = next_cursor(received, sent)
        if following is not None:
            return following, False
        return (sent if received == TERMINAL else received), True

    def _read_activity(self, item: Any, raw: str) -> Record | None:
        metadata = item.get("metadata") if is_object(item) else None
        calendar = id_of(metadata, "calendar_id") if is_object(metadata) else None
        # Without the calendar's own id, an alias may stand for whichever calendar this is.
        known = self.place.calendar is not None or self.calendar != "primary"
        if calendar is not None and known and calendar not in self._names:
            return None
        return read_activity(item, raw, self.reading)

    def _tied(self, records: list[EventRecord]) -> list[EventRecord]:
        """Give exceptions that name no series theirs, or let them wait for it."""
        self.memory.learn(records)
        if not any(map(is_untied, records)):
            return records
        listing = self.place.phase is Phase.LIST
        tied: list[EventRecord] = []
        for record in records:
            known = self.memory.tie(record) if is_untied(record) else record
            if known is not None:
                tied.append(known)
            elif listing:
                self.memory.waiting[record.id] = record
            else:
                self._expect_complete()
                tied.append(as_single(record))
        return tied

    def _listed(self) -> list[EventRecord]:
        """End the listing: those that waited get their series, or are left unattached."""
        if len(self.memory.waiting) < self.place.waiting:
            raise _refused("the pass was cut off while exceptions waited for their series", "cut")
        self.memory.complete = self.memory.begun == self.place.begun
        waiting = list(self.memory.waiting.values())
        if waiting:
            self._expect_complete()
        self.memory.waiting.clear()
        return [self.memory.tie(record) or as_single(record) for record in waiting]

    def _expect_complete(self) -> None:
        if not self.memory.complete:
            raise _refused(
                "an exception came without its series, which only the whole calendar can tell",
                "exceptionWithoutSeries",
            )


def _on(place: Place) -> SourcePage:
    """Go on to another place, with nothing read yet."""
    return SourcePage(records=(), next=place.encode(), zone=place.zone)


def _object(response: Response) -> Item:
    item = decode_json(response)
    if not is_object(item):
        raise DecodeError("expected an object")
    return item


def _latest(records: list[EventRecord]) -> list[EventRecord]:
    """Keep one record of each id: the last, unless an earlier one is known to be newer."""
    kept: dict[str, EventRecord] = {}
    for record in records:
        before = kept.get(record.id)
        if before is None or not _is_older(record, before):
            kept.pop(record.id, None)
            kept[record.id] = record
    return list(kept.values())


def _without_orphans(records: list[EventRecord]) -> list[EventRecord]:
    """Leave out occurrences whose series goes later on, or turns into a single event."""
    gone: set[str] = set()
    kept: list[EventRecord] = []
    for record in reversed(records):
        if record.series is None or record.series not in gone:
            kept.append(record)
        if record.kind in _NO_SERIES:
            gone.add(record.id)
    return kept[::-1]


def _is_older(record: EventRecord, other: EventRecord) -> bool:
    stamps = [read_stamp(item_of(one).get("modified")) for one in (record, other)]
    return stamps[0] is not None and stamps[1] is not None and stamps[0] < stamps[1]


def _refused(message: str, reason: str) -> CursorRefused:
    return CursorRefused(
        message, status=0, provider=PROVIDER, operation="activity.list", reason=reason
    )
