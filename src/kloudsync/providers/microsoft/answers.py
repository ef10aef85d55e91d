"""How each answer of a pass is read, and where the pass goes from there."""

from __future__ import annotations

from typing import Any, Final

from attrs import evolve, frozen

from kloudsync.errors import APIError, DecodeError, NotFound
from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import Item, is_object
from kloudsync.http.message import Response
from kloudsync.http.operation import Answer
from kloudsync.http.scan import ScannedPage
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
from kloudsync.providers.microsoft.rows import NEXT, Rows, link_of, links_of, scanned
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.providers.microsoft.survey import Survey
from kloudsync.providers.microsoft.times import zone_name

_NOT_TOLD: Final = frozenset({400, 403, 404})
"""How a service answers what it does not tell everybody."""

_ABSENT: Final = frozenset({"erroritemnotfound", "resourcenotfound"})
"""Codes that say that an event is no more; others speak of its calendar or mailbox."""

_WHOLE: Final = frozenset({"subject", "start", "end", "isAllDay"})
"""Members without which a row is no more than a hint."""


@frozen(kw_only=True)
class AnswerReader:
    """Reads the answer to one request of a pass.

    Attributes:
        place: Where the request stood.
        rules: What is inferred of the service.
        default: Whether it is the mailbox's default calendar, whose events the mailbox finds
            without their calendar.
    """

    place: Place
    rules: Rules
    default: bool = False

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
        page = scanned(response, lambda _, __: None)
        following, token = links_of(page)
        if token is None:
            return self._at(evolve(self.place, link=following))
        return self._at(self.place.to(Phase.LIST, link=None, token=token))

    def events_listed(self, response: Response) -> SourcePage:
        """Read a page of single events and series."""
        rows, page = self._rows(response)
        following = link_of(page, NEXT)
        place = evolve(self.place, pages=self.place.pages + 1, link=following)
        if following is None:
            place = place.to(Phase.READ, link=place.token, listings=place.listings + 1)
        return self._on(rows, place, anew=following is None)

    def changes_read(self, response: Response) -> SourcePage:
        """Read a page of what changed."""
        rows, page = self._rows(response)
        following, token = links_of(page)
        moved = self.place.shifted or (self.place.pages > 1 and rows.count > 0)
        # What was asked for before this page was read may be what has changed since.
        place = evolve(self.place, shifted=moved, link=following or token, asked=())
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
        """Take an event that is in no calendar for deleted, once its own does not know it either.

        Events of shared calendars are found by the path of their calendar alone.
        """
        if not _is_absent(error) or not isinstance(error.response, Response):
            return None
        if self.default:
            page = self._gone(self.place.doubted[0], self.place.missed())
        else:
            page = self._at(self.place.found())
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
            return self._on(Rows.of(read_record(own, dumped(own), self.rules.reading)), place)
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
        slots, bare = list[int](), list[str]()

        def take(item: Any, _: str) -> None:
            slot, found = survey.read(item, self.rules.reading)
            if slot is not None:
                slots.append(slot)
            elif isinstance(found, Malformed) and found.id is not None:
                bare.append(found.id)
                return
            rows.take(found)

        following = link_of(scanned(response, take), NEXT)
        return self._surveyed(rows, survey.listed(slots, bare, following))

    def occurrences_absent(self, error: APIError, _: int) -> Answer[SourcePage] | None:
        """Take a series for deleted that has gone since it was asked for."""
        survey = Survey.decode(self.place.survey or {})
        # A link that leads nowhere says nothing of the series.
        if not _is_absent(error) or not isinstance(error.response, Response) or survey.link:
            return None
        page = self._gone(survey.series, evolve(self.place, survey=None))
        return Answer(value=page, response=error.response)

    def exception_found(self, response: Response) -> SourcePage:
        """Read an exception that the list of its series gave no slot."""
        survey, rows = Survey.decode(self.place.survey or {}), Rows()
        slot, found = survey.read(_object(response), self.rules.reading)
        rows.take(found)
        return self._surveyed(rows, survey.answered(slot))

    def exception_absent(self, error: APIError, _: int) -> Answer[SourcePage] | None:
        """Leave out an exception that is gone since it was listed."""
        if not _is_absent(error) or not isinstance(error.response, Response):
            return None
        page = self._surveyed(Rows(), Survey.decode(self.place.survey or {}).answered(None))
        return Answer(value=page, response=error.response)

    def _surveyed(self, rows: Rows, survey: Survey) -> SourcePage:
        """Go on with a survey, or tell what the series leaves out."""
        if survey.link is not None or survey.asking is not None:
            return self._on(rows, evolve(self.place, survey=survey.encode()))
        for one in survey.left_out(self.rules.reading):
            rows.take(one)
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
            # What this pass has read of their occurrences goes as well.
            gone=[one.id for one in rows.records if one.kind == Kind.TOMBSTONE],
        )

    def _rows(self, response: Response) -> tuple[Rows, ScannedPage[Any]]:
        rows = Rows()
        page = scanned(response, lambda item, raw: self._take(rows, item, raw))
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


def _object(response: Response) -> Item:
    item = decode_json(response)
    if not is_object(item):
        raise DecodeError("expected an object")
    return item
