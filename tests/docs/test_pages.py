"""What the pages name is there, and what is there is named."""

from __future__ import annotations

import re
from collections import Counter
from importlib import import_module
from pathlib import Path

import pytest
from tests.docs.pages import DOCS, PAGES, ROOT, prose

import kloudsync

GUIDES = [page for page in PAGES if DOCS / "reference" not in page.parents]
LINK = re.compile(r"!?\[[^\]]*\]\((?P<target>[^)\s]+)\)")
REFERENCE = re.compile(r"(?m)^::: (?P<name>[\w.]+)$")
HEADING = re.compile(r"(?m)^#+ +(?P<text>.+)$")


DEEP = re.compile(r"^ *(?:from|import) (kloudsync(?:\.\w+){2,})", re.MULTILINE)
CODE = [
    page
    for page in (*GUIDES, *sorted((ROOT / "examples").glob("*.py")))
    if page.stem != "changelog"
]


def slug(heading: str) -> str:
    """Return a heading's anchor."""
    plain = re.sub(r"[^\w\- ]", "", heading.replace("`", "")).strip().lower()
    return re.sub(r"[- ]+", "-", plain)


def names(page: Path) -> list[str]:
    """Return what a page of the reference documents."""
    return REFERENCE.findall(page.read_text())


def find(name: str) -> object:
    """Import what a dotted name means."""
    package, _, last = name.rpartition(".")
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return getattr(import_module(package), last)


@pytest.mark.parametrize("name", kloudsync.__all__)
def test_every_public_name_at_the_root_is_mentioned(name: str) -> None:
    """A reader of the guides meets every name that the package offers first."""
    assert any(re.search(rf"\b{name}\b", page.read_text()) for page in GUIDES)


@pytest.mark.parametrize("name", [name for page in PAGES for name in names(page)])
def test_everything_in_the_reference_is_there(name: str) -> None:
    """The reference is made from the docstrings of what exists, and has at least a sentence."""
    assert find(name).__doc__


def test_nothing_stands_in_the_reference_twice() -> None:
    """A name has one page, which is where links and the search lead to."""
    told = Counter(name for page in PAGES for name in names(page))
    assert [name for name, times in told.items() if times > 1] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page names a file, and every anchor a heading in it."""
    for target in LINK.findall(prose(page)):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{page}: {target}"
        if anchor and found.suffix == ".md":
            assert anchor in {slug(text) for text in HEADING.findall(found.read_text())}, target


def test_every_page_is_in_the_navigation() -> None:
    """No page is left out of the site's navigation."""
    listed = (ROOT / "zensical.toml").read_text()
    assert [page for page in DOCS.rglob("*.md") if str(page.relative_to(DOCS)) not in listed] == []


@pytest.mark.parametrize("page", CODE, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_programs_import_lies_on_a_shelf(page: Path) -> None:
    """No page and no example needs a path of more than two parts, such as `kloudsync.google`."""
    assert DEEP.findall(page.read_text()) == []


def test_every_shelf_is_said_to_be_public() -> None:
    """The page about public names lists the package's modules that users import, and no other."""
    told = re.findall(r"(?m)^\| `(kloudsync[.\w]*)` \|", (DOCS / "versions.md").read_text())
    assert told == sorted(told)
    inner = {
        "cli",
        "demo",
        "fleet",
        "http",
        "lazy",
        "mirror",
        "model",
        "objects",
        "providers",
        "push",
    }
    inner |= {"runtime", "sync", "zone_data"}
    package = Path(kloudsync.__file__).parent
    found = {path.stem for path in package.glob("[!_]*.py")}
    found |= {path.parent.name for path in package.glob("*/__init__.py")}
    assert set(told) == {"kloudsync"} | {f"kloudsync.{name}" for name in found - inner}
