"""Every example runs from its beginning to its end, without an account."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
SHOWN = {
    "sync_to_sqlite": "delta: 0 added, 1 updated, 0 deleted; requests: 1",
    "react_to_changes": "goes on as",
    "find_a_slot": "Tue 06 Jan 10:00 to 10:45",
    "slot_between_google_and_microsoft": "Tue 06 Jan 11:30 to 12:15",
    "async_many_calendars": "nobody@example.com: failed: NotFound",
    "test_your_app": "3 passed",
    "google_to_salesloft": "one occurrence moved: 1 updated",
    "kloudless_to_salesloft": "one occurrence cancelled: 1 cancelled",
}
"""What examples print among other things."""


def without_accounts() -> dict[str, str]:
    """Return the environment, without anything that names an account."""
    return {name: value for name, value in os.environ.items() if not name.startswith("KLOUDSYNC_")}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs(example: Path, tmp_path: Path) -> None:
    """An example ends well, in any folder, and shows what it is about."""
    done = subprocess.run(  # noqa: S603 - our own examples
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        env=without_accounts(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert SHOWN.get(example.stem, "\n") in done.stdout


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_what_it_shows(example: Path) -> None:
    """The head of an example says what it is about, and that nothing but a fake is asked."""
    told = ast.get_docstring(ast.parse(example.read_text())) or ""
    assert "fake" in told


@pytest.mark.parametrize("way", ["google_to_salesloft", "kloudless_to_salesloft"])
def test_the_ways_to_salesloft_are_short(way: str) -> None:
    """Mirroring a calendar takes fewer than 40 lines, the fakes included."""
    assert len((ROOT / "examples" / f"{way}.py").read_text().splitlines()) < 40


def test_no_example_is_forgotten() -> None:
    """What is expected of examples is expected of examples that exist."""
    assert set(SHOWN) <= {example.stem for example in EXAMPLES}
