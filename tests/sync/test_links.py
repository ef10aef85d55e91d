"""Links between segments: what is known, what is news, and in which order they stand."""

from __future__ import annotations

from itertools import permutations

import pytest
from attrs import evolve
from tests.sync.halves import (
    CUT,
    HEAD,
    MONDAY,
    TAIL_BY_CREATION,
    TAIL_BY_ID,
    TRIM,
    WEEK,
    link,
    series,
)

from kloudsync.model.state import SeriesLink
from kloudsync.sync.lineage import chain
from kloudsync.sync.series import Evidence, Segment, Trim
from kloudsync.sync.splits import find_splits


@pytest.mark.parametrize("tail", [TAIL_BY_ID, TAIL_BY_CREATION])
def test_segments_that_are_sent_again_are_silent(tail: Segment) -> None:
    """A known split is not told twice, whatever else of the family changes."""
    first = find_splits(Evidence(trims=[TRIM], born=[tail], families=[[HEAD, tail]]))
    again = find_splits(Evidence(families=[[HEAD, tail]], known=first.links))
    assert again.announced == ()
    assert again.links == ()


def test_the_first_sync_links_without_telling() -> None:
    """Splits that happened before anybody watched are lineage, not news."""
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]], first=True))
    assert found.announced == ()
    assert chain("a_R", found.links) == ["a", "a_R"]


def test_nothing_is_news_on_the_first_sync() -> None:
    """Series that seem to be born or cut were so before anybody watched."""
    found = find_splits(
        Evidence(
            trims=[TRIM],
            born=[HEAD, TAIL_BY_ID],
            families=[[HEAD, TAIL_BY_ID]],
            first=True,
        )
    )
    assert found.announced == ()


def test_cutting_a_segment_that_was_split_before_the_first_sync_is_a_truncation() -> None:
    """An old split that was never told is not told when its first half is cut further."""
    known = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]], first=True)).links
    shorter = series("a", MONDAY, weeks=2)
    trim = Trim(segment=shorter, at=MONDAY + 2 * WEEK)
    found = find_splits(Evidence(trims=[trim], families=[[shorter, TAIL_BY_ID]], known=known))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]
    assert found.links == (evolve(known[0], cut=MONDAY + 2 * WEEK),), "its second half goes on"
    assert chain("a", found.links) == ["a", "a_R"]


@pytest.mark.parametrize("all_day", [False, True])
def test_a_cut_that_waits_moves_with_a_further_cut(*, all_day: bool) -> None:
    """Until its second half is known, a series is cut where it was cut last."""
    shorter, at = series("a", MONDAY, weeks=2, all_day=all_day), MONDAY + 2 * WEEK
    waiting = [evolve(link("a", None, CUT, "bound"), all_day=all_day)]
    found = find_splits(Evidence(trims=[Trim(segment=shorter, at=at)], known=waiting))
    assert found.announced == (evolve(waiting[0], at=at, cut=at),)
    assert found.links == found.announced


@pytest.mark.parametrize("tail", [TAIL_BY_ID, TAIL_BY_CREATION])
def test_a_split_that_was_undone_is_told_when_it_is_made_again(tail: Segment) -> None:
    """Ids may come again; what this pass cut and bore is news."""
    made = Evidence(trims=[TRIM], born=[tail], families=[[HEAD, tail]])
    known = find_splits(made).links
    assert known[0].settled
    again = find_splits(evolve(made, known=known))
    assert [(one.old, one.new) for one in again.announced] == [("a", tail.id)]


def test_a_segment_of_the_same_stem_takes_its_place_before_a_known_one() -> None:
    """What followed the first half under an id of its own follows the new one; a later cut is a cut."""
    first, later = series("a", MONDAY, weeks=1), series("b", CUT, sequence=1)
    middle = series("a_R", MONDAY + WEEK, weeks=2, lineage="a", slot=MONDAY + WEEK)
    family = [first, middle, later]
    found = find_splits(
        Evidence(
            trims=[Trim(segment=first, at=MONDAY + WEEK)],
            born=[middle],
            families=[[first, middle], family],
            known=[link("a", "b", CUT, "created")],
        )
    )
    assert [(one.old, one.new) for one in found.announced] == [("a", "a_R")]
    assert chain("a", found.links) == ["a", "a_R", "b"]
    shorter = series("a_R", MONDAY + WEEK, weeks=1, lineage="a", slot=MONDAY + WEEK)
    cut = Trim(segment=shorter, at=MONDAY + 2 * WEEK)
    again = find_splits(
        Evidence(trims=[cut], families=[[first, shorter, later]], known=found.links)
    )
    assert [(one.old, one.new) for one in again.announced] == [("a_R", None)]


def test_no_segment_follows_one_that_comes_after_it() -> None:
    """A head that was moved late is newer than its tail, and stays before it."""
    head = series("a", MONDAY, weeks=1, sequence=3)
    tail = series("a_R", MONDAY + WEEK, weeks=1, lineage="a", slot=MONDAY + WEEK)
    trim = Trim(segment=tail, at=MONDAY + 2 * WEEK)
    known = [link("a", "a_R", MONDAY + WEEK)]
    found = find_splits(Evidence(trims=[trim], families=[[head, tail]], known=known))
    assert [(one.old, one.new) for one in found.announced] == [("a_R", None)]


def test_a_segment_whose_start_was_moved_keeps_its_place_in_the_lineage() -> None:
    """The slot in an id says where a segment belongs, wherever it starts now."""
    first = series("a_R1", CUT + 5 * WEEK, weeks=2, lineage="a", slot=CUT)
    second = series("a_R2", CUT + 2 * WEEK, lineage="a", slot=CUT + 2 * WEEK)
    head = evolve(HEAD, start=CUT + 9 * WEEK)
    found = find_splits(Evidence(families=[[second, first, head]], first=True))
    assert chain("a", found.links) == ["a", "a_R1", "a_R2"]


def test_a_chain_of_splits_is_one_lineage_in_any_order() -> None:
    """Five splits on one stem give one chain, however the family is ordered."""
    cuts = [MONDAY + n * WEEK for n in range(6)]
    segments = [
        Segment(
            id=f"a_R{n}" if n else "a",
            start=cuts[n],
            last=cuts[n] if n < 5 else None,
            lineage="a",
            slot=cuts[n] if n else None,
        )
        for n in range(6)
    ]
    for order in list(permutations(segments))[::97]:
        found = find_splits(Evidence(families=[order], first=True))
        assert chain("a_R3", found.links) == ["a", "a_R1", "a_R2", "a_R3", "a_R4", "a_R5"]


@pytest.mark.parametrize("all_day", [False, True])
def test_a_segment_between_two_known_ones_takes_its_place(*, all_day: bool) -> None:
    """Splitting the first half again puts the new segment into the middle of the lineage."""
    known = [link("a", "a_R", CUT)]
    middle = series("m", MONDAY + 2 * WEEK, weeks=1, sequence=1, all_day=all_day)
    shorter = series("a", MONDAY, weeks=2, all_day=all_day)
    tail = evolve(TAIL_BY_ID, all_day=all_day)
    trim = Trim(segment=shorter, at=MONDAY + 2 * WEEK)
    family = [shorter, middle, tail]
    found = find_splits(Evidence(trims=[trim], born=[middle], families=[family], known=known))
    split = evolve(link("a", "m", MONDAY + 2 * WEEK, "created"), all_day=all_day)
    assert found.announced == (split,)
    assert found.links == (split, evolve(link("m", "a_R", middle.ends), all_day=all_day))
    assert chain("a", found.links) == ["a", "m", "a_R"]
    again = find_splits(Evidence(families=[family], known=found.links))
    assert (again.announced, again.links) == ((), ())


def test_segments_that_were_split_off_twice_stay_in_their_order() -> None:
    """Any number of segments with other stems may stand between two of one stem."""
    known = [link("a", "m", CUT - 2 * WEEK), link("m", "n", CUT - WEEK), link("n", "a_R", CUT)]
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]], known=known))
    assert (found.announced, found.links) == ((), ())


@pytest.mark.parametrize(
    "known",
    [
        [link("a", "m", CUT - WEEK), link("m", "other", CUT)],
        [link("a", "m", CUT - WEEK), link("m", "a", CUT)],
        [link("a", "m", CUT - WEEK)],
    ],
    ids=["elsewhere", "in a circle", "nowhere"],
)
def test_a_stem_is_stronger_than_links_that_lead_away(known: list[SeriesLink]) -> None:
    """Links that do not lead from one segment of a stem to the next are replaced."""
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]], known=known))
    assert found.links == (link("a", "a_R", CUT),)


def test_a_first_half_that_was_moved_behind_the_second_does_not_follow_it() -> None:
    """Whose other half it is stays as it was, though it stands where the next one would."""
    known = [link("b", "m", MONDAY - WEEK), link("m", "a", MONDAY)]
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_CREATION]], known=known))
    assert (found.announced, found.links) == ((), ())


def test_what_was_split_long_ago_is_not_split_anew_by_a_copy() -> None:
    """A series that starts where a split one ends takes nobody's place unless it was cut now."""
    copy = series("d", CUT, sequence=1, lineage="d")
    known = [link("a", "a_R", CUT)]
    found = find_splits(Evidence(born=[copy], families=[[HEAD, TAIL_BY_ID, copy]], known=known))
    assert (found.announced, found.links) == ((), ())


def test_a_second_half_of_what_ended_there_all_along_is_news() -> None:
    """A copy that never saw the first half in its full length still tells the split."""
    found = find_splits(Evidence(born=[TAIL_BY_ID], families=[[HEAD, TAIL_BY_ID]]))
    assert found.announced == (link("a", "a_R", CUT),)


def test_segments_that_were_both_held_are_linked_in_silence() -> None:
    """Where neither half is new or cut, nothing has happened that readers could be told."""
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]]))
    assert (found.announced, found.links) == ((), (link("a", "a_R", CUT),))


def test_a_cut_that_waits_finds_its_second_half_among_what_is_held() -> None:
    """The other half may have been held before, and only now tell what it belongs to."""
    waiting = [link("a", None, CUT, "bound")]
    found = find_splits(Evidence(families=[[HEAD, TAIL_BY_ID]], known=waiting))
    assert found.announced == (link("a", "a_R", CUT),)


def test_a_lineage_in_a_circle_has_an_end() -> None:
    """Links that contradict each other name each segment once."""
    circle = [link("a", "b", CUT), link("b", "a", CUT)]
    assert chain("a", circle) == ["b", "a"]
    assert chain("c", [link("c", "a", CUT), *circle]) == ["c", "a", "b"]
    assert chain("d", [*circle, link("b", "d", CUT)]) == ["a", "b", "d"]
