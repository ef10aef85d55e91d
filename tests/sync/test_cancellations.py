"""Bare cancellations: what they mean, decided from values."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from kloudsync.model.record import EventRecord, Kind
from kloudsync.model.times import Time, epoch
from kloudsync.providers.google.records import read_record
from kloudsync.recurrence import GOOGLE
from kloudsync.sync.cancellations import is_open, read_cancelled


def series(
    rule: str = "RRULE:FREQ=WEEKLY", *, id_: str = "n", start: Time | None = None
) -> EventRecord:
    """Make a weekly series on Mondays at nine in Paris, unless told otherwise."""
    begins = start or datetime(2026, 1, 5, 8, tzinfo=UTC)
    dated = not isinstance(begins, datetime)
    return EventRecord(
        id_,
        int(Kind.SERIES),
        "{}",
        start=epoch(begins),
        end=epoch(begins) + 3600,
        all_day=int(dated),
        zone=None if dated else "Europe/Paris",
        recurrence=rule,
        lineage="n",
    )


def stub(event_id: str) -> EventRecord:
    """Read what a service tells by an id and a status alone."""
    record = read_record({"id": event_id, "status": "cancelled"}, "{}")
    assert isinstance(record, EventRecord)
    return record


def cancelled(event_id: str, *held: EventRecord, zone: str | None = None) -> list[EventRecord]:
    """Return what a bare cancellation means beside these series."""
    return list(read_cancelled([stub(event_id)], held, zone=zone, reading=GOOGLE))


@pytest.mark.parametrize("event_id", ["n", "n_2026", "n_20261301T000000Z", "n_R20260112T080000"])
def test_an_id_that_names_no_slot_is_something_deleted(event_id: str) -> None:
    """There is nothing to decide."""
    assert not is_open(stub(event_id))


def test_a_slot_that_its_series_has_is_a_cancelled_occurrence() -> None:
    """It stands where the rule put it, and belongs to the series that has it."""
    (one,) = cancelled("n_20260112T080000Z", series())

    assert is_open(stub("n_20260112T080000Z"))
    assert (one.kind, one.series) == (Kind.CANCELLED, "n")
    assert one.original == epoch(datetime(2026, 1, 12, 8, tzinfo=UTC))


def test_the_segment_that_covers_the_slot_has_it() -> None:
    """Occurrences of all segments carry the id of the series as it was before any split."""
    head = series("RRULE:FREQ=WEEKLY;UNTIL=20260118T225959Z")
    tail = series(id_="n_R20260119T080000", start=datetime(2026, 1, 19, 8, tzinfo=UTC))

    assert [one.series for one in cancelled("n_20260112T080000Z", head, tail)] == ["n"]
    assert [one.series for one in cancelled("n_20260126T080000Z", head, tail)] == [tail.id]


def test_of_segments_that_overlap_the_later_one_has_it() -> None:
    """It was divided off to take the slot over."""
    head = series("RRULE:FREQ=WEEKLY;COUNT=3")
    tail = series(id_="n_R20260119T080000", start=datetime(2026, 1, 19, 8, tzinfo=UTC))

    assert [one.series for one in cancelled("n_20260119T080000Z", head, tail)] == [tail.id]


def test_an_occurrence_stays_with_its_segment_or_goes_on_with_a_later_one() -> None:
    """A head that was made to reach over its tail again does not take back what the tail lost."""
    head, slot = series("RRULE:FREQ=WEEKLY"), "n_20260126T080000Z"
    tail = series(
        "RRULE:FREQ=WEEKLY;COUNT=1",
        id_="n_R20260119T080000",
        start=datetime(2026, 1, 19, 8, tzinfo=UTC),
    )
    late = series(id_="n_R20260126T080000", start=datetime(2026, 1, 26, 8, tzinfo=UTC))

    def read(*held: EventRecord, of: str) -> list[str | None]:
        known = {slot: stub(slot)._replace(kind=int(Kind.CANCELLED), series=of)}
        found = read_cancelled([stub(slot)], held, known, zone=None, reading=GOOGLE)
        return [one.series for one in found]

    other = tail._replace(id="other", lineage="other")  # as a division by hand leaves it

    assert read(head, tail, of=tail.id) == []
    assert read(head, other, of="other") == []
    assert read(head, tail, of=head.id) == [head.id]
    assert read(head, tail, late, of=tail.id) == [late.id]
    assert read(head, late, of=tail.id) == [late.id]


@pytest.mark.parametrize(
    "event_id",
    [
        "n_20260112T090000Z",  # no slot of the series
        "n_20260112",  # a date where the series has times
        "m_20260112T080000Z",  # another series
        "n_20260202T080000Z",  # beyond the end
    ],
)
def test_a_slot_that_no_series_has_is_something_deleted(event_id: str) -> None:
    """A series that was cut or moved tells so what it lost."""
    assert cancelled(event_id, series("RRULE:FREQ=WEEKLY;COUNT=4")) == []


def test_days_are_slots_of_series_of_days() -> None:
    """They have no zone."""
    held = series("RRULE:FREQ=DAILY;COUNT=3", start=date(2026, 1, 5))

    assert [one.original_all_day for one in cancelled("n_20260106", held)] == [1]
    assert cancelled("n_20260109", held) == []


def test_a_series_without_zone_recurs_in_the_calendars() -> None:
    """Its slots move with that zone's clock."""
    held = series()._replace(zone=None)

    assert cancelled("n_20260706T070000Z", held, zone="Europe/Paris")
    assert not cancelled("n_20260706T070000Z", held)


def test_a_rule_that_cannot_be_listed_has_no_slot() -> None:
    """What nobody can say is no occurrence."""
    assert cancelled("n_20260112T080000Z", series("RRULE:FREQ=NONE")) == []
