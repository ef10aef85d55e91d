"""The page about errors has each class, with the line that a log shows."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest
from tests.docs.pages import DOCS
from tests.docs.provoked import WAYS, line_of

from kloudsync import errors

PAGE = (DOCS / "error-classes.md").read_text()
SECTION = re.compile(
    r"(?ms)^## (?P<name>\w+)\n\n(?:```text\n(?P<line>.*?)\n```\n\n)?(?P<text>.*?)(?=^## |\Z)"
)
SECTIONS = {found["name"]: found for found in SECTION.finditer(PAGE)}
CLASSES = [
    name
    for name, kind in vars(errors).items()
    if inspect.isclass(kind) and issubclass(kind, errors.KloudsyncError)
]
PARENTS = ("KloudsyncError", "TransportError", "APIError", "SyncError")


def test_each_class_has_its_place() -> None:
    """The page has a section for every class, in the order in which they are defined, and no other."""
    assert list(SECTIONS) == CLASSES


@pytest.mark.parametrize("name", CLASSES)
def test_a_section_says_what_to_do(name: str) -> None:
    """It has a line of a log, unless it is a mere parent, and a remedy."""
    section = SECTIONS[name]
    assert "**Do:**" in section["text"]
    assert (section["line"] or "").startswith(f"{name}: ") is (name not in PARENTS)


@pytest.mark.parametrize("name", list(WAYS))
def test_the_line_is_what_a_log_shows(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever searches the page for what their log says finds it."""
    monkeypatch.chdir(tmp_path)
    assert line_of(WAYS[name]).replace(f"{tmp_path}/", "") == SECTIONS[name]["line"]
