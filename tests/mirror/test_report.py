"""A report of a push, in a line."""

from __future__ import annotations

import pytest

from kloudsync.errors import RecurrenceError
from kloudsync.mirror.report import PushReport
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.occurrence import Unexpanded
from kloudsync.model.writes import Action, LedgerEntry, Outcome, Write

ENTRY = LedgerEntry(key="a", uid="u", start=0, end=1, digest=None, stamp=0.0)
NEW, CHANGED, GONE = (Write(action=action, entry=ENTRY) for action in Action)
LOST = Unexpanded(
    calendar=CalendarKey(provider="google", account="a", calendar="c"),
    series="s",
    error=RecurrenceError("too many"),
)


@pytest.mark.parametrize(
    ("report", "line"),
    [
        (PushReport(), "0 created, 0 updated, 0 cancelled"),
        (
            PushReport(created=3, updated=2, cancelled=1, unchanged=9),
            "3 created, 2 updated, 1 cancelled",
        ),
        (
            PushReport(refused=(Outcome(write=NEW, error="no"),), unexpanded=(LOST, LOST)),
            "0 created, 0 updated, 0 cancelled, 1 refused, 2 left out",
        ),
        (
            PushReport(updated=1, missing=1, unknown=2),
            "0 created, 1 updated, 0 cancelled, 1 missing, 2 unknown",
        ),
        (
            PushReport(planned=(NEW, NEW, GONE), missing=1),
            "planned: 2 created, 0 updated, 1 cancelled, 1 missing",
        ),
    ],
)
def test_a_report_says_itself_in_a_line(report: PushReport, line: str) -> None:
    """What was written counts always, and whatever was not where there is some."""
    assert str(report) == line
