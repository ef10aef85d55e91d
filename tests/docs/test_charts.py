"""The charts of the documentation show the figures that were measured."""

from __future__ import annotations

import runpy
from xml.etree import ElementTree as ET

import pytest
from tests.docs.pages import DOCS, ROOT
from tools.dark_drawings import DRAWN, dark

CHARTS: dict[str, str] = runpy.run_path(str(ROOT / "benchmarks" / "charts" / "draw.py"))["drawn"]()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_as_it_would_be_drawn(name: str) -> None:
    """Nobody changed the figures without drawing them, or the drawing by hand."""
    assert (DOCS / "img" / name).read_text() == CHARTS[name]


def test_a_chart_says_what_it_shows() -> None:
    """Whoever cannot see it hears all values; there is one for light and one for dark pages."""
    assert {name.rpartition("-")[2] for name in CHARTS} == {"light.svg", "dark.svg"}
    for text in CHARTS.values():
        told = ET.fromstring(text)  # noqa: S314 - our own
        assert "kloudsync: " in (told[1].text or "")


def test_every_chart_is_on_a_page() -> None:
    """The page about reliability shows them all."""
    page = (DOCS / "reliability.md").read_text()
    assert [name for name in CHARTS if f"img/{name}" not in page] == []


@pytest.mark.parametrize("name", DRAWN)
def test_a_drawing_is_there_for_dark_pages(name: str) -> None:
    """Whoever changes a drawing draws its dark twin again."""
    drawn = (DOCS / "img" / f"{name}.svg").read_text()
    assert (DOCS / "img" / f"{name}-dark.svg").read_text() == dark(drawn)
