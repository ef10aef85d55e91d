"""Series that are divided again, or only look so: told step by step, whoever divides them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from tests.sync.dividing import Row, Story, begun, tell
from tests.sync.world import Drive, World

from kloudsync.errors import UsageError
from kloudsync.model.change import SeriesSplit, SeriesTruncated
from kloudsync.model.page import SeriesFacts
from kloudsync.model.record import EventRecord
from kloudsync.stores import MemoryStore
from kloudsync.sync.source import SourceDescription

SLOTS = {
    week: f"2026-{month:02}-{day:02}T09:00"
    for week, (month, day) in {
        3: (1, 26),
        4: (2, 2),
        6: (2, 16),
        8: (3, 2),
        10: (3, 16),
        11: (3, 23),
    }.items()
}
"""Mondays at nine, by weeks from 5 January."""

REVIEW: Row = {
    "start": "2026-01-05T09:00",
    "end": "2026-01-05T10:00",
    "zone": "UTC",
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=12"],
    "summary": "Review",
    "all_day": False,
}


def cut(week: int, until: int = 12, **changes: Any) -> Row:
    """Describe a client's cut at a week of what goes on to another one."""
    tail = {"recurrence": [f"RRULE:FREQ=WEEKLY;COUNT={until - week}"]}
    return {
        "at": SLOTS[week],
        "how": "client",
        "gap": "none",
        "first": "head",
        "keeps_id": "head",
        "head": {"recurrence": [f"RRULE:FREQ=WEEKLY;COUNT={week}"]},
        "tail": tail,
        **changes,
    }


def told(cuts: list[Row], drive: Drive, **more: Any) -> Story:
    """Live through cuts of a weekly review."""
    return tell({"series": REVIEW, "cuts": cuts, **more}, drive, MemoryStore())


def pairs(story: Story) -> list[tuple[str, str]]:
    """Return the splits of the feed by name."""
    assert story.reported() == (story.splits(), story.truncations())
    return [(old, new) for old, new, _ in story.splits()]


@pytest.mark.parametrize("gap", ["none", "sync", "minutes:20,sync"])
@pytest.mark.parametrize("first", ["head", "tail"])
def test_an_earlier_cut_puts_its_half_between(drive: Drive, gap: str, first: str) -> None:
    """What followed the first half follows the new one, whenever its halves come."""
    story = told([cut(8), cut(4, 8, gap=gap, first=first)], drive)
    assert pairs(story) == [("base", "new1"), ("base", "new2")]
    assert story.truncations() == (["base"] if "sync" in gap and first == "head" else [])
    assert story.lineage("new2") == ["base", "new2", "new1"]


@pytest.mark.parametrize("gap", ["none", "sync", "minutes:20,sync"])
@pytest.mark.parametrize("first", ["head", "tail"])
@pytest.mark.parametrize("minutes", [60, 1440, 2880, -1440])
def test_a_half_that_keeps_its_id_may_go_to_another_day(
    drive: Drive, gap: str, first: str, minutes: int
) -> None:
    """Its past is found whenever it comes, by name, by where it began, and by its end."""
    moved = cut(8)["tail"] | {"shift_minutes": minutes}
    story = told([cut(8, tail=moved, keeps_id="tail", first=first, gap=gap)], drive)
    assert pairs(story) == [("new1", "base")]
    assert story.truncations() == []
    assert story.lineage("base") == ["new1", "base"]


@pytest.mark.parametrize("minutes", [30, 1440, 8640, -60])
def test_the_last_occurrence_alone_may_be_the_half(drive: Drive, minutes: int) -> None:
    """It is there before the cut, and moved behind the end of what it is cut off."""
    moved = cut(11)["tail"] | {"shift_minutes": minutes}
    story = told([cut(11, tail=moved, first="tail", gap="sync")], drive)
    assert (pairs(story), story.truncations()) == ([("base", "new1")], [])


def test_a_head_that_begins_later_by_now_goes_on_all_the_same(drive: Drive) -> None:
    """Its cut was seen a pass before its new half came, together with its new start."""
    head = {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260301T235959Z"]}
    later = {"edit_all": {"shift_days": 7}}
    story = told([cut(8, head=head, gap="sync", then=[later])], drive)
    assert pairs(story) == [("base", "new1")]
    assert story.lineage("base") == ["base", "new1"]


@pytest.mark.parametrize("gap", ["none", "sync"])
def test_a_head_that_is_shortened_again_and_again_is_split_once(drive: Drive, gap: str) -> None:
    """Each time it is cut is told, and what a client inserted then stays what goes on."""
    story = told([cut(8, gap=gap), cut(6, tail=None), cut(4, tail=None)], drive)
    assert pairs(story) == [("base", "new1")]
    assert len(story.truncations()) == (2 if gap == "none" else 3)
    assert story.lineage("base") == ["base", "new1"]


@pytest.mark.parametrize("gap", ["none", "sync", "minutes:20,sync"])
@pytest.mark.parametrize("first", ["head", "tail"])
def test_a_head_that_was_shortened_may_be_divided_after_that(
    drive: Drive, gap: str, first: str
) -> None:
    """The new half goes between the head and what followed it, in one pass or in two."""
    story = told([cut(8), cut(6, tail=None), cut(4, 6, gap=gap, first=first)], drive)
    assert pairs(story) == [("base", "new1"), ("base", "new3")]
    assert story.lineage("base") == ["base", "new3", "new1"]


def test_a_half_in_the_middle_is_divided_like_any_other(drive: Drive) -> None:
    """Three cuts, the last of them between the other two."""
    middle = cut(6, 8, of="new2", head={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=2"]})
    story = told([cut(8), cut(4, 8), middle], drive)
    assert pairs(story) == [("base", "new1"), ("base", "new2"), ("new2", "new3")]
    assert story.lineage("base") == ["base", "new2", "new3", "new1"]


@pytest.mark.parametrize("how", ["client", "editor"])
def test_two_divisions_between_two_looks_are_two_splits(drive: Drive, how: str) -> None:
    """Late before early: the copy sees one cut, and a half that ends where another one begins."""
    cuts = [cut(8, how=how, unseen=True), cut(4, 8, how=how)]
    if how == "editor":
        cuts = [one | {"tail": {"location": "Room B"}} for one in cuts]
    story = told(cuts, drive)
    assert sorted(pairs(story)) == [("base", "new2"), ("new2", "new1")]
    assert story.lineage("base") == ["base", "new2", "new1"]


def test_two_divisions_in_their_order_between_two_looks_are_two_splits(drive: Drive) -> None:
    """Early before late, under other names each, by the library's own editor."""
    cuts = [
        cut(4, how="editor", tail={"summary": "Retro"}, unseen=True),
        cut(8, how="editor", tail={"summary": "Planning"}, of="new1"),
    ]
    story = told(cuts, drive)
    assert pairs(story) == [("base", "new1"), ("new1", "new2")]
    assert story.lineage("new2") == ["base", "new1", "new2"]


def test_a_past_half_goes_between_what_was_before_and_what_remains(drive: Drive) -> None:
    """The future half keeps its id, and is itself the later half of an earlier cut."""
    past = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]}
    story = told([cut(4), cut(8, of="new1", keeps_id="tail", head=past)], drive)
    assert pairs(story) == [("base", "new1"), ("new2", "new1")]
    assert story.lineage("base") == ["base", "new2", "new1"]


def test_a_cut_that_waits_is_settled_once(drive: Drive) -> None:
    """What comes after its half is a stranger, however well it fits."""
    again = cut(4, first="tail", head={"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=4"]})
    story = told([cut(4, gap="sync"), again], drive)
    assert pairs(story) == [("base", "new1")]
    assert story.lineage("new2") == ["new2"]


def test_a_cut_that_was_taken_back_waits_for_nothing(drive: Drive) -> None:
    """A series that goes on by itself has lost nothing that another one could go on with."""
    whole = {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=12"]}
    with begun({"series": REVIEW, "cuts": [cut(4, tail=None)]}, drive, MemoryStore()) as story:
        story.edit({"edit_all": whole})
        story.sync()
        story.cut(cut(4, head=whole))
        story.sync()
        assert (pairs(story), story.truncations()) == ([], ["base"])


@pytest.mark.parametrize(("minutes", "linked"), [(45, True), (60 * 24, True)])
def test_later_writes_of_the_first_half_hide_its_cut(
    drive: Drive, minutes: int, linked: bool
) -> None:
    """Both halves were written at once; the first was written again before anybody looked."""
    touched = {"minutes": minutes, "description": "In the small room"}
    story = told([cut(4, touched=touched)], drive)
    assert (pairs(story) == [("base", "new1")]) is linked


@pytest.mark.parametrize(
    ("gap", "written_apart", "linked"),
    [
        ("minutes:29,sync", None, True),
        ("minutes:31,sync", None, False),
        ("minutes:31,sync", timedelta(hours=1), True),
        ("minutes:2", timedelta(minutes=1), False),
        ("minutes:1440", None, False),
    ],
)
def test_how_long_a_client_may_take_can_be_chosen(
    drive: Drive, gap: str, written_apart: timedelta | None, linked: bool
) -> None:
    """Half an hour, unless told otherwise; moments of syncs are no matter."""
    chosen = {} if written_apart is None else {"written_apart": written_apart}
    story = tell({"series": REVIEW, "cuts": [cut(4, gap=gap)]}, drive, MemoryStore(), **chosen)
    assert (pairs(story) == [("base", "new1")]) is linked
    assert story.truncations() == ([] if linked and "sync" not in gap else ["base"])


def test_no_client_takes_less_than_no_time() -> None:
    """Such a limit is refused when the engine is made."""
    with pytest.raises(UsageError, match="never -1 day"):
        World("blocking", MemoryStore(), written_apart=timedelta(days=-1))


def term(start: str, end: str, *, title: str = "Maths") -> Row:
    """Describe a term of a course."""
    return REVIEW | {
        "start": start,
        "end": f"{start[:11]}10:00",
        "recurrence": [f"RRULE:FREQ=WEEKLY;UNTIL={end}T235959Z"],
        "summary": title,
    }


TERMS = [
    term("2026-01-05T09:00", "20260330"),
    term("2026-04-06T09:00", "20260629"),
    term("2026-07-06T09:00", "20260928"),
]


def test_terms_that_nobody_edited_are_strangers(drive: Drive) -> None:
    """Also once one of them is edited, for whoever saw them before."""
    row = {"series": REVIEW, "together": TERMS}
    with begun(row, drive, MemoryStore()) as story:
        newcomer = story.newcomer()
        assert story.lineage("import2", newcomer) == ["import2"]
        story.world.clock.advance(timedelta(days=1))
        story.calendar.edit(story.names["import1"], description="Room 4")
        story.sync()
        newcomer.sync()
        assert pairs(story) == []
        for name in ("import1", "import2", "import3"):
            assert story.lineage(name) == story.lineage(name, newcomer) == [name]


@pytest.mark.parametrize(
    "beside",
    [
        REVIEW | {"start": "2026-02-02T09:00", "by": "import", "organizer": "chair@example.org"},
        REVIEW | {"start": "2026-02-02T11:00", "end": "2026-02-02T12:00", "summary": "Judo"},
        REVIEW | {"start": "2026-02-02T09:00", "end": "2026-02-02T11:00", "summary": "Judo"},
        REVIEW | {"start": "2026-02-16T09:00", "end": "2026-02-16T10:00"},
        REVIEW | {"start": "2026-01-05T09:00"},
        REVIEW | {"start": "2026-02-02", "end": "2026-02-03", "all_day": True},
    ],
    ids=[
        "another organizer",
        "name and hour",
        "name and length",
        "two weeks on",
        "as early",
        "days",
    ],
)
@pytest.mark.parametrize("gap", ["none", "sync"])
def test_a_neighbour_is_no_half(drive: Drive, beside: Row, gap: str) -> None:
    """It is written in the same minute, and belongs to something else."""
    beside = (
        {"end": f"{beside['start'][:11]}10:00"} | beside | {"recurrence": ["RRULE:FREQ=WEEKLY"]}
    )
    if not beside["all_day"] and beside["end"] < beside["start"]:
        beside["end"] = f"{beside['start'][:11]}10:00"
    story = told([cut(4, tail=None, beside=beside, gap=gap)], drive)
    assert (pairs(story), story.truncations()) == ([], ["base"])


def test_a_neighbour_that_stood_there_long_before_the_cut_is_no_half(drive: Drive) -> None:
    """Somebody planned the next term a week ago, and ends this one where it begins today."""
    early = cut(4, first="tail", gap="minutes:10080,sync")
    story = told([early], drive)
    assert (pairs(story), story.truncations()) == ([], ["base"])


def test_of_two_halves_the_one_of_the_same_name_goes_on(drive: Drive) -> None:
    """Another series of the same hand takes the place that was freed, at once."""
    judo = REVIEW | {
        "start": SLOTS[4],
        "end": "2026-02-02T10:00",
        "summary": "Judo",
        "recurrence": ["RRULE:FREQ=WEEKLY"],
    }
    moved = cut(4)["tail"] | {"shift_minutes": 60}
    story = told([cut(4, tail=moved, beside=judo)], drive)
    assert pairs(story) == [("base", "new1")]
    assert story.lineage("beside1") == ["beside1"]


def test_a_series_that_is_moved_to_a_later_day_is_moved(drive: Drive) -> None:
    """A series of that title that begins where it began, but does not end before it, is another."""
    with begun({"series": REVIEW}, drive, MemoryStore()) as story:
        story.edit({"edit_all": {"shift_days": 14}})
        story.sync()
        story.create(REVIEW | {"recurrence": ["RRULE:FREQ=WEEKLY;COUNT=9"]}, "other1")
        story.sync()
        assert (pairs(story), story.truncations()) == ([], [])


TOKYO = ZoneInfo("Asia/Tokyo")


def test_meetings_that_become_whole_days_are_not_cut(drive: Drive) -> None:
    """Nine o'clock in Tokyo is midnight UTC, as a date is; a bound is written in the other form."""
    with World(drive, MemoryStore()) as world:
        rule = ["RRULE:FREQ=WEEKLY;UNTIL=20260330T145959Z"]
        series = world.calendar.create(
            "Weekly", datetime(2026, 1, 5, 9, tzinfo=TOKYO), recurrence=rule
        )
        world.sync()
        days = {"start": date(2026, 1, 5), "end": date(2026, 1, 6)}
        for changes in (
            days | {"recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260323"]},
            {
                "start": datetime(2026, 1, 5, 9, tzinfo=TOKYO),
                "end": datetime(2026, 1, 5, 10, tzinfo=TOKYO),
                "recurrence": ["RRULE:FREQ=WEEKLY;UNTIL=20260316T145959Z"],
            },
        ):
            world.calendar.edit_all(series, **changes)
            report = world.sync()
            assert (report.splits, report.truncations, report.updated) == ((), (), 1)
            assert world.is_in_step()
        told = world.changes()
        assert not [one for one in told if isinstance(one, (SeriesSplit, SeriesTruncated))]


def test_a_series_that_cannot_be_looked_at_has_no_evidence(
    drive: Drive, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others have, the pass is committed, and a line says so without contents."""
    with World(drive, MemoryStore(), page_size=10) as world:
        start = datetime(2026, 1, 5, 9, tzinfo=TOKYO)
        weekly = ["RRULE:FREQ=WEEKLY"]
        odd, good = (world.calendar.create(n, start, recurrence=weekly) for n in ("odd", "good"))
        world.sync()
        source = cast("type[SourceDescription]", type(world.copy._source))
        honest = source.series_facts

        def facts(self: Any, record: EventRecord) -> SeriesFacts:
            if record.id == odd:
                raise ZeroDivisionError(record.raw)
            return honest(self, record)

        monkeypatch.setattr(source, "series_facts", facts)
        for series in (odd, good):
            world.calendar.truncate(series, datetime(2026, 2, 2, 9, tzinfo=TOKYO))
        report = world.sync()
        assert [one.series for one in report.truncations] == [good]
        assert world.is_in_step()
        assert "1 series not looked at for splits: 1 x ZeroDivisionError" in caplog.text
        assert odd not in caplog.text


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_order_of_arrival_tells_nothing(drive: Drive, order: tuple[int, ...]) -> None:
    """Three series of one title, cut and gone on with in one pass, each find their own half."""
    starts = ["2026-01-05T09:00", "2026-01-06T09:00", "2026-01-07T09:00"]
    series = [REVIEW | {"start": at, "end": f"{at[:11]}10:00"} for at in starts]
    with begun({"series": REVIEW, "others": series}, drive, MemoryStore()) as story:
        for n in order:
            at = datetime.fromisoformat(starts[n]) + timedelta(weeks=4)
            story.cut(cut(4, of=f"other{n + 1}") | {"at": at.isoformat()[:16]})
        story.sync()
        halves = {(f"other{n + 1}", f"new{place + 1}") for place, n in enumerate(order)}
        assert set(pairs(story)) == halves


def test_halves_of_one_title_and_hour_are_told_apart_by_their_length(drive: Drive) -> None:
    """A name and a place are not all that goes on."""
    lengths = (1, 2, 3, 4)
    series = [REVIEW | {"end": f"2026-01-05T{9 + hours}:00"} for hours in lengths]
    with begun(
        {"series": REVIEW | {"summary": "Chess"}, "others": series}, drive, MemoryStore()
    ) as story:
        for n in (3, 0, 2, 1):
            story.cut(cut(4, of=f"other{n + 1}"))
        story.sync()
        halves = {("other4", "new1"), ("other1", "new2"), ("other3", "new3"), ("other2", "new4")}
        assert set(pairs(story)) == halves
