"""What the process keeps is bounded by its size, not only by its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.security.modules import modules

from kloudsync.recurrence.keeping import LONGEST_KEPT, kept

BOUNDED = {
    "kloudsync.agenda.rules._of_days": "texts are short",
    "kloudsync.agenda.rules._timed": "texts are short",
    "kloudsync.agenda.rules.steady_rule": "texts are short",
    "kloudsync.providers.google.bounds._is_endless": "texts are short",
    "kloudsync.recurrence.rule_text._read_part": "texts are short",
    "kloudsync.recurrence.rule_text.read_rule": "texts are short",
    "kloudsync.recurrence.recurrence._parse_kept": "asked for short texts only",
    "kloudsync.recurrence.recurrence._read_kept": "asked for short texts only",
    "kloudsync.recurrence.zones._resolved": "asked for names of at most 255 characters",
    "kloudsync.zone_data._zone": "asked for names of at most 255 characters",
    "kloudsync.recurrence.plan._every_period": "of rules that were read, which are short",
    "kloudsync.stores.postgres.session.spoken": "of our own statements",
}
"""Why what is kept of texts is bounded, by function."""

WITHOUT_TEXT = {
    "kloudsync.runtime.version.version",
    "kloudsync.testing.transport._stream_of",
    "kloudsync.objects.registry.providers",
    "kloudsync.http.item_decoder._quick",
    "kloudsync.http.library._ssl_context",
    "kloudsync.recurrence.gregorian._shape_in_cycle",
    "kloudsync.recurrence.kinds._time_of",
    "kloudsync.recurrence.kinds._zoned",
    "kloudsync.recurrence.masks.month",
    "kloudsync.recurrence.masks.month_day",
    "kloudsync.recurrence.masks.nth_in_month",
    "kloudsync.recurrence.masks.nth_in_year",
    "kloudsync.recurrence.masks.week",
    "kloudsync.recurrence.masks.weekday",
    "kloudsync.recurrence.masks.year_day",
    "kloudsync.recurrence.months._bounds",
    "kloudsync.recurrence.year_days._all_shapes",
    "kloudsync.recurrence.zone_titles._offsets",
    "kloudsync.recurrence.zone_titles._places",
    "kloudsync.recurrence.zone_titles._titles",
    "kloudsync.zone_data.names_by_lower_case",
}
"""Functions of nothing, or of few numbers, types, zones and libraries."""


def caches() -> Iterator[tuple[str, Any]]:
    """Yield every function of the package that keeps its answers, by name."""
    for module in modules():
        for name, value in list(vars(module).items()):
            if hasattr(value, "cache_clear") and value.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", value


def test_every_cache_is_known_to_be_bounded() -> None:
    """A new one of texts that strangers write is made by `kept`, or says why it is bounded."""
    assert {name for name, _ in caches()} <= BOUNDED.keys() | WITHOUT_TEXT


def test_caches_of_texts_refuse_long_ones() -> None:
    """Nothing of a text beyond the limit stays, whichever argument it is."""
    found = {name: cache for name, cache in caches() if BOUNDED.get(name) == "texts are short"}
    assert len(found) >= 6
    assert all(cache.longest <= LONGEST_KEPT for cache in found.values())


@pytest.mark.parametrize(
    ("text", "rest", "asked"), [("a", "b", 1), ("aaaa", "b", 2), ("a", "bbbb", 2)]
)
def test_long_texts_are_asked_for_anew(text: str, rest: str, asked: int) -> None:
    """Short ones once."""
    calls: list[str] = []

    @kept(8, longest=3)
    def both(one: str, other: str) -> str:
        calls.append(one)
        return one + other

    assert [both(text, rest), both(text, rest)] == [text + rest] * 2
    assert len(calls) == asked
    both.cache_clear()
    both(text, rest)
    assert len(calls) == asked + 1
