"""What a run does next, as functions of values."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

from kloudsync.model.page import SourcePage
from kloudsync.model.record import EventRecord, Kind, Verdict
from kloudsync.model.staging import has_passed
from kloudsync.model.state import CalendarState, Checkpoint, Cursor, StagedCounts
from kloudsync.sync.plan import MassDeletion, judge, marked, moved_on, next_pass
from kloudsync.sync.refusals import Refusal

QUERY, OTHER = "query", "another query"
NOW = 2000.0
SYNCED = CalendarState(passes=3, cursor=Cursor(token="t", fingerprint=QUERY))
FULL = Checkpoint(
    full=True, fingerprint=QUERY, position="p2", pages=2, began_at=1000.0, reason="first sync"
)
DELTA = Checkpoint(full=False, fingerprint=QUERY, position="p2", pages=2, began_at=1000.0)


def single(name: str, raw: str = "{}", kind: Kind = Kind.SINGLE) -> EventRecord:
    """Describe an event by its id and its text."""
    return EventRecord(name, kind, raw)


def is_alike(before: EventRecord, after: EventRecord) -> bool:
    """Compare texts as if spaces meant nothing."""
    return before.raw.replace(" ", "") == after.raw.replace(" ", "")


def verdicts(
    records: list[EventRecord],
    held: list[EventRecord],
    staged: list[EventRecord] | None = None,
) -> tuple[list[tuple[str, Verdict]], list[str]]:
    """Judge a page, and return what it stages and what it met unchanged."""
    judged = judge(
        records,
        {one.id: one for one in held},
        {one.id: one for one in staged or []},
        is_alike,
    )
    return [(one.record.raw, Verdict(one.verdict)) for one in judged.staged], judged.seen


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        (CalendarState(), "first sync"),
        (evolve(SYNCED, cursor=None), "no cursor"),
        (evolve(SYNCED, cursor=Cursor(token="t", fingerprint=OTHER)), "the query changed"),
    ],
)
def test_a_full_pass_says_why_it_is_needed(state: CalendarState, reason: str) -> None:
    """Without a cursor of this query the whole calendar is listed, from the beginning."""
    walk = next_pass(state, QUERY, now=NOW)
    assert (walk.checkpoint.full, walk.checkpoint.reason) == (True, reason)
    assert (walk.cursor, walk.checkpoint.position, walk.resumed) == (None, None, False)


def test_a_delta_begins_at_the_cursor() -> None:
    """With a cursor of this query only what changed is listed."""
    walk = next_pass(SYNCED, QUERY, now=NOW)
    assert (walk.cursor, walk.checkpoint.full, walk.checkpoint.reason) == (
        SYNCED.cursor,
        False,
        None,
    )


def test_another_way_of_reading_needs_a_full_pass() -> None:
    """What is held was read as an earlier version did, and deltas tell nothing of it."""
    for earlier in (marked(QUERY) + "0", QUERY):
        held = evolve(SYNCED, cursor=Cursor(token="t", fingerprint=earlier))
        walk = next_pass(held, marked(QUERY), now=NOW)
        assert (walk.cursor, walk.checkpoint.reason) == (None, "events are read otherwise now")


@pytest.mark.parametrize("under_way", [None, FULL, DELTA])
def test_a_refused_cursor_is_never_used_again(under_way: Checkpoint | None) -> None:
    """After a refusal the pass is full and starts over, whatever was under way."""
    walk = next_pass(evolve(SYNCED, checkpoint=under_way), QUERY, Refusal(reason="410"), now=NOW)
    assert (walk.checkpoint.full, walk.checkpoint.reason, walk.cursor) == (True, "410", None)
    assert (walk.checkpoint.position, walk.resumed) == (None, False)


@pytest.mark.parametrize("under_way", [FULL, DELTA])
def test_a_pass_under_way_goes_on_where_it_was(under_way: Checkpoint) -> None:
    """Its pages stay staged, and its page token is sent with the cursor that it belongs to."""
    walk = next_pass(evolve(SYNCED, checkpoint=under_way), QUERY, now=NOW)
    assert walk.checkpoint == under_way
    assert walk.cursor == (None if under_way.full else SYNCED.cursor)
    assert walk.resumed


def test_a_page_moves_a_pass_on_and_leaves_what_it_does_not_tell() -> None:
    """Place, number, end, cursor, zone and bound are the page's; all else stays as the pass began."""
    began = Checkpoint(
        full=True,
        fingerprint="f",
        pages=2,
        reason="no cursor",
        zone="Europe/Paris",
        identity="ann@example.com",
        began_at=1.0,
        doubted_at=2.0,
        failures=1,
        failure="StoreError",
    )
    between = SourcePage(records=(), next="n", since=3)
    assert moved_on(began, between) == evolve(began, position="n", pages=3, since=3)
    last = SourcePage(records=(), cursor="c", zone="Asia/Tokyo")
    ended = evolve(began, pages=3, complete=True, cursor="c", zone="Asia/Tokyo")
    assert moved_on(began, last) == ended


@pytest.mark.parametrize("under_way", [FULL, DELTA])
def test_a_pass_of_another_query_is_given_up(under_way: Checkpoint) -> None:
    """A page token is never sent with a query that it was not given for."""
    walk = next_pass(evolve(SYNCED, checkpoint=under_way), OTHER, now=NOW)
    assert (walk.checkpoint.position, walk.resumed) == (None, False)
    assert walk.checkpoint.reason == "the query changed"


def test_a_pass_without_pages_is_not_resumed() -> None:
    """What died before its first page begins like any other."""
    walk = next_pass(
        evolve(SYNCED, checkpoint=evolve(DELTA, position=None, pages=0)), QUERY, now=NOW
    )
    assert not walk.resumed


def test_a_delta_under_way_without_its_cursor_is_given_up() -> None:
    """A page token of a delta means nothing without the cursor."""
    walk = next_pass(evolve(SYNCED, cursor=None, checkpoint=DELTA), QUERY, now=NOW)
    assert (walk.checkpoint.full, walk.checkpoint.position) == (True, None)


@pytest.mark.parametrize("column", EventRecord._fields[3:])
def test_a_column_that_was_read_otherwise_is_replaced_in_silence(column: str) -> None:
    """Decisions go by columns; readers of the feed have nothing new where the text is the same."""
    other: dict[str, Any] = {column: 7}
    before, after = single("a"), single("a")._replace(**other)
    assert verdicts([after], [before]) == ([("{}", Verdict.SILENT)], [])


@pytest.mark.parametrize(
    ("record", "held", "verdict"),
    [
        (single("a"), [], Verdict.ADDED),
        (single("a", "{1}"), [single("a", "{2}")], Verdict.UPDATED),
        (single("a", "{ 1 }"), [single("a", "{1}")], Verdict.SILENT),
        (single("a", kind=Kind.TOMBSTONE), [single("a")], Verdict.DELETED),
        (single("a", kind=Kind.TOMBSTONE), [], Verdict.DELETED),
    ],
)
def test_a_record_is_judged_by_what_is_held(
    record: EventRecord, held: list[EventRecord], verdict: Verdict
) -> None:
    """New, changed, sent again with other stamps, gone: each is staged with its meaning."""
    assert verdicts([record], held) == ([(record.raw, verdict)], [])


def test_what_is_held_to_the_letter_is_only_seen() -> None:
    """An event that did not change is not written again."""
    assert verdicts([single("a")], [single("a")]) == ([], ["a"])


def test_the_last_of_two_sights_on_a_page_counts() -> None:
    """Both are staged in order, so that the later one takes the place of the earlier."""
    staged, _ = verdicts([single("a", "{1}"), single("a", "{2}")], [single("a", "{0}")])
    assert staged == [("{1}", Verdict.UPDATED), ("{2}", Verdict.UPDATED)]


@pytest.mark.parametrize("earlier", ["on this page", "on an earlier page"])
def test_an_event_that_went_back_to_what_it_was_is_staged_silently(earlier: str) -> None:
    """The earlier sight must not win, and readers have nothing to hear."""
    held, changed = single("a", "{0}"), single("a", "{1}")
    if earlier == "on this page":
        assert verdicts([changed, held], [held])[0][-1] == ("{0}", Verdict.SILENT)
    else:
        assert verdicts([held], [held], [changed]) == ([("{0}", Verdict.SILENT)], [])


def test_a_second_sight_is_compared_with_what_readers_hold() -> None:
    """What an earlier page staged is not yet known to anybody: an addition stays one."""
    assert verdicts([single("a", "{2}")], [], [single("a", "{1}")])[0] == [("{2}", Verdict.ADDED)]


@pytest.mark.parametrize(
    ("deleted", "held", "holds"),
    [
        (9, 10, False),
        (10, 19, True),
        (10, 20, False),
        (11, 20, True),
        (50, 100, False),
        (51, 100, True),
    ],
    ids=[
        "fewer than the least",
        "the least, more than half",
        "exactly half",
        "more than half",
        "exactly half of many",
        "more than half of many",
    ],
)
def test_a_pass_is_held_that_deletes_more_than_the_share(
    deleted: int, held: int, *, holds: bool
) -> None:
    """Fewer than the minimum, or no more than the share, are never held."""
    counts = StagedCounts(deleted=deleted, held=held)
    assert MassDeletion(share=0.5, minimum=10).holds(counts) is holds


@pytest.mark.parametrize("answer", [True, False])
def test_code_may_confirm_a_mass_deletion(*, answer: bool) -> None:
    """Who is asked and says yes lets the pass commit; nobody is asked about little."""
    asked: list[StagedCounts] = []

    def confirm(counts: StagedCounts) -> bool:
        asked.append(counts)
        return answer

    policy = MassDeletion(share=0.5, minimum=10, confirm=confirm)
    many = StagedCounts(deleted=20, held=20)
    assert policy.holds(many) is not answer
    assert not policy.holds(StagedCounts(deleted=2, held=20))
    assert asked == [many]


def test_a_pass_that_deletes_nothing_is_never_held() -> None:
    """Even a policy that holds everything lets it pass."""
    assert not MassDeletion(share=0.0, minimum=0).holds(StagedCounts(held=0))
    assert MassDeletion(share=0.0, minimum=0).holds(StagedCounts(deleted=1, held=9))


NOON = 43_200


@pytest.mark.parametrize(
    ("end", "all_day", "passed"),
    [
        (NOON, 0, True),
        (NOON + 1, 0, False),
        (NOON + 14 * 3600, 1, True),
        (NOON + 14 * 3600 + 1, 1, False),
        (None, 0, False),
    ],
    ids=["ends then", "ends later", "a day that ends in the east", "a later day", "never ends"],
)
def test_what_has_ended_has_passed(end: int | None, all_day: int, *, passed: bool) -> None:
    """An end is exclusive; a day is over where it ends first."""
    assert (
        has_passed(EventRecord("a", Kind.SINGLE, "{}", last_end=end, all_day=all_day), NOON)
        is passed
    )


def test_a_policy_that_means_nothing_is_refused() -> None:
    """A share lies between nothing and everything, and a least number is a number of events."""
    for share in (-0.1, 1.1):
        with pytest.raises(ValueError, match="must be"):
            MassDeletion(share=share)
    with pytest.raises(ValueError, match="must be"):
        MassDeletion(minimum=-1)
