"""Edits of series that are broken off at any of their requests, and repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from attrs import define, evolve
from tests.providers.google.series.editors import Editor, la, starts, timed, whole_days
from tests.sync.world import World

from kloudsync.errors import SeriesEditUnfinished, ServiceUnavailable, UsageError
from kloudsync.model.change import Updated
from kloudsync.providers.google.resources.checks import PROPERTIES_SIZE
from kloudsync.providers.google.series.notes import PREFIX
from kloudsync.providers.google.wire.event import Event, EventExtendedProperties
from kloudsync.stores.memory.store import MemoryStore
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle

MOVED = Event(start=timed(la(1, 12, 10)), summary="Later")


class Death(BaseException):
    """A process that dies."""


@define
class Dying(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries requests until one of them, before or after which the process dies."""

    inner: Any
    nth: int
    after: bool
    count: int = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a blocking client."""
        self._die(after=False)
        response: httpx.Response = self.inner.handle_request(request)
        self._die(after=True)
        return response

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an awaiting client."""
        self._die(after=False)
        response: httpx.Response = await self.inner.handle_async_request(request)
        self._die(after=True)
        return response

    def _die(self, *, after: bool) -> None:
        self.count += not after
        if self.count == self.nth and self.after is after:
            raise Death


def disturb(calendar: FakeCalendar, series: str) -> None:
    """Change, move and cancel occurrences of a series of ten days, as a person does."""
    calendar.edit_this(series, la(1, 15), summary="Special")
    calendar.edit_this(series, la(1, 17), start=la(1, 17, 15), end=la(1, 17, 16))
    calendar.cancel_occurrence(series, la(1, 19))
    calendar.edit_this(series, la(1, 20), summary="Guest", location="Room 2")


def edits(editor: Editor, series: str) -> Iterator[tuple[str, Callable[[Editor], Any]]]:
    """Name the edits that hand occurrences over."""
    yield "all", lambda editor: editor.all(series, MOVED)
    yield "first", lambda editor: editor.following(series, la(1, 12), MOVED)
    yield "following", lambda editor: editor.following(series, la(1, 14), AT_TEN)


AT_TEN = Event(start=timed(la(1, 14, 10)), summary="Later")


def wanted(kind: str) -> list[tuple[Any, str]]:
    """Return what stands in the calendar in the end."""
    shown = [(la(1, day, 10), "Later") for day in range(12, 22) if day != 19]
    if kind == "following":
        shown[:2] = [(la(1, 12), "Stand-up"), (la(1, 13), "Stand-up")]
    renamed = {15: "Special", 20: "Guest"}
    shown = [(at, renamed.get(at.day, name)) for at, name in shown]
    return [(la(1, 17, 15) if at.day == 17 else at, name) for at, name in shown]


def notes(fake: FakeGoogle) -> list[str]:
    """Return the ids of what has notes."""
    return [
        event["id"]
        for event in fake.calendar().truth().values()
        for name in event.get("extendedProperties", {}).get("private", {})
        if name.startswith(PREFIX)
    ]


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("kind", ["all", "first", "following"])
def test_an_edit_that_dies_anywhere_is_completed_by_its_repetition(
    editor: Editor, kind: str, after: bool
) -> None:
    """Nothing of what a person made of single occurrences is lost, doubled or left as a note."""
    nth = 0
    while True:
        nth += 1
        fake = FakeGoogle()
        calendar = fake.calendar()
        series = calendar.create("Stand-up", la(1, 12), recurrence=["RRULE:FREQ=DAILY;COUNT=10"])
        disturb(calendar, series)
        dying = Dying(fake.transport(), nth, after)
        edit = dict(edits(editor, series))[kind]
        try:
            edit(evolve(editor, fake=fake, transport=dying))
        except Death:
            assert set(notes(fake)) <= {series}
            edit(evolve(editor, fake=fake))
        shown = [(one[0], one[2]) for one in whole_days(fake)]
        assert shown == wanted(kind), f"broken off {'after' if after else 'before'} request {nth}"
        assert notes(fake) == []
        if dying.count < nth:
            break
    assert nth > 6


def test_another_edit_completes_what_was_broken_off(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, daily: str
) -> None:
    """Whatever is done to the series next, by whatever program."""
    disturb(calendar, daily)
    fake.faults = Faults([Fault(FaultKind.SERVER_ERROR, operation="batch", times=None)])
    with pytest.raises(SeriesEditUnfinished):
        editor.all(daily, MOVED)
    fake.faults = Faults()
    editor.this(daily, la(1, 13, 10), Event(summary="Guest speaker"))
    shown = {one[0]: one[2] for one in whole_days(fake)}
    assert (shown[la(1, 13, 10)], shown[la(1, 15, 10)]) == ("Guest speaker", "Special")
    assert la(1, 19, 10) not in shown
    assert notes(fake) == []


def test_what_was_not_handed_over_travels_with_the_error(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, daily: str
) -> None:
    """Its caller is told which occurrences wait, and how to complete the edit."""
    disturb(calendar, daily)
    fake.faults = Faults([Fault(FaultKind.SERVER_ERROR, operation="batch", times=None)])
    with pytest.raises(SeriesEditUnfinished, match="repeat the edit") as caught:
        editor.all(daily, MOVED)
    assert isinstance(caught.value.__cause__, ServiceUnavailable)
    assert caught.value.series == daily
    summaries = {one.summary for one in caught.value.waiting if one.status != "cancelled"}
    assert {"Special", "Guest"} <= summaries
    assert len(caught.value.waiting) == 4


def test_what_somebody_made_of_an_occurrence_since_stays(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, daily: str
) -> None:
    """What was handed over before the edit broke off is theirs again."""
    disturb(calendar, daily)
    requests = 0
    while True:
        requests += 1
        dying = Dying(fake.transport(), requests, after=True)
        try:
            editor_of(fake, dying, editor).all(daily, MOVED)
        except Death:
            if any(one[2] == "Special" and one[0] == la(1, 15, 10) for one in whole_days(fake)):
                break
    calendar.edit_this(daily, la(1, 15, 10), summary="Cancelled after all")
    editor.all(daily, MOVED)
    assert (la(1, 15, 10), "Cancelled after all") in [one[::2] for one in whole_days(fake)]


def editor_of(fake: FakeGoogle, transport: Any, editor: Editor) -> Editor:
    """Return an editor of the same colour over another transport."""
    return evolve(editor, fake=fake, transport=transport)


def test_more_than_a_series_can_note_is_refused_before_anything_is_written(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """With the number of occurrences."""
    series = calendar.create("Stand-up", la(1, 12), recurrence=["RRULE:FREQ=DAILY;COUNT=90"])
    for occurrence in list(calendar.occurrences(la(1, 12), la(4, 1)))[1:80]:
        text = "".join(chr(0x4E00 + hash((occurrence.id, n)) % 8000) for n in range(400))
        calendar.edit_this(series, occurrence.start, description=text)
    before = fake.truth()
    with pytest.raises(UsageError, match=r"7\d occurrences .* of 32768 bytes"):
        editor.all(series, MOVED)
    assert fake.truth() == before


def test_notes_share_the_room_with_other_properties(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar
) -> None:
    """What a program keeps on the series stays, and counts."""
    own = {f"mine{n}": "x" * 1000 for n in range(31)}
    properties = {"private": own, "shared": {"ours": "yes"}}
    rule = ["RRULE:FREQ=DAILY;COUNT=10"]
    series = calendar.create("Stand-up", la(1, 12), recurrence=rule, extendedProperties=properties)
    disturb(calendar, series)
    editor.all(series, MOVED)
    assert fake.truth()[series]["extendedProperties"] == properties
    assert [(one[0], one[2]) for one in whole_days(fake)] == wanted("all")
    full = {f"mine{n}": "x" * 1012 for n in range(32)}
    change = Event(extended_properties=EventExtendedProperties(private=full))
    assert sum(len(name) + 1012 for name in full) < PROPERTIES_SIZE
    with pytest.raises(UsageError, match="4 occurrences"):
        editor.all(
            series,
            evolve(
                MOVED, start=timed(la(1, 12, 11)), extended_properties=change.extended_properties
            ),
        )


def test_notes_go_with_a_change_of_other_properties(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, daily: str
) -> None:
    """What else an edit says of properties is done."""
    disturb(calendar, daily)
    properties = EventExtendedProperties(private={"mine": "yes"}, shared={"ours": "no"})
    editor.all(daily, evolve(MOVED, extended_properties=properties))
    wanted_of = {"private": {"mine": "yes"}, "shared": {"ours": "no"}}
    assert fake.truth()[daily]["extendedProperties"] == wanted_of


def test_notes_are_no_content(fake: FakeGoogle) -> None:
    """A copy that meets them, and their removal, tells of the edit alone."""
    with World("blocking", MemoryStore(), fake=fake) as world:
        rule = ["RRULE:FREQ=DAILY;COUNT=10"]
        series = world.calendar.create("Stand-up", la(1, 12), recurrence=rule)
        disturb(world.calendar, series)
        world.sync()
        fake.faults = Faults([Fault(FaultKind.SERVER_ERROR, operation="batch", times=None)])
        with pytest.raises(SeriesEditUnfinished):
            Editor(fake, "blocking").all(series, MOVED)
        assert notes(fake)
        fake.faults = Faults()
        world.sync()
        world.changes()
        Editor(fake, "blocking").this(series, la(1, 13, 10), Event(summary="Guest speaker"))
        assert not notes(fake)
        world.sync()
        assert world.is_in_step()
        told = [one.before.id for one in world.changes() if isinstance(one, Updated)]
        assert series not in told


@pytest.mark.parametrize("broken", ["", "none", "bm9uZQ=="])
def test_notes_that_somebody_mutilated_say_nothing(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, broken: str
) -> None:
    """They are removed with the next edit, and stop none."""
    properties = {"private": {f"{PREFIX}000": broken}}
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]
    series = calendar.create("Stand-up", la(1, 12), recurrence=rule, extendedProperties=properties)
    editor.this(series, la(1, 13), Event(summary="Special"))
    assert notes(fake) == []
    assert starts(fake) == [la(1, 12), la(1, 13), la(1, 14)]
