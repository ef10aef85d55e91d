"""Divisions that break off, are repeated, or meet what others do to the series meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.providers.google.series.editors import (
    RENAMED,
    Editor,
    la,
    mails,
    starts,
    titles,
    whole_days,
)

from kloudsync.errors import KloudsyncError, PreconditionFailed, TransportError, UsageError
from kloudsync.providers.google.wire.event import Event
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle
from kloudsync.testing.transport import FakeTransport


@pytest.mark.parametrize("nth", range(1, 9))
def test_a_broken_edit_is_completed_by_its_repetition(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str, nth: int
) -> None:
    """Wherever it stops, nothing is lost meanwhile, and nothing is doubled in the end."""
    calendar.edit_this(weekly, la(2, 9), summary="Special")
    calendar.cancel_occurrence(weekly, la(2, 16))
    before = starts(fake)
    for kind in (FaultKind.CUT_CONNECTION, FaultKind.CUT_BODY):
        fake.faults = Faults([Fault(kind, nth=nth, times=None)])
        try:
            editor.following(weekly, la(2, 2), RENAMED)
        except TransportError:
            assert set(before) <= set(starts(fake))
    fake.faults = Faults()
    edit = editor.following(weekly, la(2, 2), RENAMED)
    assert edit.series.summary == "Renamed"
    assert starts(fake) == before
    assert titles(fake)[3:6] == ["Renamed", "Special", "Renamed"]


def test_a_lost_answer_to_the_last_write_is_found_out(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """Repeating a finished edit finds the segment that it made."""
    first = editor.following(weekly, la(2, 2), RENAMED)
    count = len(fake.truth())
    again = editor.following(weekly, la(2, 2), RENAMED)
    assert again.series.id == first.series.id
    assert len(fake.truth()) == count
    with pytest.raises(UsageError, match="no occurrence"):
        editor.following(weekly, la(2, 2), Event(summary="Other"))


def test_an_edit_of_another_mind_takes_the_unfinished_one_over(
    editor: Editor, fake: FakeGoogle, weekly: str
) -> None:
    """The segment of a run that was broken off gets what is wanted now."""
    fake.faults = Faults([Fault(FaultKind.FORBIDDEN, operation="events.patch", times=None)])
    with pytest.raises(KloudsyncError):
        editor.following(weekly, la(2, 2), RENAMED)
    fake.faults = Faults()
    editor.following(weekly, la(2, 2), Event(summary="Other"))
    assert titles(fake)[3] == "Other"
    assert len(fake.truth()) == 2


def test_a_deleted_segment_does_not_stand_in_the_way(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Ids of deleted events stay taken; the next life has another one."""
    before = starts(fake)
    first = editor.following(weekly, la(2, 2), RENAMED)
    calendar.delete(first.series.id or "")
    calendar.edit(weekly, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO"])
    second = editor.following(weekly, la(2, 2), RENAMED)
    assert second.series.id != first.series.id
    assert starts(fake) == before


class Meddler:
    """Carries requests, and lets somebody else edit before the earlier segment ends."""

    def __init__(self, fake: FakeGoogle, series: str, **changes: Any) -> None:
        self._fake, self._series, self._changes = fake, series, changes
        self.base_path = fake.base_path
        self._done = False

    def handle(self, method: str, url: str, headers: Any, body: bytes = b"") -> Any:
        """Answer a request."""
        if method == "PATCH" and self._series in url and not self._done:
            self._done = True
            slot = self._changes.pop("slot", None)
            if slot is None:
                self._fake.calendar().edit(self._series, **self._changes)
            else:
                self._fake.calendar().edit_this(self._series, slot, **self._changes)
        return self._fake.handle(method, url, headers, body)


def test_another_version_of_the_same_series_is_no_obstacle(fake: FakeGoogle, weekly: str) -> None:
    """A change of some occurrence gives the whole series a new etag."""
    meddler = Meddler(fake, weekly, slot=la(1, 19), summary="Early")
    editor = Editor(fake, "blocking", FakeTransport(meddler))
    editor.following(weekly, la(2, 2), RENAMED)
    assert titles(fake)[:4] == ["Review", "Early", "Review", "Renamed"]


def test_a_series_that_somebody_changes_meanwhile_is_left_to_them(
    fake: FakeGoogle, weekly: str
) -> None:
    """The later segment is taken back, and the caller decides anew."""
    meddler = Meddler(fake, weekly, summary="Theirs")
    editor = Editor(fake, "blocking", FakeTransport(meddler))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        editor.following(weekly, la(2, 2), RENAMED)
    assert set(titles(fake)) == {"Theirs"}
    assert len(fake.truth()) == 1


class Meddlers(Meddler):
    """Carries requests, and lets others do one thing before each try to end the earlier segment."""

    def __init__(self, fake: FakeGoogle, series: str, *doings: Callable[[], object]) -> None:
        super().__init__(fake, series)
        self._doings = list(doings)

    def handle(self, method: str, url: str, headers: Any, body: bytes = b"") -> Any:
        """Answer a request."""
        if method == "PATCH" and self._series in url and self._doings:
            self._doings.pop(0)()
        return self._fake.handle(method, url, headers, body)


def test_what_others_do_to_occurrences_during_a_division_stays(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """What they cancel, edit and move while it is under way goes over to the later segment too."""

    def meddle() -> None:
        calendar.cancel_occurrence(weekly, la(2, 9))
        calendar.edit_this(weekly, la(2, 16), summary="Special")
        calendar.edit_this(weekly, la(2, 23), start=la(2, 24, 14))

    meddlers = FakeTransport(Meddlers(fake, weekly, meddle))
    edit = Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED, "all")
    assert (edit.carried, edit.lost) == (3, ())
    found = [one[::2] for one in whole_days(fake) if la(2, 1) < one[0] < la(3, 1)]
    assert found == [
        (la(2, 2), "Renamed"),
        (la(2, 16), "Special"),
        (la(2, 24, 14), "Renamed"),
    ]
    assert mails(fake) == ["events.insert"]


def test_what_others_take_back_during_a_division_is_taken_back(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Restored, renamed again, moved back: the later segment has it as it is in the end."""
    cancelled = calendar.cancel_occurrence(weekly, la(2, 9))
    calendar.edit_this(weekly, la(2, 16), summary="Special", location="Roof")
    calendar.edit_this(weekly, la(2, 23), start=la(2, 24, 14))
    calendar.edit_this(weekly, la(3, 2), summary="Untouched")
    calendar.edit_this(weekly, la(3, 9), summary="Doomed")

    def change() -> None:
        calendar.restore(cancelled)
        calendar.edit_this(weekly, la(2, 16), summary="Other", location=None)

    def change_again() -> None:
        calendar.edit_this(weekly, la(2, 23), start=la(2, 23))
        calendar.cancel_occurrence(weekly, la(3, 9))

    meddlers = FakeTransport(Meddlers(fake, weekly, change, change_again))
    Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    found = [
        (one.start, one.summary, one.resource.get("location"))
        for one in calendar.occurrences(la(2, 2), la(3, 17))
    ]
    assert found == [
        (la(2, 2), "Renamed", None),
        (la(2, 9), "Renamed", None),
        (la(2, 16), "Other", None),
        (la(2, 23), "Renamed", None),
        (la(3, 2), "Untouched", None),
        (la(3, 16), "Renamed", None),
    ]


def test_what_others_do_in_the_later_segment_during_a_division_stays(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """Only what this edit wrote there itself is ever taken back."""

    def meddle() -> None:
        (tail,) = fake.truth().keys() - {weekly}
        calendar.cancel_occurrence(tail, la(2, 9))
        calendar.edit_this(weekly, la(2, 16), summary="Special")

    meddlers = FakeTransport(Meddlers(fake, weekly, meddle))
    Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    found = [one[::2] for one in whole_days(fake) if la(2, 1) < one[0] < la(2, 17)]
    assert found == [(la(2, 2), "Renamed"), (la(2, 16), "Special")]


def test_a_series_that_others_touch_without_end_is_left_to_them(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """After some tries the later segment is taken back."""

    def meddle() -> None:
        calendar.edit_this(weekly, la(1, 19), summary="Early")

    before = starts(fake)
    meddlers = FakeTransport(Meddlers(fake, weekly, *[meddle] * 9))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    assert starts(fake) == before
    assert "Renamed" not in titles(fake)


def test_a_series_that_others_delete_during_a_division_is_gone(
    editor: Editor, fake: FakeGoogle, calendar: FakeCalendar, weekly: str
) -> None:
    """The later segment does not outlive it."""
    meddlers = FakeTransport(Meddlers(fake, weekly, lambda: calendar.delete(weekly)))
    with pytest.raises(PreconditionFailed, match="somebody else"):
        Editor(fake, editor.colour, meddlers).following(weekly, la(2, 2), RENAMED)
    assert starts(fake) == []
