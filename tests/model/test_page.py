"""Pages that hold what no store could find again."""

from __future__ import annotations

from typing import Any

import pytest

from kloudsync.errors import DecodeError
from kloudsync.model.page import MOST_UNNAMED, SourcePage
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


def test_of_items_without_an_id_a_few_are_kept() -> None:
    """The last of them says how many others there were; what has an id is all kept."""
    unnamed = [Malformed(id=None, reason="no id", raw=f'{{"a":{n}}}') for n in range(2_400)]
    named = [Malformed(id=f"{n}", reason="no start", raw=f'{{"id":"{n}"}}') for n in range(100)]
    *kept, last = SourcePage(records=[], malformed=[*unnamed, *named]).sifted().malformed
    assert kept == [*named, *unnamed[: MOST_UNNAMED - 1]]
    assert (last.id, last.raw) == (None, unnamed[-1].raw)
    assert last.reason == "no id; 2384 more without an id came with it, and are not kept"


def test_as_many_as_are_kept_are_told_as_they_are() -> None:
    """None of them is left out, so that none says so."""
    unnamed = [Malformed(id=None, reason="no id", raw=f"{n}") for n in range(MOST_UNNAMED)]
    assert SourcePage(records=[], malformed=unnamed).sifted().malformed == unnamed


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
