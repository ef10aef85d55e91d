from datetime import date

from tests.agenda.rows import HOUR, ONE_DAY, at, series, single
from tests.agenda.shelf import hold, holding, view

from kloudsync.agenda import occurrences
from kloudsync.model.occurrence import Occurrence

RECORDS = [
    single("z", at("2026-01-06T09:00")),
    series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=3"),
]
WINDOW = at("2026-01-05T00:00"), at("2026-02-01T00:00")


def test_an_agenda_is_a_sequence_of_occurrences() -> None:
    """It can be walked, counted, indexed and cut like a list, as often as one likes."""
    agenda = occurrences(holding(RECORDS), [view()], *WINDOW)
    walked = list(agenda)
    assert [one.id[:1] for one in walked] == ["a", "a", "z", "a"]
    assert all(type(one) is Occurrence for one in walked)
    assert len(agenda) == 4
    assert [agenda[n] for n in range(4)] == walked == list(agenda)
    assert agenda[-1] == walked[-1]
    assert agenda[1:3] == walked[1:3]
    assert list(reversed(agenda)) == walked[::-1]
    assert walked[2] in agenda
    assert "4 occurrences" in repr(agenda)


def test_an_empty_agenda_is_false() -> None:
    """Nothing takes place in an empty calendar."""
    assert not occurrences(holding([]), [view()], *WINDOW)


def test_each_occurrence_keeps_its_own_row_calendar_and_times() -> None:
    """Columns stay together where calendars, lengths and whole days come in turns."""
    one, other = view(zone="Europe/Paris"), view("other", zone="Europe/Paris")
    store = holding(
        [
            series("d", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;COUNT=2"),
            single("day", date(2026, 1, 6), ONE_DAY),
        ]
    )
    hold(store, [single("long", at("2026-01-05T10:00"), 40 * HOUR)], key=other.key)
    agenda = occurrences(store, [one, other], *WINDOW)
    assert [(x.record.id, x.calendar, x.start, x.end) for x in agenda] == [
        ("d", one.key, at("2026-01-05T09:00"), at("2026-01-05T10:00")),
        ("long", other.key, at("2026-01-05T10:00"), at("2026-01-07T02:00")),
        ("day", one.key, date(2026, 1, 6), date(2026, 1, 7)),
        ("d", one.key, at("2026-01-06T09:00"), at("2026-01-06T10:00")),
    ]
    whole_day = agenda[2]
    assert whole_day.begins == at("2026-01-05T23:00").timestamp()
    assert whole_day.slot == at("2026-01-06T00:00").timestamp()
    assert [x.slot == x.begins for x in agenda] == [True, True, False, True]
