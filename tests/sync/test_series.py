"""Split detection as a function of values."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from attrs import evolve

from kloudsync.model.state import SeriesLink
from kloudsync.sync.series import DAY, Evidence, Segment, Trim, chain
from kloudsync.sync.splits import find_splits

WEEK = 7 * DAY
MONDAY = 4 * DAY  # 5 January 1970


def series(name: str, start: int, weeks: int | None = None, **changes: Any) -> Segment:
    """Describe a weekly series of so many weeks, endless by default."""
    last = None if weeks is None else start + (weeks - 1) * WEEK
    segment = Segment(
        id=name, start=start, last=last, stamp="T0", lineage=name, organizer="o@example.com"
    )
    return evolve(segment, **changes)


def link(
    old: str, new: str | None, at: int, evidence: str = "id", *, settled: bool = True
) -> SeriesLink:
    """Describe a link; one to nothing is of a cut that waits."""
    cut = at if new is None else None
    return SeriesLink(old=old, new=new, at=at, evidence=evidence, settled=settled, cut=cut)


HEAD = series("a", MONDAY, weeks=3)
CUT = MONDAY + 3 * WEEK
TAIL_BY_ID = series("a_R", CUT, lineage="a", slot=CUT)
TAIL_BY_CREATION = series("b", CUT + 3600, sequence=1)
TRIM = Trim(segment=HEAD, at=CUT)


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


def test_neighbours_by_a_gap_are_no_halves() -> None:
    """Once the segment between two others of one stem is gone, cutting the first is a cut."""
    shorter = series("a", MONDAY, weeks=1)
    far = series("a_R", CUT, lineage="a", slot=CUT)
    trim = Trim(segment=shorter, at=MONDAY + WEEK)
    found = find_splits(Evidence(trims=[trim], families=[[shorter, far]]))
    assert [(one.old, one.new) for one in found.announced] == [("a", None)]


def test_no_segment_follows_one_that_comes_after_it() -> None:
    """A head that was moved late is newer than its tail, and stays before it."""
    head = series("a", MONDAY, weeks=1, sequence=3)
    tail = series("a_R", MONDAY + WEEK, weeks=1, lineage="a", slot=MONDAY + WEEK)
    trim = Trim(segment=tail, at=MONDAY + 2 * WEEK)
    known = [link("a", "a_R", MONDAY + WEEK)]
    found = find_splits(Evidence(trims=[trim], families=[[head, tail]], known=known))
    assert [(one.old, one.new) for one in found.announced] == [("a_R", None)]


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
