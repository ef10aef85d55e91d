"""Wall clocks and UTC agree with zoneinfo around every change of offset."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from itertools import islice
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from kloudsync.recurrence import Recurrence
from kloudsync.recurrence.clocks import FixedClock, clock_of

ZONES = [
    "Europe/Paris",
    "Europe/London",
    "Europe/Dublin",  # winter time is the negative one
    "Europe/Moscow",  # changed its standard time twice
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",  # changes at midnight
    "America/St_Johns",  # changes at 00:01, offset of half an hour
    "America/Caracas",  # half an hour without summer time
    "Africa/Casablanca",  # an hour back for Ramadan
    "Africa/Cairo",
    "Asia/Tehran",
    "Asia/Gaza",
    "Asia/Pyongyang",
    "Australia/Sydney",
    "Australia/Lord_Howe",  # changes by 30 minutes
    "Pacific/Apia",  # skipped a day
    "Antarctica/Troll",  # changes by two hours
]
EPOCH = datetime(1970, 1, 1)
STEP = timedelta(minutes=15)


class Foreign(tzinfo):
    """A zone of somebody else's making, which cannot be hashed."""

    def __hash__(self) -> int:
        """Refuse, as the zones of some libraries do."""
        raise TypeError

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """Return two hours in the second half of a year, else one."""
        return timedelta(hours=2 if moment and moment.month > 6 else 1)

    def tzname(self, _moment: datetime | None) -> str:
        """Return its name."""
        return "Foreign"

    def dst(self, _moment: datetime | None) -> timedelta:
        """Return nothing: the offset says it all."""
        return timedelta(0)


@cache
def changes(zone: ZoneInfo) -> list[datetime]:
    """Return the last naive UTC half day before each change of offset from 2000 to 2037."""
    hours = (datetime(2000, 1, 1, tzinfo=UTC) + timedelta(hours=12 * n) for n in range(27_760))
    found: list[datetime] = []
    before: datetime | None = None
    for hour in hours:
        if before and hour.astimezone(zone).utcoffset() != before.astimezone(zone).utcoffset():
            found.append(before.replace(tzinfo=None))
        before = hour
    return found


def instant_of(wall: datetime, zone: ZoneInfo) -> int:
    """Return the instant of a wall time, read as RFC 5545 3.3.5 says, by zoneinfo."""
    return int(wall.replace(tzinfo=zone, fold=0).timestamp())


@pytest.mark.parametrize("name", ZONES)
def test_every_change_from_2000_to_2037_is_met_exactly(name: str) -> None:
    """Wall times around each change become zoneinfo's instants, in order and each once."""
    zone = ZoneInfo(name)
    clock = clock_of(zone)
    found = changes(zone)
    assert found
    for change in found:
        near = change + cast("timedelta", change.replace(tzinfo=UTC).astimezone(zone).utcoffset())
        walls = [near + STEP * n for n in range(-120, 160)]
        expected = sorted({instant_of(wall, zone) for wall in walls})
        instants = clock.to_utc([int((wall - EPOCH).total_seconds()) for wall in walls])
        assert instants == expected
        shown = [datetime.fromtimestamp(at, zone).replace(tzinfo=None) for at in instants]
        back = [EPOCH + timedelta(seconds=wall) for wall in clock.to_wall(instants)]
        assert back == [moment.replace(fold=0) for moment in shown]


@pytest.mark.parametrize("name", ZONES)
def test_a_series_runs_through_each_change_in_order(name: str) -> None:
    """A series of every quarter of an hour yields its instants in order, whole and in windows."""
    zone = ZoneInfo(name)
    for change in changes(zone)[::4]:
        start = (change - timedelta(hours=6)).replace(tzinfo=UTC).astimezone(zone)
        series = Recurrence.parse(["RRULE:FREQ=MINUTELY;INTERVAL=15"], start)
        end = change.replace(tzinfo=UTC) + timedelta(hours=30)
        wall = start.replace(tzinfo=None, fold=0)
        walls = [wall + STEP * n for n in range(180)]
        instants = sorted({instant_of(wall, zone) for wall in walls})
        expected = [at for at in instants if at < end.timestamp()]
        moments = cast("list[datetime]", list(islice(series, len(expected))))
        assert [int(moment.timestamp()) for moment in moments] == expected
        assert series.starts_between_utc(expected[20], expected[-20]) == expected[20:-20]


def test_a_skipped_time_moves_forward_by_the_gap() -> None:
    """02:30 on the night when 02:00 becomes 03:00 happens at 03:30."""
    start = datetime(2026, 3, 28, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=3"], start)
    assert [str(moment) for moment in series] == [
        "2026-03-28 02:30:00+01:00",
        "2026-03-29 03:30:00+02:00",
        "2026-03-30 02:30:00+02:00",
    ]


def test_of_a_doubled_time_the_first_counts() -> None:
    """02:30 on the night when 03:00 becomes 02:00 happens in summer time."""
    start = datetime(2026, 10, 24, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2"], start)
    assert [str(moment) for moment in series] == [
        "2026-10-24 02:30:00+02:00",
        "2026-10-25 02:30:00+02:00",
    ]


def test_the_day_that_samoa_skipped_is_the_next_one() -> None:
    """A daily series at noon has one occurrence less around 30 December 2011."""
    start = datetime(2011, 12, 28, 12, tzinfo=ZoneInfo("Pacific/Apia"))
    series = Recurrence.parse(["RRULE:FREQ=DAILY"], start)
    assert [str(moment)[:16] for moment in islice(series, 4)] == [
        "2011-12-28 12:00",
        "2011-12-29 12:00",
        "2011-12-31 12:00",
        "2012-01-01 12:00",
    ]


def test_an_rdate_may_name_the_second_of_two_equal_times() -> None:
    """An RDATE in UTC in the doubled hour comes back with fold 1."""
    start = datetime(2026, 10, 20, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    series = Recurrence.parse(["RDATE:20261025T013000Z"], start)
    last = series.last()
    assert isinstance(last, datetime)
    assert (last.fold, last.timestamp()) == (
        1,
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC).timestamp(),
    )


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261025T004500Z", "2026-10-25 02:30:00+02:00"),
        ("20261025T010500Z", "2026-10-25 02:50:00+02:00"),
        ("20261025T015900Z", "2026-10-25 02:50:00+02:00"),
        ("20261025T020000Z", "2026-10-25 03:00:00+01:00"),
    ],
)
def test_until_in_a_doubled_hour_is_an_instant(until: str, last: str) -> None:
    """UNTIL within the second pass lets through all of the first."""
    start = datetime(2026, 10, 25, 1, tzinfo=ZoneInfo("Europe/Paris"))
    rule = f"RRULE:FREQ=MINUTELY;BYMINUTE=0,30,50;UNTIL={until}"
    assert str(Recurrence.parse([rule], start).last()) == last


def test_until_in_a_doubled_hour_counts_no_more_than_it_lets_through() -> None:
    """Down to the second: an hour that was doubled is over where the clock says so."""
    start = datetime(2026, 10, 25, 1, 30, tzinfo=ZoneInfo("Europe/Paris"))
    for until, count in (("013030", 3), ("015959", 3), ("020000", 4)):
        rule = f"RRULE:FREQ=MINUTELY;BYMINUTE=0,30;UNTIL=20261025T{until}Z"
        assert Recurrence.parse([rule], start).count() == count


def test_the_second_pass_of_a_doubled_hour_begins_with_the_change() -> None:
    """It ends as the clock shows a time for the first time again."""
    clock, change = clock_of(ZoneInfo("Europe/Paris")), datetime(2026, 10, 25, 1, tzinfo=UTC)
    seconds = [int(change.timestamp()) + second for second in (-1, 0, 3599, 3600)]
    assert [clock.is_second(second) for second in seconds] == [False, True, True, False]


def test_the_clock_shows_its_new_time_from_the_change_on() -> None:
    """Whether it is the only one, the first or the last that is asked for."""
    clock, change = clock_of(ZoneInfo("Europe/Paris")), datetime(2026, 3, 29, 1, tzinfo=UTC)
    at = int(change.timestamp())
    before, after = at - 1 + 3600, at + 2 * 3600
    assert [clock.wall(at - 1), clock.wall(at)] == [before, after]
    assert clock.to_wall([at - 1, at]) == [before, after]
    assert clock.to_wall([at]) == [after]
    assert clock.to_wall([at - 1]) == [before]


@pytest.mark.parametrize("zone", [UTC, ZoneInfo("UTC"), ZoneInfo("Etc/UTC")], ids=str)
def test_utc_by_any_name_never_changes(zone: tzinfo) -> None:
    """Its clock is not asked for its offset again and again."""
    assert isinstance(clock_of(zone), FixedClock)


def test_until_just_after_a_gap_leaves_out_what_moved_beyond_it() -> None:
    """A skipped 02:30 that moved to 03:30 lies after an UNTIL of 03:10."""
    start = datetime(2026, 3, 29, 1, 30, tzinfo=ZoneInfo("Europe/Paris"))
    rule = "RRULE:FREQ=MINUTELY;BYMINUTE=0,30;UNTIL=20260329T011000Z"
    assert [str(moment)[11:16] for moment in Recurrence.parse([rule], start)] == ["01:30", "03:00"]


@pytest.mark.parametrize(
    ("wall", "settled"),
    [
        (datetime(2026, 3, 29, 1, 59, 59), datetime(2026, 3, 29, 1, 59, 59)),
        (datetime(2026, 3, 29, 2), datetime(2026, 3, 29, 4)),
        (datetime(2026, 3, 29, 3, 59, 59), datetime(2026, 3, 29, 4)),
        (datetime(2026, 3, 29, 4), datetime(2026, 3, 29, 4)),
        (datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 2, 30)),
    ],
    ids=["before a gap", "in a gap", "where skipped times move to", "after", "in a doubled hour"],
)
def test_times_around_a_gap_are_in_order_from_where_skipped_ones_have_moved(
    wall: datetime, settled: datetime
) -> None:
    """What a gap skips happens among the hour after it, which is over before instants rise again."""
    seconds = [int((one - EPOCH).total_seconds()) for one in (wall, settled)]
    assert clock_of(ZoneInfo("Europe/Paris")).settled(seconds[0]) == seconds[1]


def test_fixed_offsets_and_foreign_zones_have_clocks() -> None:
    """A fixed offset is one subtraction; a zone that cannot be hashed works, but is not kept."""
    fixed = clock_of(timezone(timedelta(hours=-7)))
    assert fixed.to_utc([0]) == [7 * 3600]
    assert fixed.to_wall([7 * 3600]) == [0]
    assert not fixed.is_second(0)
    start = datetime(2026, 6, 30, 12, tzinfo=Foreign())
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2"], start)
    assert [moment.timestamp() for moment in cast("list[datetime]", list(series))] == [
        datetime(2026, 6, 30, 11, tzinfo=UTC).timestamp(),
        datetime(2026, 7, 1, 10, tzinfo=UTC).timestamp(),
    ]


def test_the_zone_by_name_counts_beside_a_foreign_one() -> None:
    """Series that cannot be kept for their zone are read as those that are."""
    start = datetime(2026, 6, 30, 12, tzinfo=Foreign())
    series = Recurrence.parse(["RRULE:FREQ=DAILY;COUNT=2"], start, zone="Europe/Paris")
    assert series.zone == "Europe/Paris"
    paris = ZoneInfo("Europe/Paris")
    first = start.astimezone(UTC).astimezone(paris)
    assert list(series) == [first, first + timedelta(days=1)]


@pytest.mark.parametrize("zone", [None, UTC, ZoneInfo("America/New_York")], ids=str)
def test_seconds_are_streamed_without_a_gap(zone: tzinfo | None) -> None:
    """Wherever one stretch that is looked at ends and the next begins."""
    start = datetime(2026, 10, 24, 23, 59, 30, tzinfo=zone)
    series = Recurrence.parse(["RRULE:FREQ=SECONDLY"], start)
    expected = [start + timedelta(seconds=n) for n in range(4000)]
    assert list(islice(series, 4000)) == expected


def test_sparse_instants_of_centuries_keep_their_zone() -> None:
    """Occurrences many years apart are converted as those next to each other are."""
    zone = ZoneInfo("America/New_York")
    start = datetime(1950, 7, 4, 9, tzinfo=zone)
    series = Recurrence.parse(["RRULE:FREQ=YEARLY;INTERVAL=40;COUNT=20"], start)
    expected = [start.replace(year=1950 + 40 * n) for n in range(20)]
    assert list(series) == expected
    assert series.between(expected[0], expected[-1]) == expected[:-1]
