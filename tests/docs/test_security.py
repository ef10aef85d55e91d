"""What the page on security names is there: constants with their values, and tests."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()

LIMITS = re.findall(r"\| `(kloudsync[\w.]+)\.([A-Z_]+)` \| (\d+) \|", PAGE)
TESTS = re.findall(r"\| `(tests/[\w/.]+)::(test_\w+)` \|", PAGE)
ATTACKS = PAGE.partition("| attack |")[2].partition("\n\n")[0].splitlines()[2:]


@pytest.mark.parametrize(("module", "name", "value"), LIMITS)
def test_a_limit_is_what_the_page_says(module: str, name: str, value: str) -> None:
    """The constant exists under that name, with that value."""
    assert getattr(import_module(module), name) == int(value)


@pytest.mark.parametrize(("path", "name"), TESTS)
def test_an_attack_has_its_test(path: str, name: str) -> None:
    """The function that the table names is in its file."""
    assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), re.MULTILINE)


def test_the_tables_are_found() -> None:
    """A page that was laid out anew is no page without limits, and no attack is without a test."""
    assert len(LIMITS) >= 10
    assert len(TESTS) >= 16
    assert len(ATTACKS) == len(TESTS)
