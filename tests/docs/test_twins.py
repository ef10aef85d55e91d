"""What programs that read are given: `llms.txt`, Markdown twins, and a skill in the package."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest
from tests.docs.pages import DOCS
from tools.markdown_twins import llms, twin, write


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all twins."""
    site = tmp_path_factory.mktemp("site")
    write(site)
    return site


def test_each_page_has_a_twin(site: Path) -> None:
    """Every page of the documentation is there as Markdown, under the path that llms.txt names."""
    pages = {str(page.relative_to(DOCS)) for page in DOCS.rglob("*.md")}
    told = re.findall(r"(?m)^- \[[^\]]+\]\(([^)]+)\): \S", llms())
    assert set(told) == pages
    assert all((site / page).read_text().startswith(("# ", "<")) for page in told)


def test_a_guide_is_as_it_was_written() -> None:
    """The twin of a guide is its source."""
    assert twin(Path("tutorial.md")) == (DOCS / "tutorial.md").read_text()


def test_a_page_of_the_reference_has_what_it_documents(site: Path) -> None:
    """Where the page has but names, the twin has signatures and sentences."""
    text = (site / "reference" / "index.md").read_text()
    assert ":::" not in text
    assert "sync(" in text
    assert "Keeps a store in step with a calendar" in text


def test_what_is_included_is_in_the_twin() -> None:
    """The changelog comes from its file."""
    assert "Keep a Changelog" in twin(Path("changelog.md"))


def test_the_package_brings_a_skill() -> None:
    """Agents find it beside the code, with the head that they look for."""
    text = (files("kloudsync") / "skill" / "SKILL.md").read_text()
    _, head, body = text.split("---\n", 2)
    assert re.fullmatch(r"name: kloudsync\ndescription: .{80,1000}\n", head)
    assert body.lstrip().startswith("# ")
