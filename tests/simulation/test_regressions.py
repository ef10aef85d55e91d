"""Histories that once went wrong, each shrunk to its shortest script."""

from __future__ import annotations

import pytest
from tests.simulation.script import Act, Crash, Race, Script, Storm, Sync
from tests.simulation.world import World

HISTORIES: dict[str, Script] = {
    # A worker died before the commit; the heir read the last page again, from which something
    # was gone by then, and kept what the first reading had staged.
    "a page read twice": [Act(1, 517397611), Crash(1, 2, 13, after=False), Act(1, 284302031)],
    # A series was split and its new half deleted between two syncs; its exceptions stayed.
    "a segment that nobody saw": [
        Act(0, 1044564553),
        Act(0, 311385489),
        Crash(0, 1, 15, after=False),
        Act(0, 162208486),
        Act(0, 357072150),
    ],
    "a segment that nobody saw, counted": [
        Act(0, 538943279),
        Act(0, 170378261),
        Act(0, 1046024843),
        Crash(0, 3, 6, after=False),
        Act(0, 73579823),
        Act(0, 356852958),
    ],
    # A resumed pass ended with the calendar as it was before the crash, and the run with it.
    "a resumed pass is not the present": [
        Act(1, 28278034),
        Act(1, 556958498),
        Storm(578600102, 0.3),
        Sync(1, 5),
        Act(1, 288083023),
        Act(1, 465975918),
        Act(1, 646448839),
        Race(1, 2, 3, late=True),
        Act(1, 220273459),
    ],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_a_history_that_once_went_wrong(history: Script) -> None:
    """It ends with the copy in step, now and for good."""
    World().run(history)
