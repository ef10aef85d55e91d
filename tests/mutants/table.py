"""The named mutants: bugs that somebody could write, as small patches to the package's text."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

FOLDER = Path(__file__).parent
ROOT = FOLDER.parents[1]
PACKAGE = Path("src") / "kloudsync"


class Rotten(Exception):
    """A mutant no longer fits the text that it changes, so that it proves nothing."""


@frozen(kw_only=True)
class Mutant:
    """One bug.

    Attributes:
        table: The table that it stands in, which is the part of the package that it is in.
        name: What goes wrong, in a few words.
        file: The file that is changed, below the package.
        old: The text that is replaced; it occurs there exactly once.
        new: What takes its place.
        why: Why somebody could write it.
        tests: What has to notice, the quickest first.
    """

    table: str
    name: str
    file: str
    old: str
    new: str
    why: str
    tests: tuple[str, ...]

    def text(self) -> str:
        """Return the text of its file as it is."""
        return (ROOT / PACKAGE / self.file).read_text(encoding="utf-8")

    def planted(self, text: str) -> str:
        """Return a file's text with the bug in it.

        Raises:
            Rotten: The text to replace is not there exactly once.
        """
        found = text.count(self.old)
        if found != 1:
            raise Rotten(f"{self.name}: the text to replace occurs {found} times in {self.file}")
        return text.replace(self.old, self.new)


def read_tables() -> Iterator[Mutant]:
    """Yield every mutant, table by table."""
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        for row in table["mutant"]:
            yield Mutant(table=path.stem, tests=tuple(table["tests"]), **row)
