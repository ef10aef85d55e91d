"""The pages that people read, and the blocks of code in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from textwrap import dedent

from attrs import frozen

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SKILL = ROOT / "src" / "kloudsync" / "skill" / "SKILL.md"
PAGES = [ROOT / "README.md", SKILL, *sorted(DOCS.rglob("*.md"))]

_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)(?P<options>.*)$")
_NEEDS = re.compile(r"<!-- needs: (?P<module>\w+) -->")
_TITLE = re.compile(r'title="(?P<title>[^"]+)"')


@frozen(kw_only=True)
class Block:
    """A fenced block.

    Attributes:
        language: The word behind the fence, or nothing.
        title: The name of the file that it stands for, or None.
        needs: A module that it needs and kloudsync does not bring along, or None.
        line: How many lines of the page come before its first line.
        code: Its text.
    """

    language: str
    title: str | None
    needs: str | None = None
    line: int
    code: str


def blocks(page: Path) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    lines = page.read_text().splitlines()
    fences = [(number, fence) for number, line in enumerate(lines) if (fence := _FENCE.match(line))]
    assert len(fences) % 2 == 0, f"{page}: a fence is not closed"
    return [
        _block(fence, lines[first - 1], first + 1, lines[first + 1 : last])
        for (first, fence), (last, _) in zip(fences[::2], fences[1::2], strict=True)
    ]


def _block(fence: re.Match[str], before: str, line: int, lines: list[str]) -> Block:
    needs = _NEEDS.search(before)
    title = _TITLE.search(fence["options"])
    return Block(
        language=fence["language"],
        title=title["title"] if title else None,
        needs=needs["module"] if needs else None,
        line=line,
        code=dedent("\n".join(lines) + "\n"),
    )


def programs(page: Path) -> Iterator[tuple[Block, str | None]]:
    """Yield the Python blocks of a page that are run as they stand, with what each prints.

    What a block prints is shown in the block of plain text behind it; None where nothing is shown.
    """
    following = [*blocks(page), Block(language="", title=None, line=0, code="")]
    for block, after in pairwise(following):
        if block.language == "python" and block.title is None:
            yield block, after.code if after.language == "text" else None


def files(page: Path) -> list[Block]:
    """Return the Python blocks of a page that stand for files."""
    return [block for block in blocks(page) if block.language == "python" and block.title]


def commands(page: Path) -> list[str]:
    """Return the lines of a page's shell blocks, without comments."""
    texts = (block.code for block in blocks(page) if block.language == "sh")
    lines = (line.partition("  #")[0].strip() for text in texts for line in text.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", page.read_text())
