"""The demo, whole, in a terminal of the usual width."""

from __future__ import annotations

import re

from rich.cells import cell_len
from tests.cli.conftest import Command


def test_the_demo_plays_to_its_end(command: Command) -> None:
    """It shows a first sync, a split, a cancellation, a dead cursor, a week and two pushes."""
    played = command("demo", "--events", "400")
    for word in ("400 added", "series split", "cancelled occurrence", "full pass: 410", "Week"):
        assert word in played
    first, second = re.findall(r"(\d+) created  (\d+) updated  (\d+) cancelled", played)
    assert int(first[0]) > 100
    assert first[1:] == ("0", "0")
    assert second == ("0", "1", "0")
    assert "1 call: 1 upsert; busiest minute:" in played


def test_the_demo_fits_into_eighty_columns(command: Command) -> None:
    """No line is broken where nobody broke it, and none is too long."""
    lines = command("demo", "--events", "400").splitlines()
    assert max(cell_len(line) for line in lines) <= 80
    begins = re.compile(r"^($|  |\d|[A-Z“╭│├╰]|full pass)")
    assert [line for line in lines if not begins.match(line)] == []
