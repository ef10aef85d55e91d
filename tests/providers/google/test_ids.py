"""Event ids are taken apart and put together as Google writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kloudsync.providers.google.ids import EventId, Slot, base_of, occurrence_id, parse_id

FOREIGN = "_88r30da18h2k8b9o68p38b9k84pk2ba26l2jiba270r4ahi3651jagi160"


def _timed(text: str) -> Slot:
    return Slot(int(datetime.fromisoformat(text).timestamp()), all_day=False)


def _date(text: str) -> Slot:
    return Slot(int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()), all_day=True)


@pytest.mark.parametrize(
    ("event_id", "parts"),
    [
        ("abc", EventId("abc")),
        ("", EventId("")),
        ("abc_20190408T200000Z", EventId("abc", None, _timed("2019-04-08T20:00Z"))),
        ("abc_20190408", EventId("abc", None, _date("2019-04-08"))),
        ("abc_R20190405T200000", EventId("abc", _timed("2019-04-05T20:00Z"))),
        ("abc_R20240220", EventId("abc", _date("2024-02-20"))),
        (
            "abc_R20190405T200000_20190408T200000Z",
            EventId("abc", _timed("2019-04-05T20:00Z"), _timed("2019-04-08T20:00Z")),
        ),
        ("abc_R20240220_20240320", EventId("abc", _date("2024-02-20"), _date("2024-03-20"))),
        (FOREIGN, EventId(FOREIGN)),
        (f"{FOREIGN}_R20240318T080000", EventId(FOREIGN, _timed("2024-03-18T08:00Z"))),
        (f"{FOREIGN}_20240318", EventId(FOREIGN, None, _date("2024-03-18"))),
        ("20140615_60o30dr564o30c1g60o30dr4ck", EventId("20140615_60o30dr564o30c1g60o30dr4ck")),
        ("abc_2022113", EventId("abc_2022113")),
        ("abc_20191399", EventId("abc_20191399")),
        ("abc_R20191399", EventId("abc_R20191399")),
        ("abc_20190408T200000", EventId("abc_20190408T200000")),
        ("_20190408", EventId("_20190408")),
    ],
)
def test_ids_are_taken_apart(event_id: str, parts: EventId) -> None:
    """Every observed form is read, and what only looks like one is left whole."""
    assert parse_id(event_id) == parts


BASES = st.from_regex(r"_?[a-v0-9]{5,40}", fullmatch=True)
STARTS = st.integers(-62_135_596_800 + 86_400, 253_402_214_400)


@given(base=BASES, start=STARTS, all_day=st.booleans(), segment=st.none() | STARTS)
@example(base="abcde", start=-62_000_000_000, all_day=False, segment=None)
def test_an_occurrence_is_named_by_the_base_and_its_original_start(
    base: str, start: int, all_day: bool, segment: int | None
) -> None:
    """The name leads back to base and start, whatever segment of the series was named."""
    start -= start % 86_400 if all_day else 0
    series = (
        base if segment is None else f"{base}_R{occurrence_id('x', segment, all_day=False)[2:-1]}"
    )

    name = occurrence_id(series, start, all_day=all_day)

    assert parse_id(name) == EventId(base, None, Slot(start, all_day))
    assert base_of(series) == base


def test_the_base_of_a_series_keeps_what_only_looks_like_an_occurrence() -> None:
    """A series may be called anything; only a segment's part is taken off."""
    assert base_of("abc_20190408_R20240220") == "abc_20190408"
    assert base_of("abc_20190408") == "abc_20190408"
    assert base_of("_R20240220") == "_R20240220"


@given(event_id=st.text())
def test_any_text_is_an_id(event_id: str) -> None:
    """Taking apart never fails and loses nothing of an id without parts."""
    parts = parse_id(event_id)

    assert event_id.startswith(parts.base)
    assert parts != EventId(parts.base) or parts.base == event_id
