"""How each answer of a pass is read, and where the pass goes from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.errors import APIError, DecodeError, NotFound
from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Answer
from kloudsync.http.scan import ScannedPage, scan_page
from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.providers.microsoft.family import alone, read_family
from kloudsync.providers.microsoft.place import Phase, Place
from kloudsync.providers.microsoft.records import (
    EXCEPTION,
    OCCURRENCE,
    REMOVED,
    SERIES,
    ZONE,
    dumped,
    id_of,
    kind_word,
    read_record,
    series_of,
)
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.providers.microsoft.survey import Survey
from kloudsync.providers.microsoft.times import zone_name

ROWS: Final = "value"
"""The member of every page that holds what it lists."""

NEXT: Final = "@odata.nextLink"
DELTA: Final = "@odata.deltaLink"

VERSIONS: Final = ("v1.0", "beta")
"""Behind one of these, links of the service go on as paths do."""

_NOT_TOLD: Final = frozenset({400, 403, 404})
"""How a service answers what it does not tell everybody."""

_ABSENT: Final = frozenset({"erroritemnotfound", "resourcenotfound"})
"""Codes that say that an event is no more; others speak of its calendar or mailbox."""

_WHOLE: Final = frozenset({"subject", "start", "end", "isAllDay"})
"""Members without which a row is no more than a hint."""


@frozen(kw_only=True)
class Rows:
    """What the rows of a page mean.

    Attributes:
        records: Events that stand for themselves.
        malformed: What could not be understood.
        asking: Ids to ask for, since their rows do not say all.
        doubted: Ids that the feed leaves out, which may be no more, or elsewhere.
        count: How many rows there were.
    """

    records: list[EventRecord] = field(factory=list[EventRecord])
    malformed: list[Malformed] = field(factory=list[Malformed])
    asking: list[str] = field(factory=list[str])
    doubted: list[str] = field(factory=list[str])
    count: int = 0


@frozen(kw_only=True)
class AnswerReader:
    """Reads the answer to one request of a pass.

    Attributes:
        place: Where the request stood.
        rules: What is inferred of the service.
    """

    place: Place
    rules: Rules

    def calendar_found(self, response: Response) -> SourcePage:
        """Read the calendar itself, which says whose it is."""
        item = _object(response)
        phase = Phase.ZONE if self.rules.reads_zone else Phase.SEEK
        return evolve(self._at(self.place.to(phase, calendar=id_of(item))), label=id_of(item))

    def zone_found(self, response: Response) -> SourcePage:
        """Read the mailbox's settings, for its zone."""
        return self._at(
            self.place.to(Phase.SEEK, zone=zone_name(_object(response).get("timeZone")))
        )

    def zone_refused(self, error: APIError, _: int) -> Answer[SourcePage] | None:
        """Go on without the zone, where the settings may not be read."""
        if error.status not in _NOT_TOLD or not isinstance(error.response, Response):
            return None
        page = self._at(self.place.to(Phase.SEEK))
        return Answer(value=page, response=error.response)

    def end_sought(self, response: Response) -> SourcePage:
        """Read the feed only to learn where it ends."""
        page = _scanned(response, lambda _, __: None)
        following, token = _links(page)
        if token is None:
            return self._at(evolve(self.place, link=following))
        return self._at(self.place.to(Phase.LIST, link=None, token=token))

    def events_listed(self, response: Response) -> SourcePage:
        """Read a page of single events and series."""
        rows, page = self._rows(response)
        following = _link(page, NEXT)
        place = evolve(self.place, pages=self.place.pages + 1, link=following)
        if following is None:
            place = place.to(Phase.READ, link=place.token, listings=place.listings + 1)
        return self._on(rows, place, anew=following is None)

    def changes_read(self, response: Response) -> SourcePage:
        """Read a page of what changed."""
        rows, page = self._rows(response)
        following, token = _links(page)
        moved = self.place.shifted or (self.place.pages > 1 and rows.count > 0)
        # What was asked for before a round began may be what has changed since.
        asked = () if self.place.link == self.place.token else self.place.asked
        place = evolve(self.place, shifted=moved, link=following or token, asked=asked)
        if token is not None:
            place = evolve(place, token=token, link=None).to(Phase.END)
            if moved and 0 < place.listings < self.rules.most_listings:
                place = place.to(Phase.LIST, pages=0, shifted=False)
        return self._on(rows, place)

    def whereabouts_found(self, response: Response) -> SourcePage:
        """Read in which calendar an event is that the feed left out."""
        calendar = id_of(_object(response))
        if calendar is None or self.place.calendar in (None, calendar):
            return self._at(self.place.found())
        return self._gone(self.place.doubted[0], self.place.missed())

    def whereabouts_absent(self, error: APIError, _: int) -> Answer[SourcePage] | None:
        """Take an event that is in no calendar for deleted."""
        if not _is_absent(error) or not isinstance(error.response, Response):
            return None
        page = self._gone(self.place.doubted[0], self.place.missed())
        return Answer(value=page, response=error.response)

    def event_found(self, response: Response) -> SourcePage:
        """Read one event: with all its occurrences, if it is a series."""
        item = _object(response)
        place = self.place.answered()
        event_id, series = id_of(item), series_of(item)
        if event_id is None:
            raise DecodeError("expected an event, found no id @ id")
        if kind_word(item) in (OCCURRENCE, EXCEPTION) and series is not None:
            return self._at(place.wanting([series]))
        if kind_word(item) != SERIES:
            own = alone(item)
            return self._on(_rows_of(read_record(own, dumped(own), self.rules.reading)), place)
        family = read_family(item, place.zone, self.rules.reading)
        rows = Rows(records=family.records, malformed=family.malformed)
        if family.silent and self.rules.surveys:
            survey = Survey.of(item | {ZONE: place.zone}, place.until)
            place = evolve(place, survey=None if survey is None else survey.encode())
        # What is held of the series besides is gone, since this is all that there is.
        whole = family.whole and not (family.silent and not self.rules.surveys)
        return evolve(self._on(rows, place), gone=[event_id] if whole else [])

    def occurrences_found(self, response: Response) -> SourcePage:
        """Read a page of the occurrences of a series that does not say which it leaves out."""
        survey, rows = Survey.decode(self.place.survey or {}), Rows()
        slots: list[int] = []

        def take(item: Any, _: str) -> None:
            slot, found = survey.read(item, self.rules.reading)
            if slot is not None:
                slots.append(slot)
            if isinstance(found, EventRecord):
                rows.records.append(found)
            elif found is not None:
                rows.malformed.append(found)

        following = _link(_scanned(response, take), NEXT)
        survey = survey.after(iter(slots), following)
        if following is not None:
            return self._on(rows, evolve(self.place, survey=survey.encode()))
        for one in survey.left_out(self.rules.reading):
            if isinstance(one, EventRecord):
                rows.records.append(one)
        return self._on(rows, evolve(self.place, survey=None))

    def event_absent(self, error: APIError, _: int) -> Answer[SourcePage] | None:
        """Take an event that is not found for deleted."""
        if not _is_absent(error) or not isinstance(error.response, Response):
            return None
        page = self._gone(self.place.asking[0], self.place.answered())
        return Answer(value=page, response=error.response)

    def _gone(self, event_id: str, place: Place) -> SourcePage:
        raw = dumped({REMOVED: {"reason": "deleted"}, "id": event_id})
        return self._on(Rows(records=[EventRecord(event_id, Kind.TOMBSTONE, raw)]), place)

    def _at(self, place: Place) -> SourcePage:
        """Go on to another place, with nothing read yet."""
        return self._on(Rows(), place)

    def _on(self, rows: Rows, place: Place, *, anew: bool = False) -> SourcePage:
        """Go on to another place with what was read.

        Args:
            rows: What was read.
            place: Where the pass goes on.
            anew: Whether another round begins there, which may ask again for what this one did.
        """
        place = place.wanting(rows.asking, rows.doubted)
        if anew:
            place = evolve(place, asked=())
        ended = place.phase is Phase.END and not place.asks
        return SourcePage(
            records=rows.records,
            malformed=rows.malformed,
            next=None if ended else place.encode(),
            cursor=place.finished().encode() if ended else None,
            zone=place.zone,
        )

    def _rows(self, response: Response) -> tuple[Rows, ScannedPage[Any]]:
        rows = Rows()
        page = _scanned(response, lambda item, raw: self._take(rows, item, raw))
        return evolve(rows, count=len(page.items or ())), page

    def _take(self, rows: Rows, item: Any, raw: str) -> None:
        """Sort a row: into what stands for itself, and what has to be asked for."""
        told = is_object(item) and self._asks(rows, item)
        if told and not self._stands(item):
            return
        read = read_record(item, raw, self.rules.reading)
        if isinstance(read, EventRecord):
            rows.records.append(read)
        elif not told:
            rows.malformed.append(read)

    def _asks(self, rows: Rows, item: Item) -> bool:
        """Note what has to be asked for because of a row; tell whether that is something."""
        event_id, series = id_of(item), series_of(item)
        if series is not None:
            rows.asking.append(series)
        elif event_id is None:
            return False
        elif item.get(REMOVED) is not None:
            if not self.rules.asks_removed:
                return False
            rows.doubted.append(event_id)
        elif kind_word(item) == SERIES or not item.keys() >= _WHOLE:
            rows.asking.append(event_id)
        else:
            return False
        return True

    def _stands(self, item: Item) -> bool:
        """Tell whether a row of a series says something that its series may not say.

        That of an exception does: the series of a meeting poll, or of somebody who is invited to
        one occurrence alone, may be out of sight.
        """
        return kind_word(item) == EXCEPTION and item.keys() >= _WHOLE


def _is_absent(error: APIError) -> bool:
    """Tell whether an error says that an event is no more."""
    return isinstance(error, NotFound) and (error.reason or "").lower() in _ABSENT


def relative(link: str) -> str:
    """Return a link below the service's address, wherever the service says that it lives.

    So it leads nowhere else, and through whatever the client goes through.
    """
    for version in VERSIONS:
        _, mark, below = link.partition(f"/{version}/")
        if mark and "://" in link:
            return below
    return link


def _rows_of(read: EventRecord | Malformed) -> Rows:
    if isinstance(read, EventRecord):
        return Rows(records=[read])
    return Rows(malformed=[read])


def _scanned(response: Response, read: Callable[[Any, str], object]) -> ScannedPage[Any]:
    page = scan_page(response.text, ROWS, read)
    if page.items is None:
        raise DecodeError(f"expected a page of events, found no list @ {ROWS}")
    return page


def _links(page: ScannedPage[Any]) -> tuple[str | None, str | None]:
    """Return where a feed goes on: at the next page, or later on.

    Raises:
        DecodeError: It says neither.
    """
    following, token = _link(page, NEXT), _link(page, DELTA)
    if following is None and token is None:
        raise DecodeError(f"expected a page of a feed, found neither {NEXT} nor {DELTA}")
    return following, None if following else token


def _link(page: ScannedPage[Any], name: str) -> str | None:
    link = page.envelope.get(name)
    if link is not None and not isinstance(link, str):
        raise DecodeError(f"expected text @ {name}")
    return relative(link) if link else None


def _object(response: Response) -> Item:
    item = decode_json(response)
    if not is_object(item):
        raise DecodeError("expected an object")
    return item
