"""The code in README and documentation is what type checkers accept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.docs.pages import PAGES, ROOT, programs


@pytest.mark.long
def test_the_programs_of_the_pages_are_typed(tmp_path: Path) -> None:
    """Whoever copies a page's code into a strictly typed program gets no error from it."""
    for number, page in enumerate(PAGES):
        code = "\n".join(block.code for block, _ in programs(page))
        (tmp_path / f"page_{number}_{page.stem.replace('-', '_')}.py").write_text(code)
    checked = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "mypy", "--strict", *map(str, tmp_path.glob("*.py"))],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout


@pytest.mark.long
def test_the_provider_of_ones_own_is_typed_strictly(tmp_path: Path) -> None:
    """Pyright, which wants what a protocol says to be kept to the letter, has nothing to add."""
    first, *_ = programs(ROOT / "docs" / "your-own-provider.md")
    (tmp_path / "folder.py").write_text(first[0].code)
    (tmp_path / "pyrightconfig.json").write_text('{"typeCheckingMode": "strict"}')
    checked = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "folder.py"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stdout
