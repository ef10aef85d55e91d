"""Lists of dates are read together where that can be, and mean what each of their values means."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from kloudsync.errors import RecurrenceError
from kloudsync.recurrence import GOOGLE, ICALENDAR
from kloudsync.recurrence.date_lists import DateLists
from kloudsync.recurrence.kinds import Floating, Kind, kind_in, kind_of
from kloudsync.recurrence.parts import Parts, read
from kloudsync.recurrence.stamps import Length

NINE: Final = 9 * 3600
FORMS = (
    *("%Y%m%d", "%Y-%m-%d", "%Y%m%dZ", "%Y%m%dT%H%M", "%Y%m%dT%H%MZ", "%Y%m%dT%H%M%S"),
    *("%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m%d %H%M:%S", "%Y%m%dt%H%M%Sz"),
    *("%Y%m%dT%H%M%S+0100", "%Y-%m-%dT%H:%M:%S-09:30", "%Y%m%dT%H%M%S+2359"),
    *("%Y%m%dT%H%M%SZ/PT1H", "%Y%m%dT%H%M%S/P1DT1H", "%Y%m%dT%H%M%S/PT%HM", "%Y%m%d/P1D"),
    *("%Y%m%dT%H%M%SZ/%Y%m%dT%H%M59Z", "%Y%m%dT%H%M60Z", "%Y%m%dT%H%M%S.5Z", ""),
    *("%Y%m%dT240000Z", "%Y0230", "0000%m%d", "%Y%m%dT%H%M%SZ/x", "0001%m%d", "9999%m%dT%H%M%SZ"),
)
MOMENTS = st.one_of(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    st.sampled_from((datetime(2026, 3, 29, 2, 30), datetime(2026, 10, 25, 2, 30))),
    st.datetimes(datetime(1000, 1, 1), datetime(9999, 12, 30)),
)
LISTS = st.one_of(
    st.tuples(st.sampled_from(FORMS), st.lists(MOMENTS, min_size=1, max_size=9)).map(
        lambda drawn: [at.strftime(drawn[0]) for at in drawn[1]]
    ),
    st.lists(
        st.tuples(MOMENTS, st.sampled_from(FORMS)).map(lambda drawn: drawn[0].strftime(drawn[1])),
        min_size=1,
        max_size=9,
    ),
)
KINDS: tuple[Kind, ...] = (
    kind_of(datetime(2026, 1, 5).date()),
    Floating(),
    kind_in(ZoneInfo("Europe/Paris")),
    kind_in(ZoneInfo("UTC")),
)


def outcome(line: str, kind: Kind, *, google: bool, zone: str | None) -> Parts | str:
    """Return what a line says, its repairs in any order, or what is wrong with it."""
    try:
        parts = read([line], NINE, kind, reading=GOOGLE if google else ICALENDAR, zone=zone)
    except RecurrenceError as error:
        return f"{error} @ {error.column}"
    repairs = sorted(parts.repairs, key=lambda one: (one.action, one.text))
    return evolve(parts, repairs=tuple(repairs))


def never(*_: object) -> bool:
    """Read nothing together."""
    return False


@settings(deadline=None)
@given(
    name=st.sampled_from(("RDATE", "EXDATE", "RDATE;TZID=America/New_York", "EXDATE;TZID=Nowhere")),
    items=LISTS,
    kind=st.sampled_from(KINDS),
    google=st.booleans(),
    zone=st.sampled_from((None, "Asia/Tokyo")),
)
def test_a_list_says_what_each_of_its_values_says(
    name: str, items: list[str], kind: Kind, *, google: bool, zone: str | None
) -> None:
    """Written alike or not, good or bad, in series of every kind."""
    line = f"{name}:{','.join(items)}"
    together = outcome(line, kind, google=google, zone=zone)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DateLists, "_together", never)
        alone = outcome(line, kind, google=google, zone=zone)
    assert together == alone


@pytest.mark.parametrize("form", FORMS[:17])
def test_values_that_are_written_alike_are_read_together(form: str) -> None:
    """Whatever their form, as long as it is one that calendars use."""
    days = [datetime(2026, 1, 5, 9) + timedelta(days=day) for day in range(50)]
    line = f"RDATE:{','.join(day.strftime(form) for day in days)}"
    with pytest.MonkeyPatch.context() as patch:
        patch.delattr(DateLists, "_each")
        parts = read([line], NINE, KINDS[2])
    assert len(parts.rdates) == 50


def test_what_is_read_alone_after_all_is_told_once() -> None:
    """Two periods of one day are none that could be read together."""
    line = "RDATE:20260101T000000Z/PT1H,20260101T000001Z/PT1H"
    parts = read([line], NINE, KINDS[0])
    assert [one.text for one in parts.repairs] == line.removeprefix("RDATE:").split(",")


def test_a_bad_value_is_named_by_its_column() -> None:
    """Wherever it stands among good ones."""
    with pytest.raises(RecurrenceError, match="no such day") as caught:
        read(["RDATE:20260105, 20260231,20260106"], NINE, KINDS[2])
    assert caught.value.column == 16


def test_of_many_repairs_some_are_told() -> None:
    """A feed may hold thousands of one fault."""
    days = [datetime(2026, 1, 5) + timedelta(days=day) for day in range(300)]
    parts = read([f"EXDATE:{','.join(day.strftime('%Y%m%d') for day in days)}"], NINE, KINDS[2])
    assert (len(parts.exdays), len(parts.repairs)) == (300, 20)


def test_of_two_periods_at_one_time_the_last_one_counts() -> None:
    """As where each stands in a line of its own."""
    stamp = "20260106T090000"
    parts = read([f"RDATE;VALUE=PERIOD:{stamp}/PT1H,{stamp}/PT2H"], NINE, KINDS[2])
    assert [length for _, length in parts.periods] == [Length(0, 7200)]
