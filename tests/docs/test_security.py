"""What the page on security names is there: constants with their values, and tests."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()

LIMITS = re.findall(r"\| `(kloudsync[\w.]+)\.([A-Z_]+)` \| (\d+) \|", PAGE)
TESTS = re.findall(r"\| `(tests/[\w/.]+)` \|", PAGE)


@pytest.mark.parametrize(("module", "name", "value"), LIMITS)
def test_a_limit_is_what_the_page_says(module: str, name: str, value: str) -> None:
    """The constant exists under that name, with that value."""
    assert getattr(import_module(module), name) == int(value)


@pytest.mark.parametrize("path", TESTS)
def test_an_attack_has_its_test(path: str) -> None:
    """The file that the table names is there."""
    assert (ROOT / path).is_file()


def test_the_tables_are_found() -> None:
    """A page that was laid out anew is no page without limits."""
    assert len(LIMITS) >= 10
    assert len(TESTS) >= 16
