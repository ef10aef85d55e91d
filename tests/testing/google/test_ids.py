import re
from datetime import UTC, date, datetime

from kloudsync.testing.google.ids import (
    EventIds,
    base_of,
    foreign_id,
    occurrence_id,
    segment_id,
    series_base,
)

SLOT = datetime(2025, 3, 26, 12, 30, tzinfo=UTC)


def test_server_ids_are_26_characters_of_base32hex() -> None:
    """Ids use the digits and the letters a to v, and never repeat."""
    ids = EventIds("seed")
    issued = [ids.next() for _ in range(1000)]
    assert all(re.fullmatch(r"[0-9a-v]{26}", event) for event in issued)
    assert len(set(issued)) == 1000


def test_the_same_seed_issues_the_same_ids() -> None:
    """Ids depend on the seed alone."""
    assert [EventIds(7).next() for _ in range(3)] == [EventIds(7).next()] * 3
    assert EventIds(7).next() != EventIds(8).next()


def test_an_occurrence_is_named_by_its_original_start_in_utc() -> None:
    """Timed occurrences end in Z, all-day ones are a bare date."""
    assert occurrence_id("abc", SLOT) == "abc_20250326T123000Z"
    assert occurrence_id("abc", date(2025, 3, 26)) == "abc_20250326"


def test_a_segment_is_named_without_z() -> None:
    """The later half of a split has `_R` and the slot in its id."""
    assert segment_id("abc", SLOT) == "abc_R20250326T123000"
    assert segment_id("abc", date(2025, 3, 26)) == "abc_R20250326"


def test_a_segment_of_a_segment_keeps_the_base() -> None:
    """Another split of a segment replaces the `_R` part."""
    assert segment_id("abc_R20250101T123000", SLOT) == "abc_R20250326T123000"
    assert base_of("abc_R20250101") == "abc"


def test_occurrences_of_a_segment_are_named_after_the_base() -> None:
    """A split changes the name of no occurrence."""
    assert occurrence_id("abc_R20250101T123000", SLOT) == occurrence_id("abc", SLOT)


def test_the_base_is_found_in_both_forms_of_occurrence_ids() -> None:
    """The double form, with segment and slot, is read as well."""
    assert series_base("abc_20250326T123000Z") == "abc"
    assert series_base("abc_R20250101T123000_20250326T123000Z") == "abc"
    assert series_base("abc_20250326") == "abc"
    assert series_base("abc") is None


def test_imported_events_are_named_after_their_uid() -> None:
    """An underscore and the UID in base32hex, as seen in the wild."""
    named = foreign_id("B605ADED-8224-4A3A-B5E9-B86EFC1C5BA0")
    assert named == "_88r30da18h2k8b9o68p38b9k84pk2ba26l2jiba270r4ahi3651jagi160"
