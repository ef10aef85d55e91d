"""Pages that hold what no store could find again."""

from __future__ import annotations

from typing import Any

import pytest

from kloudsync.errors import DecodeError
from kloudsync.model.page import SourcePage
from kloudsync.model.record import LONGEST_KEY, Malformed, overlong
from kloudsync.testing.stores.records import single


@pytest.mark.parametrize("name", ["id", "series", "lineage", "created"])
def test_what_records_are_found_by_has_a_length(name: str) -> None:
    """It counts in bytes, and one more is too many."""
    record = single("a")
    for text in ("x" * LONGEST_KEY, "\u00fc" * (LONGEST_KEY // 2)):
        fits: dict[str, Any] = {name: text}
        spills: dict[str, Any] = {name: f"{text}x"}
        assert overlong(record._replace(**fits)) is None
        assert overlong(record._replace(**spills)) == name


def test_what_nothing_is_found_by_may_be_long() -> None:
    """Text as received is as long as it is."""
    assert overlong(single("a")._replace(raw="x" * 10**6, uid="x" * 10**6)) is None


def test_a_page_is_sifted() -> None:
    """Records that could not be found again are malformed, beside those that were so before."""
    good, bad = single("a"), single("b" * 3000, raw="{}")
    known = Malformed(id=None, reason="odd", raw="[]")
    page = SourcePage(records=[good, bad], malformed=[known], next="2")
    assert page.sifted() == SourcePage(
        records=[good],
        malformed=[
            known,
            Malformed(id="b" * 3000, reason="expected at most 2000 bytes @ id", raw="{}"),
        ],
        next="2",
    )
    assert SourcePage(records=[good]).sifted().malformed == ()


def test_one_oddity_is_told_once() -> None:
    """Of thousands of items that are alike and malformed one is left; others are not mixed up."""
    odd = [Malformed(id=None, reason="no event", raw=raw) for raw in ("{}", "[]")]
    page = SourcePage(records=[single("a")], malformed=odd * 1_000).sifted()
    assert (page.malformed, page.records) == (odd, [single("a")])


@pytest.mark.parametrize("odd", ["Europe/\ud800", "Europe\0"])
def test_a_page_says_of_itself_what_every_store_can_keep(odd: str) -> None:
    """A zone or title with half a character or NUL in it is none."""
    page = SourcePage(records=[], zone=odd, label=odd)
    assert (page.zone, page.label) == (None, None)


@pytest.mark.parametrize("name", ["next", "cursor"])
@pytest.mark.parametrize("odd", ["\ud800", "a\0"])
def test_a_page_goes_on_from_what_every_store_can_keep(name: str, odd: str) -> None:
    """Without such a place there is no page, and nothing to sync."""
    place: dict[str, Any] = {name: odd}
    with pytest.raises(DecodeError, match=f"halves of characters @ {name}"):
        SourcePage(records=[], **place)
