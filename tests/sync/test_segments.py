"""What split detection reads from stored series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from attrs import field, frozen

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.state import CalendarState, SeriesLink
from kloudsync.recurrence import ICALENDAR, Recurrence, rule_except_bound
from kloudsync.sync.segments import read_evidence
from kloudsync.sync.series import DAY, Evidence, Segment

KEY = CalendarKey("google", "default", "primary")
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
"""A Monday, nine o'clock in Paris."""

Staged = list[tuple[EventRecord | None, EventRecord]]


@frozen
class Shelf:
    """A pass that staged some series, in a calendar of a zone."""

    series: Staged
    zone: str | None = None
    families: list[list[EventRecord]] = field(factory=list[list[EventRecord]])

    def staged_series(self, key: CalendarKey) -> Iterator[tuple[EventRecord | None, EventRecord]]:
        """Yield each series as it was and as it is."""
        return iter(self.series)

    def staged_families(self, key: CalendarKey) -> Iterator[list[EventRecord]]:
        """Yield the families."""
        return iter(self.families)

    def records(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return nothing visible."""
        return {}

    def staged(self, key: CalendarKey, ids: Sequence[str]) -> dict[str, EventRecord]:
        """Return nothing staged."""
        return {}

    def beginning(self, key: CalendarKey, start: int, end: int) -> list[EventRecord]:
        """Return no series that stands there."""
        return []

    def links(self, key: CalendarKey) -> list[SeriesLink]:
        """Return no links."""
        return []

    def state(self, key: CalendarKey) -> CalendarState:
        """Return a state that knows the zone."""
        return CalendarState(zone=self.zone)


@frozen
class Facts:
    """A source whose masters tell nothing beyond their columns, unless told otherwise."""

    told: SeriesFacts = field(factory=SeriesFacts)
    key = KEY
    reading = ICALENDAR

    def series_facts(self, record: EventRecord) -> SeriesFacts:
        """Return the same of every master."""
        return self.told

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Name no series that goes on."""
        return ()


def master(rule: str, zone: str | None = "UTC", *, all_day: bool = False) -> EventRecord:
    """Describe a series."""
    start = int(START.timestamp())
    return EventRecord(
        "a",
        Kind.SERIES,
        "{}",
        start=start - start % DAY if all_day else start,
        all_day=int(all_day),
        zone=zone,
        recurrence=f"RRULE:{rule}",
    )


def evidence(staged: Staged, zone: str | None = None, *, first: bool = False) -> Evidence:
    """Read what a pass says."""
    return read_evidence(Shelf(staged, zone), Facts(), first=first)


def cut(before: str, after: str) -> list[datetime]:
    """Return where a series was cut by a change of its rule."""
    found = evidence([(master(before), master(after))])
    return [datetime.fromtimestamp(trim.at, UTC) for trim in found.trims]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;UNTIL=20260316T080000Z"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY;COUNT=9", "FREQ=WEEKLY;UNTIL=20260322"),
        ("FREQ=WEEKLY;UNTIL=20260801", "COUNT=3;FREQ=WEEKLY"),
        ("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;WKST=SU;COUNT=3"),
    ],
)
def test_a_series_is_cut_where_its_first_lost_occurrence_was(before: str, after: str) -> None:
    """Whichever way the ends are written."""
    assert cut(before, after) == [datetime(2026, 3, 23, 8, tzinfo=UTC)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY"),
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=9"),
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;UNTIL=20260316T080000Z"),
        ("FREQ=WEEKLY;COUNT=3", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY", "FREQ=DAILY;COUNT=3"),
        ("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2;COUNT=3"),
        ("FREQ=NEVER", "FREQ=WEEKLY;COUNT=3"),
        ("FREQ=WEEKLY", "FREQ=NEVER"),
    ],
)
def test_a_series_that_lost_nothing_to_an_end_is_not_cut(before: str, after: str) -> None:
    """Longer, equal, another rule, or one that nobody can read."""
    assert cut(before, after) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (["RRULE:FREQ=WEEKLY;COUNT=4"], ["RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE:20260323T080000Z"]),
        (["RRULE:FREQ=WEEKLY;COUNT=4", "RDATE:20260601T080000Z"], ["RRULE:FREQ=WEEKLY;COUNT=4"]),
    ],
    ids=["the last occurrence is left out", "a later date is taken back"],
)
def test_only_an_earlier_end_of_the_rule_is_a_cut(before: list[str], after: list[str]) -> None:
    """What the lines say of single dates is an edit of the series, and no "this and following"."""
    staged = [tuple(master("X")._replace(recurrence="\n".join(one)) for one in (before, after))]
    assert evidence(staged).trims == []  # type: ignore[arg-type]


def test_a_later_date_of_its_own_does_not_move_the_cut() -> None:
    """The slot is the first that the rule lost, whatever else the series has beyond."""
    kept = master("FREQ=WEEKLY;COUNT=2")
    kept = kept._replace(recurrence=f"{kept.recurrence}\nRDATE:20260601T080000Z")
    found = evidence([(master("FREQ=WEEKLY"), kept)])
    assert [trim.at for trim in found.trims] == [datetime(2026, 3, 16, 8, tzinfo=UTC).timestamp()]


def test_placeholder_stamps_of_imports_tie_nothing() -> None:
    """A stamp that says 1900 is none."""

    class Imported(Facts):
        def series_facts(self, record: EventRecord) -> SeriesFacts:
            return SeriesFacts(created=datetime(1900, 1, 1, tzinfo=UTC).timestamp())

    record = master("FREQ=WEEKLY")._replace(created="1900-01-01T12:00:00.000Z")
    (born,) = read_evidence(Shelf([(None, record)]), Imported(), first=False).born
    assert born.stamp is None


def test_a_series_without_a_zone_is_cut_on_the_calendar_s_clock() -> None:
    """Nine o'clock in Paris is an hour earlier in UTC once summer time has come."""
    before, after = (master(rule, zone=None) for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=4"))
    found = evidence([(before, after)], "Europe/Paris")
    assert [trim.at for trim in found.trims] == [datetime(2026, 3, 30, 7, tzinfo=UTC).timestamp()]


def test_a_series_of_another_zone_is_cut_on_its_own_clock() -> None:
    """The calendar's zone is for series that name none."""
    before, after = (
        master(rule, zone="Europe/Paris") for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=4")
    )
    found = evidence([(before, after)], "Asia/Tokyo")
    assert [trim.at for trim in found.trims] == [datetime(2026, 3, 30, 7, tzinfo=UTC).timestamp()]


def test_families_without_a_zone_are_on_the_calendar_s_clock() -> None:
    """As what was cut or born in the pass is."""
    record = master("FREQ=WEEKLY;COUNT=5", zone=None)
    shelf = Shelf([], "Europe/Paris", families=[[record]])
    ((segment,),) = read_evidence(shelf, Facts(), first=True).families
    assert segment.last == datetime(2026, 3, 30, 7, tzinfo=UTC).timestamp()


def test_days_have_no_zone() -> None:
    """An all-day series is cut at a midnight UTC, wherever its calendar is."""
    before, after = (
        master(rule, zone=None, all_day=True) for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=4")
    )
    found = evidence([(before, after)], "America/Los_Angeles")
    assert [trim.at for trim in found.trims] == [datetime(2026, 3, 30, tzinfo=UTC).timestamp()]


def test_a_series_that_was_moved_is_not_cut() -> None:
    """With another start its occurrences are others, whatever its end."""
    later = master("FREQ=WEEKLY;COUNT=3")._replace(start=int(START.timestamp()) + DAY)
    assert evidence([(master("FREQ=WEEKLY"), later)]).trims == []


def test_what_was_left_out_is_not_what_was_lost() -> None:
    """All lines of a recurrence count: an occurrence that never took place can't be cut off."""
    before, after = (
        master(f"{rule}\nEXDATE:20260323T080000Z")
        for rule in ("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=3")
    )
    found = evidence([(before, after)])
    assert [trim.at for trim in found.trims] == [datetime(2026, 3, 30, 8, tzinfo=UTC).timestamp()]


def test_a_new_series_is_born_with_its_end() -> None:
    """It is a segment that begins and ends, and was not cut."""
    found = evidence([(None, master("FREQ=WEEKLY;COUNT=3"))])
    assert [(one.start, one.last) for one in found.born] == [
        (int(START.timestamp()), int(START.timestamp()) + 14 * DAY)
    ]
    assert found.trims == []


@pytest.mark.parametrize("missing", ["start", "recurrence"])
def test_a_series_that_says_too_little_has_no_end(missing: str) -> None:
    """Without start or rule nothing is known of its occurrences."""
    record = master("FREQ=WEEKLY;COUNT=3")
    record = record._replace(start=None) if missing == "start" else record._replace(recurrence=None)
    (born,) = evidence([(None, record)]).born
    assert (born.start, born.last) == (record.start or 0, None)


def test_what_a_master_tells_is_compared_as_it_is() -> None:
    """Columns and facts of the source make one segment."""
    told = SeriesFacts(
        slot=1, created=2.0, updated=3.0, title="Review", organizer="o@example.com", sequence=4
    )
    record = master("FREQ=WEEKLY;COUNT=3")._replace(lineage="stem", created="T")
    start = int(START.timestamp())
    record = record._replace(end=start + 3600)
    expected = Segment(
        id="a",
        start=start,
        last=start + 14 * DAY,
        next=start + 21 * DAY,
        period=7 * DAY,
        length=3600,
        rule=rule_except_bound(Recurrence.parse(["RRULE:FREQ=WEEKLY"], start=START)),
        lineage="stem",
        slot=1,
        stamp="T",
        created=2.0,
        updated=3.0,
        title="Review",
        organizer="o@example.com",
        sequence=4,
    )
    shelf = Shelf([(None, record)], families=[[record]])
    found = read_evidence(shelf, Facts(told), first=False)
    assert (found.born, found.families) == ([expected], [[expected]])


def test_on_the_first_sync_nothing_is_born_or_cut() -> None:
    """There was nothing before that it could be compared with."""
    found = evidence([(None, master("FREQ=WEEKLY;COUNT=3"))], first=True)
    assert (found.born, found.trims, found.first) == ([], [], True)


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", 7),
        ("FREQ=WEEKLY", 7),
        ("FREQ=DAILY;INTERVAL=2", 14),
        ("FREQ=WEEKLY;INTERVAL=2", 14),
        ("FREQ=WEEKLY;INTERVAL=12;BYDAY=1MO", 84),
        ("FREQ=WEEKLY;INTERVAL=", 7),
        ("INTERVAL=3;FREQ=MONTHLY;BYMONTHDAY=2", 93),
        ("FREQ=YEARLY", 366),
    ],
)
def test_the_period_of_a_rule_is_that_of_its_frequency_and_interval(rule: str, days: int) -> None:
    """Days count as weeks, by which daily series are moved as often."""
    assert [one.period for one in evidence([(None, master(rule))]).born] == [days * DAY]


def test_a_series_cut_before_its_first_occurrence_ends_before_it_starts() -> None:
    """Nothing is left of it, and everything from its start on was lost."""
    found = evidence([(master("FREQ=WEEKLY"), master("FREQ=WEEKLY;UNTIL=20260101T000000Z"))])
    assert [(trim.segment.last, trim.at) for trim in found.trims] == [
        (int(START.timestamp()) - 1, int(START.timestamp()))
    ]
