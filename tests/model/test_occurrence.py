from datetime import UTC, date, datetime, timedelta

import pytest
from tests.agenda.rows import HOUR, ONE_DAY, at, moved, series, single
from tests.agenda.shelf import KEY, holding, view

from kloudsync.agenda import occurrences
from kloudsync.model.event import SingleEvent
from kloudsync.model.occurrence import length

WINDOW = at("2026-01-05T00:00"), at("2026-01-06T00:00")


def test_a_single_event_is_its_own_occurrence() -> None:
    """It has an id and times in its zone, and neither series nor original start."""
    store = holding([single("a", at("2026-01-05T09:00", "Europe/Paris"))])
    (one,) = occurrences(store, [view()], *WINDOW)
    assert (one.id, one.series, one.original_start, one.all_day) == ("a", None, None, False)
    assert one.start == at("2026-01-05T09:00", "Europe/Paris")
    assert isinstance(one.start, datetime)
    assert str(one.start.tzinfo) == "Europe/Paris"
    assert one.end == at("2026-01-05T10:00", "Europe/Paris")
    assert one.calendar == KEY


def test_an_occurrence_of_a_series_is_named_in_the_providers_form() -> None:
    """The reading of the calendar says what an occurrence without a row is called."""
    first = at("2026-01-05T09:00")
    (one,) = occurrences(holding([series("a", first, "RRULE:FREQ=DAILY")]), [view()], *WINDOW)
    assert one.id == f"a_{one.slot}"
    assert (one.series, one.original_start) == ("a", first)


def test_an_occurrence_of_whole_days_has_dates() -> None:
    """The end is exclusive, and the id is that of a date."""
    day = date(2026, 1, 4)
    row = series("a", day, "RRULE:FREQ=WEEKLY", length=2 * ONE_DAY)
    (one,) = occurrences(holding([row]), [view()], *WINDOW)
    assert (one.start, one.end) == (day, day + timedelta(days=2))
    assert (one.id, one.original_start, one.all_day) == (f"a_{one.slot}d", day, True)


def test_an_exception_has_its_own_row_and_the_identity_of_what_it_replaces() -> None:
    """Series and original start stay, wherever it moves."""
    master = series("a", at("2026-01-01T09:00"), "RRULE:FREQ=DAILY;COUNT=2")
    row = moved(master, at("2026-01-02T09:00"), at("2026-01-05T12:00"))
    (one,) = occurrences(holding([master, row]), [view()], *WINDOW)
    assert (one.id, one.series) == (row.id, "a")
    assert one.original_start == at("2026-01-02T09:00")


def test_the_typed_event_is_built_on_request() -> None:
    """An occurrence shows the event that its row holds."""
    (one,) = occurrences(holding([single("a", at("2026-01-05T09:00"))]), [view()], *WINDOW)
    assert isinstance(one.event, SingleEvent)
    assert one.event.id == "a"


def test_an_event_in_an_unknown_zone_shows_in_utc() -> None:
    """The instant is right where the wall clock is unknown."""
    row = single("a", at("2026-01-05T09:00"), zone="Mars/Olympus")
    (one,) = occurrences(holding([row]), [view()], *WINDOW)
    assert one.start == datetime(2026, 1, 5, 9, tzinfo=UTC)


def test_a_representation_keeps_the_payload_to_itself() -> None:
    """Logs show when and which, not what."""
    row = single("a", at("2026-01-05T09:00"), raw='{"summary":"secret"}')
    (one,) = occurrences(holding([row]), [view()], *WINDOW)
    assert "secret" not in repr(one)
    assert "id='a'" in repr(one)


def test_a_length_that_nobody_knows_is_none() -> None:
    """An end before the start counts as no length, too."""
    row = single("a", at("2026-01-05T09:00"))
    assert length(row) == 3600
    assert length(row._replace(end=None)) == 0
    assert length(single("a", at("2026-01-05T09:00"), -HOUR)) == 0


@pytest.mark.parametrize(
    ("zone", "known"),
    [
        ("Mars/Olympus", False),
        ("(UTC+01:00) Nowhere", False),
        ("Eastern Time", True),
        ("GMT-07:00", True),
        (None, True),
    ],
)
def test_a_zone_that_was_guessed_is_told(zone: str | None, known: bool) -> None:
    """Whoever shows a time can say that it may be off; days have no zone to guess."""
    row = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY", zone=zone)
    (one,) = occurrences(holding([row]), [view()], *WINDOW)
    assert one.zone_known is known
    day = single("a", date(2026, 1, 5), ONE_DAY, zone=zone)
    (one,) = occurrences(holding([day]), [view()], *WINDOW)
    assert one.zone_known


def test_what_was_mended_in_a_series_is_told() -> None:
    """From the agenda, without reading the lines once more."""
    row = series("a", at("2026-01-05T09:00"), "RRULE:FREQ=DAILY;")
    whole = series("b", date(2026, 1, 5), "RRULE:FREQ=DAILY", length=ONE_DAY)
    store = holding([row, whole, single("c", at("2026-01-05T12:00"))])
    found = {one.id[0]: one.repairs for one in occurrences(store, [view()], *WINDOW)}
    assert [repair.action for repair in found["a"]] == ["dropped the trailing semicolon"]
    assert (found["b"], found["c"]) == ((), ())
