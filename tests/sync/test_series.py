"""Split detection as a function of values."""

from __future__ import annotations

from typing import Any

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

from kloudsync.sync.lineage import chain
from kloudsync.sync.series import DAY, Evidence, Segment, Trim
from kloudsync.sync.splits import find_splits


@pytest.mark.parametrize(("tail", "evidence"), [(TAIL_BY_ID, "id"), (TAIL_BY_CREATION, "created")])
def test_both_halves_in_one_pass_are_one_split(tail: Segment, evidence: str) -> None:
    """A trimmed series and a born one of the same stem or stamp are one split, and no truncation."""
    found = find_splits(Evidence(trims=[TRIM], born=[tail], families=[[HEAD, tail]]))
    assert found.announced == (link("a", tail.id, CUT, evidence),)
    assert found.links == found.announced


@pytest.mark.parametrize("tail", [TAIL_BY_ID, TAIL_BY_CREATION])
def test_a_second_half_that_comes_later_completes_the_split(tail: Segment) -> None:
    """A truncation waits in the links; the other half turns it into a split at the same slot."""
    cut = find_splits(Evidence(trims=[TRIM]))
    assert cut.announced == (link("a", None, CUT, "bound"),)
    found = find_splits(Evidence(born=[tail], families=[[HEAD, tail]], known=cut.links))
    assert [(one.old, one.new, one.at) for one in found.announced] == [("a", tail.id, CUT)]


@pytest.mark.parametrize("tail", [TAIL_BY_ID, TAIL_BY_CREATION])
def test_a_first_half_that_comes_later_completes_the_split(tail: Segment) -> None:
    """A born half says nothing until the old series is cut; then there is one split."""
    endless = evolve(HEAD, last=None)
    born = find_splits(Evidence(born=[tail], families=[[endless, tail]]))
    assert born.announced == ()
    found = find_splits(Evidence(trims=[TRIM], families=[[HEAD, tail]], known=born.links))
    assert [(one.old, one.new, one.at) for one in found.announced] == [("a", tail.id, CUT)]


@pytest.mark.parametrize(("read_at", "tells"), [(5.0, "split"), (7.0, "truncation")])
def test_a_first_half_that_overlaps_is_awaited_only_if_it_was_read_too_early(
    read_at: float, tells: str
) -> None:
    """One that changed since the halves were made was moved; its next cut is a cut of its own."""
    tail = evolve(TAIL_BY_ID, updated=6.0)
    long = evolve(HEAD, last=CUT + WEEK, updated=read_at)
    known = find_splits(Evidence(families=[[long, tail]], first=True)).links
    cut = evolve(HEAD, updated=8.0)
    trim = Trim(segment=cut, at=CUT)
    found = find_splits(Evidence(trims=[trim], families=[[cut, tail]], known=known))
    (told,) = found.announced
    assert ("truncation" if told.new is None else "split") == tells


@pytest.mark.parametrize(("written", "tells"), [(8.0, "split"), (7.0, "truncation")])
@pytest.mark.parametrize("waiting", [False, True])
def test_a_half_is_never_older_than_the_cut(written: float, tells: str, waiting: bool) -> None:
    """A series of the same stamp that was last written before the cut stood there already."""
    cut = evolve(HEAD, updated=8.0)
    family = [[cut, evolve(TAIL_BY_CREATION, updated=written)]]
    trims = [Trim(segment=cut, at=CUT)]
    if waiting:
        known = find_splits(Evidence(trims=trims)).links
        found = find_splits(Evidence(families=family, known=known))
        assert len(found.announced) == (tells == "split")
        return
    (told,) = find_splits(Evidence(trims=trims, families=family)).announced
    assert ("truncation" if told.new is None else "split") == tells


def test_a_half_that_is_born_now_may_be_older_than_the_last_edit() -> None:
    """The cut series was edited once more before anybody looked."""
    cut, tail = evolve(HEAD, updated=8.0), evolve(TAIL_BY_CREATION, updated=7.0)
    trims = [Trim(segment=cut, at=CUT)]
    (told,) = find_splits(Evidence(trims=trims, born=[tail], families=[[cut, tail]])).announced
    assert (told.old, told.new) == ("a", "b")


@pytest.mark.parametrize(
    ("resumed", "tells"),
    [(CUT + WEEK, "truncation"), (CUT + WEEK + 1, "split"), (None, "split")],
    ids=["there", "behind its start", "never"],
)
def test_what_began_behind_the_end_is_no_half(resumed: int | None, tells: str) -> None:
    """A series that stood there when the other one already ended before it was cut off nothing."""
    head = evolve(HEAD, lineage=None, stamp=None)
    beside = evolve(head, id="b", start=CUT + WEEK, last=None, created=100.0)
    trim = Trim(segment=head, at=CUT, written=101.0, since=100.0, resumed=resumed)
    (told,) = find_splits(Evidence(trims=[trim], standing=[beside])).announced
    assert ("truncation" if told.new is None else "split") == tells


def test_older_halves_are_linked_where_nothing_was_cut() -> None:
    """On the first sync, and once a segment between two is gone, age tells nothing."""
    family = [[evolve(HEAD, updated=8.0), evolve(TAIL_BY_CREATION, updated=7.0)]]
    for first in (True, False):
        found = find_splits(Evidence(families=family, first=first))
        assert chain("b", found.links) == ["a", "b"]
        assert found.announced == ()


@pytest.mark.parametrize("shift", [-8 * DAY, -6 * DAY, -3 * DAY, 0, 3600, 3 * DAY, 8 * DAY])
def test_the_second_half_may_start_before_at_or_after_the_bound(shift: int) -> None:
    """A moved weekday puts the new start up to a period away from the slot of the split."""
    tail = series("b", CUT + shift, sequence=1)
    found = find_splits(Evidence(trims=[TRIM], born=[tail], families=[[HEAD, tail]]))
    assert [(one.new, one.at) for one in found.announced] == [("b", CUT)]


def test_the_second_half_may_be_moved_before_a_short_first_one() -> None:
    """Of a half of one occurrence, the other may start first: what was cut now, or the sequence, tells."""
    head = series("a", MONDAY, weeks=1)
    tail = series("b", MONDAY - DAY, sequence=1)
    cut = Trim(segment=head, at=MONDAY + WEEK)
    found = find_splits(Evidence(trims=[cut], born=[tail], families=[[head, tail]]))
    assert [(one.old, one.new, one.at) for one in found.announced] == [("a", "b", MONDAY + WEEK)]
    seen = find_splits(Evidence(families=[[head, tail]], first=True))
    assert chain("a", seen.links) == ["a", "b"]
    unsaid = evolve(tail, sequence=0)
    assert find_splits(Evidence(families=[[head, unsaid]], first=True)).links == ()


def test_halves_are_matched_where_the_rule_would_have_gone_on() -> None:
    """Two daily halves that end within a week: the next one follows the one that ends the day before."""
    first = series("a", MONDAY, last=MONDAY + 4 * DAY, next=MONDAY + 5 * DAY)
    second = series(
        "b", MONDAY + 5 * DAY, last=MONDAY + 9 * DAY, next=MONDAY + 10 * DAY, sequence=1
    )
    third = series("c", MONDAY + 10 * DAY, sequence=2)
    found = find_splits(Evidence(families=[[first, second, third]], first=True))
    assert chain("a", found.links) == ["a", "b", "c"]


def test_what_was_cut_now_is_matched_with_what_was_born_now() -> None:
    """However near the end of another segment is."""
    earlier = series("a", MONDAY, weeks=2)
    second = series("b", MONDAY + 2 * WEEK + 3 * DAY, weeks=1, sequence=1)
    third = series("c", MONDAY + 2 * WEEK + 2 * DAY, sequence=2)
    cut = Trim(segment=second, at=MONDAY + 3 * WEEK + 3 * DAY)
    found = find_splits(Evidence(trims=[cut], born=[third], families=[[earlier, second, third]]))
    assert [(one.old, one.new) for one in found.announced] == [("b", "c")]
    assert chain("a", found.links) == ["a", "b", "c"]


def test_a_stamp_alone_ties_no_strangers() -> None:
    """A script creates many series in one second, of which one begins where another one ends."""
    maths = series("a", MONDAY, weeks=3, title="Maths")
    french = series("b", CUT + DAY, title="French")
    twins = Evidence(born=[maths, french], families=[[maths, french]])
    assert find_splits(twins).links == ()
    assert find_splits(evolve(twins, born=[], first=True)).links == ()
    edited = evolve(french, sequence=1)
    assert len(find_splits(Evidence(families=[[maths, edited]], first=True)).links) == 1


def test_neighbours_by_a_gap_are_no_halves() -> None:
    """Once the segment between two others of one stem is gone, cutting the first is a cut."""
    shorter = series("a", MONDAY, weeks=1)
    far = series("a_R", CUT, lineage="a", slot=CUT)
    trim = Trim(segment=shorter, at=MONDAY + WEEK)
    found = find_splits(Evidence(trims=[trim], families=[[shorter, far]]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


@pytest.mark.parametrize("whole_days", [True, False])
def test_the_second_half_may_be_of_the_other_kind_of_time(whole_days: bool) -> None:
    """An edit of "this and following" may turn meetings into whole days, or days into meetings."""
    head = evolve(HEAD, all_day=not whole_days)
    midnight = CUT - CUT % DAY
    tail = series("b", midnight, sequence=1, all_day=whole_days)
    found = find_splits(
        Evidence(trims=[Trim(segment=head, at=CUT)], born=[tail], families=[[head, tail]])
    )
    assert [(one.new, one.at, one.all_day) for one in found.announced] == [
        ("b", CUT, not whole_days)
    ]


@pytest.mark.parametrize(
    "decoy",
    [
        series("b", CUT, stamp="T1"),
        series("b", CUT, organizer="p@example.com"),
        series("b", CUT, sequence=-1),
        series("b", CUT + 8 * DAY + 1),
        series("b", MONDAY),
    ],
    ids=[
        "another stamp",
        "another organizer",
        "an older revision",
        "later than a period and a day",
        "as early",
    ],
)
def test_a_series_that_only_looks_like_a_second_half_is_not_paired(decoy: Segment) -> None:
    """Starting where another series ends proves nothing."""
    found = find_splits(Evidence(trims=[TRIM], born=[decoy], families=[[HEAD, decoy]]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


def test_a_series_that_starts_with_the_first_occurrence_is_no_second_half() -> None:
    """A series of one occurrence ends near whatever starts with it."""
    once = series("a", MONDAY, weeks=1)
    twin = series("b", MONDAY)
    trim = Trim(segment=once, at=MONDAY + WEEK)
    found = find_splits(Evidence(trims=[trim], born=[twin], families=[[once, twin]]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


@pytest.mark.parametrize("seconds", [-1800.0, 1.0, 1800.0])
def test_halves_written_by_another_client_are_tied_by_the_moment_of_the_cut(seconds: float) -> None:
    """A client that trims and inserts by itself leaves other stamps; moment and title remain."""
    head = evolve(HEAD, title="Stand-up")
    tail = series("x", CUT, stamp="T9", created=1000.0 + seconds, title="Stand-up", lineage="x")
    trim = Trim(segment=head, at=CUT, written=1000.0)
    found = find_splits(Evidence(trims=[trim], born=[tail]))
    assert [(one.old, one.new, one.evidence) for one in found.announced] == [("a", "x", "trim")]


@pytest.mark.parametrize(
    "changes",
    [
        {"created": 1000.0 - 1801},
        {"created": 1000.0 + 1801},
        {"created": None},
        {"title": "Review"},
        {"organizer": "p@example.com"},
        {"all_day": True},
    ],
    ids=[
        "earlier",
        "later",
        "at an unknown moment",
        "another title",
        "another organizer",
        "all-day",
    ],
)
def test_a_series_written_at_about_the_same_time_is_not_always_the_other_half(
    changes: dict[str, Any],
) -> None:
    """The moment of the cut ties halves only together with title and organizer."""
    trim = Trim(segment=evolve(HEAD, title="Stand-up"), at=CUT, written=1000.0)
    near = series("x", CUT, stamp="T9", created=1001.0, title="Stand-up", lineage="x")
    found = find_splits(Evidence(trims=[trim], born=[evolve(near, **changes)]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


def test_what_was_over_before_a_series_began_does_not_go_on_with_it() -> None:
    """However near it is, and whatever its sequence: it is some other segment."""
    early = series("b", MONDAY, weeks=1, sequence=1)
    later = series("a", MONDAY + 2 * DAY, weeks=1, next=MONDAY + 3 * DAY)
    trim = Trim(segment=later, at=MONDAY + 3 * DAY)
    found = find_splits(Evidence(trims=[trim], families=[[early, later]]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


def test_a_cut_that_a_new_segment_explains_ties_no_other_new_segment() -> None:
    """Split in two, and the first half once more: each is tied to the one that it follows."""
    slot = MONDAY + 2 * WEEK
    middle = evolve(TAIL_BY_ID, id="a_M", slot=slot, start=slot, last=slot)
    tail = series("n", slot + WEEK, sequence=1)
    shorter = series("a", MONDAY, weeks=2)
    trim = Trim(segment=shorter, at=slot)
    family = [shorter, middle, tail]
    found = find_splits(Evidence(trims=[trim], born=[middle, tail], families=[family]))
    assert [(one.old, one.new) for one in found.announced] == [("a", "a_M"), ("a_M", "n")]


def test_a_second_half_has_one_first_half() -> None:
    """Another series that ends there, too, is not its other half."""
    other = series("q", MONDAY, weeks=3)
    known = [link("a", "b", CUT, "created")]
    found = find_splits(Evidence(families=[[HEAD, other, TAIL_BY_CREATION]], known=known))
    assert (found.announced, found.links) == ((), ())


def test_a_series_of_another_stamp_hides_no_second_half() -> None:
    """Of what starts where a series ends, the nearest with its stamp is the other half."""
    nearer = series("c", CUT, stamp="T1", sequence=1)
    family = [HEAD, nearer, TAIL_BY_CREATION]
    found = find_splits(Evidence(trims=[TRIM], born=[nearer, TAIL_BY_CREATION], families=[family]))
    assert [(one.old, one.new) for one in found.announced] == [("a", "b")]


def test_a_half_that_still_takes_place_at_the_slot_of_the_next_is_not_apart_from_it() -> None:
    """A split is told when the first half ends before the second begins, and settled then."""
    longer = series("a", MONDAY, weeks=4)
    found = find_splits(Evidence(born=[TAIL_BY_ID], families=[[longer, TAIL_BY_ID]]))
    assert found.announced == ()
    assert found.links == (link("a", "a_R", CUT, settled=False),)
