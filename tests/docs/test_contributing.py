"""Whoever wants to change something is led to where it lives."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from tests.docs.pages import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
SRC = ROOT / "src" / "kloudsync"
CONSTRAINTS = ROOT / "tests" / "constraints.txt"
ROW = re.compile(r"(?m)^\| (?P<change>[^|]+) \| (?P<place>[^|]*`[^|]+) \|$")
CODE = re.compile(r"`([^`]+)`")
SESSION = re.compile(r"nox -s (\w+)")


def rows() -> list[tuple[str, list[str]]]:
    """Return what somebody wants to change, and the paths that are named for it."""
    return [
        (row["change"], [path for text in CODE.findall(row["place"]) for path in spelled(text)])
        for row in ROW.finditer(PAGE.read_text())
    ]


def spelled(text: str) -> list[str]:
    """Spell out `a/{b,c}.py` as two paths; anything that is no path is none."""
    if not re.fullmatch(r"[\w/.,{}X]+", text):
        return []
    braces = re.search(r"\{(.+)\}", text)
    if braces is None:
        return [text]
    return [text.replace(braces[0], choice) for choice in braces[1].split(",")]


def found(path: str) -> list[Path]:
    """Return the files and folders that a path of the table means; X stands for any vendor."""
    place = path.removeprefix("kloudsync/").rstrip("/")
    folders = {one.parent for one in SRC.rglob("*.py")} if "/" not in place else {SRC}
    folders |= {ROOT}
    name = place.replace("X", "*")
    return [one for folder in folders for one in (*folder.glob(name), *folder.glob(f"{name}.py"))]


@pytest.mark.parametrize(("change", "paths"), rows(), ids=lambda value: str(value)[:40])
def test_every_place_of_the_table_is_there(change: str, paths: list[str]) -> None:
    """A row names files and folders, and each exists."""
    assert paths, change
    assert [path for path in paths if not found(path)] == []


def test_the_sessions_that_are_named_are_there() -> None:
    """Commands that a contributor is told to run exist."""
    defined = re.findall(r"(?m)^def (\w+)\(session", (ROOT / "noxfile.py").read_text())
    assert set(SESSION.findall(PAGE.read_text())) <= set(defined)


def test_whatever_checks_has_one_version() -> None:
    """Each requirement of the extras that develop and document is pinned, and each pin is exact."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"][
        "optional-dependencies"
    ]
    pins = [line.split(" ;")[0] for line in CONSTRAINTS.read_text().splitlines()]
    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    pinned = {pin.split("==")[0] for pin in pins}
    wanted = {re.split(r"[\[<>=; ]", one)[0] for name in ("dev", "docs") for one in extras[name]}
    assert wanted - pinned == {"kloudsync"}
