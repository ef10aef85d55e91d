"""What cannot be proposed says what to say."""

from __future__ import annotations

from typing import Any

import pytest

pytest.importorskip("mcp.shared.memory", reason="the extra mcp is not installed")

from tests.mcp.desk import Desk

SINGLE = {"event": "Review", "day": "2026-01-05"}
SERIES = {"event": "Stand-up", "day": "2026-01-06"}


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("propose_change", {**SERIES, "title": "x"}, "say `scope`"),
        ("propose_cancellation", SERIES, "Ask the person which is meant"),
        ("propose_cancellation", {**SINGLE, "scope": "all"}, "leave `scope` out"),
        ("propose_change", SINGLE, "say what is to change"),
        ("propose_change", {**SINGLE, "start": "2026-01-06"}, "it takes times"),
        ("propose_change", {**SINGLE, "end": "2026-01-04T09:00"}, "end before it begins"),
        ("propose_change", {**SINGLE, "start": "soon"}, "give a day such as"),
        ("propose_change", {**SINGLE, "title": "t" * 201}, "at most 200"),
        ("propose_change", {**SINGLE, "day": "2026-02-05", "title": "x"}, "nothing of this id"),
        ("propose_cancellation", {"event": "none", "day": "2026-01-05"}, "nothing of this id"),
        (
            "propose_event",
            {"title": " ", "start": "2026-01-07", "end": "2026-01-07"},
            "needs title",
        ),
        (
            "propose_event",
            {"title": "x", "start": "2026-01-07", "end": "2026-01-07T10:00"},
            "two days, or two times",
        ),
        (
            "propose_event",
            {"title": "x", "start": "2026-01-07", "end": "2026-01-07", "guests": ["bob"]},
            "no address",
        ),
        (
            "propose_event",
            {"title": "x", "start": "2026-01-07", "end": "2026-01-07", "repeats": "often"},
            "no rule such as FREQ=WEEKLY;COUNT=4",
        ),
        (
            "propose_event",
            {
                "title": "x",
                "start": "2026-01-07",
                "end": "2026-01-07",
                "repeats": "FREQ=WEEKLY;BYDAY=MO",
            },
            "does not go through the start",
        ),
    ],
)
def test_what_cannot_be_proposed_says_what_to_say(
    google: Desk, tool: str, arguments: dict[str, Any], says: str
) -> None:
    """As an error, and nothing is proposed."""
    named = arguments.get("event")
    if named in ("Review", "Stand-up"):
        arguments = {**arguments, "event": google.id_of(str(named))}
    assert says in google.refused(tool, **arguments)
    assert google.writes() == []
