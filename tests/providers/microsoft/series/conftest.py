"""Fixtures of the edits of series."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.providers.microsoft.series.editors import Edited
from tests.providers.microsoft.world import Drive


@pytest.fixture
def edited(drive: Drive) -> Iterator[Edited]:
    """A series on Mondays at 11:00 in Berlin from 2 March 2026, ten times."""
    made = Edited(drive)
    yield made
    made.close()
