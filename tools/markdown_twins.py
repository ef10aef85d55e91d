"""Write `llms.txt`, and a Markdown twin beside each page of the built site.

    python tools/markdown_twins.py site

A page `tutorial/` has its twin at `tutorial.md`, as its author wrote it. In the reference, where a page
names what is to be documented, the twin has signatures and docstrings.
"""

from __future__ import annotations

import inspect
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"

_INCLUDED = re.compile(r'(?m)^--8<-- "(?P<path>[^"]+)"$')
_DOCUMENTED = re.compile(r"(?m)^::: (?P<name>[\w.]+)\n(?:^ {4}.*\n?)*")
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_COMMENT = re.compile(r"(?m)^<!--.*-->\n")


def sections() -> Iterator[tuple[str, list[tuple[str, Path]]]]:
    """Yield the parts of the navigation, each with the titles and paths of its pages."""
    nav = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]["nav"]
    for entry in nav:
        ((title, found),) = entry.items()
        if isinstance(found, str):
            yield title, [(title, Path(found))]
        else:
            yield title, [(name, Path(path)) for page in found for name, path in page.items()]


def twin(page: Path) -> str:
    """Return a page as Markdown that stands by itself."""
    text = (DOCS / page).read_text()
    text = _INCLUDED.sub(lambda found: (ROOT / found["path"]).read_text(), text)
    text = _COMMENT.sub("", text)
    return _DOCUMENTED.sub(lambda found: described(found["name"]) + "\n", text)


def described(name: str) -> str:
    """Return what is documented under a dotted name, with what it consists of."""
    thing = _find(name)
    if not inspect.ismodule(thing):
        return "\n".join(_entry(name.rpartition(".")[2], thing, "##"))
    lines = [f"## {name}", "", inspect.getdoc(thing) or "", ""]
    for member, value in _public(thing):
        lines += _entry(member, value, "###")
    return "\n".join(lines)


def summary(page: Path) -> str:
    """Return the first sentence of a page."""
    paragraphs = re.split(r"\n\s*\n", twin(page))
    told = [one for one in paragraphs if one and not one.startswith(("#", "!!!", "```", "<", "|"))]
    plain = _LINK.sub(r"\1", " ".join(told[0].split())) if told else ""
    return re.split(r"(?<=[.:]) ", plain.replace("**", ""))[0].rstrip(":")


def llms() -> str:
    """Return the list of all pages for programs that read, as llmstxt.org has it."""
    project = tomllib.loads((ROOT / "zensical.toml").read_text())["project"]
    lines = [f"# {project['site_name']}", "", f"> {project['site_description']}", ""]
    lines += [
        "Each page below is plain Markdown; all code in them is run by the project's tests.",
        "",
    ]
    for title, pages in sections():
        lines += [f"## {title}", ""]
        lines += [f"- [{name}]({path.as_posix()}): {summary(path)}" for name, path in pages]
        lines.append("")
    return "\n".join(lines)


def write(site: Path) -> int:
    """Write everything below a built site, and return how many pages there are."""
    pages = [path for _, listed in sections() for _, path in listed]
    for page in pages:
        (site / page).parent.mkdir(parents=True, exist_ok=True)
        (site / page).write_text(twin(page))
    (site / "llms.txt").write_text(llms())
    return len(pages)


def _find(name: str) -> Any:
    package, _, last = name.rpartition(".")
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return getattr(import_module(package), last)


def _public(module: Any) -> Iterator[tuple[str, Any]]:
    for name, value in vars(module).items():
        own = getattr(value, "__module__", None) == module.__name__
        listed = name in getattr(module, "__all__", ())
        shown = inspect.isclass(value) or inspect.isroutine(value)
        if shown and not name.startswith("_") and (own or listed) and inspect.getdoc(value):
            yield name, value


def _entry(name: str, value: Any, level: str) -> list[str]:
    lines = [f"{level} {name}{_signature(value)}", "", inspect.getdoc(value) or "", ""]
    if inspect.isclass(value):
        lines += [*_members(value), ""]
    return lines


def _members(kind: type) -> Iterator[str]:
    for name, member in vars(kind).items():
        told = member.__func__ if isinstance(member, (staticmethod, classmethod)) else member
        text = inspect.getdoc(told) if callable(told) or isinstance(told, property) else None
        if text and not name.startswith("_"):
            yield f"- `{name}{_signature(told)}`: {text.splitlines()[0]}"


def _signature(value: Any) -> str:
    try:
        return str(inspect.signature(value)) if callable(value) else ""
    except (TypeError, ValueError):
        return ""


if __name__ == "__main__":
    print(write(Path(sys.argv[1])), "pages")  # noqa: T201 - a program
