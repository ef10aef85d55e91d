"""Events as an iCalendar object, for other programs to read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from unicodedata import category

from kloudsync.errors import RecurrenceError, UsageError
from kloudsync.ical.library import library
from kloudsync.model.attendee import Attendee, Person
from kloudsync.model.event import CancelledOccurrence, Event, Held, Series, SeriesException
from kloudsync.model.times import Time, aware
from kloudsync.recurrence import ICALENDAR, Reading, Recurrence
from kloudsync.runtime.version import version

ID: Final = "X-KLOUDSYNC-ID"
"""The provider's id of an event, which a UID is not."""

_CLASSES: Final = {"public": "PUBLIC", "private": "PRIVATE", "confidential": "CONFIDENTIAL"}
_STEERING: Final = frozenset({"Cc", "Zl", "Zp"})
_TEXTS: Final = {"title": "SUMMARY", "description": "DESCRIPTION", "location": "LOCATION"}


def export(
    events: Iterable[Held],
    *,
    now: datetime,
    name: str | None = None,
    zone: str | None = None,
    reading: Reading = ICALENDAR,
) -> bytes:
    """Return events as one iCalendar object, in UTF-8, with the zones that they name.

    Series keep their rules, exceptions name the occurrence that they stand for, and cancelled
    occurrences are dates that their series leaves out. Segments of a divided series become series
    of their own. What a copy holds can be exported as it is: `export(engine.events(), now=…)`.

    Args:
        events: What is held.
        now: When it is written, aware; where an event does not say when it changed, this stands.
        name: What calendar programs call it, or None.
        zone: Where its days begin, such as `copy.state().zone`, or None.
        reading: Whose reading of the recurrence lines counts; `GOOGLE` for copies from there, of
            which the lines are written as iCalendar means them.

    Raises:
        MissingExtra: icalendar is not installed.
        UsageError: `now` is naive.
    """
    stamp, every = aware(now, "now").astimezone(UTC), list(events)
    calendar = library().Calendar()
    calendar.add("prodid", f"-//kloudsync//kloudsync {version()}//EN")
    calendar.add("version", "2.0")
    for property_name, said in (("x-wr-calname", name), ("x-wr-timezone", zone)):
        if said is not None:
            calendar.add(property_name, _inline(said))
    cancelled = _cancelled(every)
    uids = _uids(every)
    for event in every:
        if isinstance(event, Event):
            calendar.add_component(_component(event, uids, cancelled, stamp, reading))
    calendar.add_missing_timezones()
    written: bytes = calendar.to_ical()
    return written


def _uids(events: Iterable[Held]) -> Mapping[str, str]:
    """Return the UID of each single event and series: of segments of one series each its own."""
    masters = [
        one for one in events if isinstance(one, Event) and not isinstance(one, SeriesException)
    ]
    shared = Counter(one.ical_uid for one in masters)
    return {
        one.id: one.ical_uid if one.ical_uid and shared[one.ical_uid] == 1 else one.id
        for one in masters
    }


def _cancelled(events: Iterable[Held]) -> Mapping[str, list[Time]]:
    found: defaultdict[str, list[Time]] = defaultdict(list)
    for event in events:
        if isinstance(event, CancelledOccurrence):
            found[event.series].append(event.original_start)
    return found


def _component(
    event: Event,
    uids: Mapping[str, str],
    cancelled: Mapping[str, list[Time]],
    stamp: datetime,
    reading: Reading,
) -> Any:
    component = _recurring(event, cancelled, reading) if isinstance(event, Series) else _bare()
    of = event.series if isinstance(event, SeriesException) else event.id
    component.add("uid", _inline(uids.get(of, event.ical_uid or of)))
    component.add(ID, _inline(event.id))
    component.add("dtstamp", (event.updated or event.created or stamp).astimezone(UTC))
    component.add("dtstart", event.start)
    component.add("dtend", event.end)
    if isinstance(event, SeriesException):
        component.add("recurrence-id", event.original_start)
    for member, property_name in _properties(event):
        component.add(property_name, member)
    for attendee in event.attendees or ():
        if attendee.email:
            component.add("attendee", _attendee(attendee), encode=0)
    return component


def _bare() -> Any:
    return library().Event()


def _recurring(series: Series, cancelled: Mapping[str, list[Time]], reading: Reading) -> Any:
    """Return a component with the lines of a series, as iCalendar means them."""
    lines = _lines(series, reading)
    component = library().Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
    gone = cancelled.get(series.id)
    if gone:
        component.add("exdate", sorted(gone))
    return component


def _lines(series: Series, reading: Reading) -> list[str]:
    try:
        parsed = Recurrence.parse(
            series.recurrence, series.start, end=series.end, zone=series.zone, reading=reading
        )
        return parsed.lines()
    except (RecurrenceError, UsageError):
        # Nobody can tell when it takes place; its first occurrence is what is left of it.
        return []


def _properties(event: Event) -> Iterator[tuple[Any, str]]:
    """Yield what an event says of itself, with the name of the property that says it."""
    for member, name in _TEXTS.items():
        if (text := getattr(event, member)) is not None:
            yield _lined(text), name
    if event.status is not None:
        yield _inline(str(event.status).upper()), "STATUS"
    if event.visibility in _CLASSES:
        yield _CLASSES[str(event.visibility)], "CLASS"
    if event.busy is not None:
        yield "OPAQUE" if event.busy else "TRANSPARENT", "TRANSP"
    if event.organizer is not None and event.organizer.email:
        yield _person(event.organizer), "ORGANIZER"
    for stamp, name in ((event.created, "CREATED"), (event.updated, "LAST-MODIFIED")):
        if stamp is not None:
            yield stamp.astimezone(UTC), name
    if event.url is not None:
        yield _inline(event.url), "URL"


def _person(person: Person | Attendee) -> Any:
    address = library().vCalAddress(f"mailto:{_inline(person.email or '')}")
    if person.name:
        address.params["CN"] = _inline(person.name)
    return address


def _attendee(attendee: Attendee) -> Any:
    address = _person(attendee)
    address.params["PARTSTAT"] = _inline(str(attendee.reply).upper())
    address.params["ROLE"] = "OPT-PARTICIPANT" if attendee.optional else "REQ-PARTICIPANT"
    if attendee.resource:
        address.params["CUTYPE"] = "RESOURCE"
    return address


def _lined(text: str) -> str:
    """Return a text whose lines break as iCalendar can write it, without other control characters.

    Programs differ in what they take for a line break; one that is left in begins a property for some.
    """
    return "\n".join(_inline(line, but="\t") for line in _sound(text).splitlines())


def _sound(text: str) -> str:
    """Return a text as UTF-8 can say it: JSON knows halves of characters, which are replaced."""
    return text.encode("utf-8", "replace").decode()


def _inline(text: str, *, but: str = "") -> str:
    """Return a text without control characters, where iCalendar has no way to escape them.

    Left in, a line break would begin a property of a stranger's choice.
    """
    return "".join(one for one in _sound(text) if one in but or category(one) not in _STEERING)
