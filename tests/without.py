"""Take a provider out of a copy of the repository, and see that everything else stays green.

`python -m tests.without google` deletes its folder, its fake, and what names it: rows of tables,
the demo that plays it, fakes that stand on its own, tests. `nox -s without` does so for each.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
SRC = Path("src/kloudsync")
TABLES = (SRC / "__init__.py", SRC / "testing/__init__.py", SRC / "testing/plugin.py")
"""What lists every provider, a row for each."""
TELLING = ("docs/test_*.py", "examples/test_*.py")
"""Tests of what speaks to people, which names every provider."""
SHOWS = ("cli/demo*.py", "demo/*.py")
"""What plays providers to people: it goes as a whole with any that it plays."""
SHOWN = ("demo/test_*.py", "cli/test_demo*.py")
"""The tests of these."""
KEPT = (
    "src",
    "tests",
    "docs",
    "examples",
    "pyproject.toml",
    "zensical.toml",
    "README.md",
    "noxfile.py",
)
BESIDE = ("KLOUDSYNC_CASES", "KLOUDSYNC_RECORDED")
"""Variables that name folders beside a checkout."""
NEVER = ("test_layers.py", "without.py")
"""Tests that name packages of others which are called like a provider."""
LOOK = """
import kloudsync
from kloudsync.objects.registry import providers
assert {name!r} not in providers(), "it is still there"
for public in kloudsync.__all__:
    getattr(kloudsync, public)
"""


def providers() -> list[str]:
    """Return the folders of all providers."""
    return sorted(path.parent.name for path in (ROOT / SRC / "providers").glob("*/__init__.py"))


def take_out(copy: Path, name: str) -> list[Path]:
    """Delete a provider from a copy, and all that names it; answer with the tests that are left."""
    for telling in TELLING:
        for test in (copy / "tests").glob(telling):
            test.unlink()
    for folder in ("providers", "testing"):
        shutil.rmtree(copy / SRC / folder / name, ignore_errors=True)
    (copy / SRC / f"{name}.py").unlink(missing_ok=True)
    for table in TABLES:
        _strike(copy / table, name)
    for fake in sorted((copy / SRC / "testing").iterdir()):
        # A fake in front of another one cannot stand without it, and nothing plays its provider then.
        if fake.is_dir() and _imports(fake.rglob("*.py"), f"kloudsync.testing.{name}"):
            take_out(copy, fake.name)
    shows = [show for pattern in SHOWS for show in (copy / SRC).glob(pattern)]
    played = any(_imports(shows, f"kloudsync.{part}.{name}") for part in ("providers", "testing"))
    if played:
        for one in (*shows, *(test for shown in SHOWN for test in (copy / "tests").glob(shown))):
            one.unlink()
    _delete_tests(copy, name, [_module(copy / "src", show) for show in shows if played])
    return sorted((copy / "tests").rglob("test_*.py"))


def _strike(table: Path, name: str) -> None:
    """Delete a provider's rows: lines of lists and mappings, functions, and imports."""
    text = table.read_text()
    there = set(re.findall(rf"(?:providers|testing)\.{name}\S* import (.+)", text))
    names = {one.strip() for row in there for one in row.split(",")}
    lines = text.splitlines(keepends=True)
    for node in ast.parse(text).body:
        begins = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", []))])
        source = "".join(lines[begins - 1 : node.end_lineno])
        if isinstance(node, ast.FunctionDef) and re.search(
            rf"testing\.{name}\b|fake_{name}\b", source
        ):
            for index in range(begins - 1, node.end_lineno or begins):
                lines[index] = ""
    rows = rf"(providers|testing)\.{name}\b" + "".join(rf"|^    \"{one}\",$" for one in names)
    table.write_text("".join(line for line in lines if not re.search(rows, line)))


def _imports(paths: Iterable[Path], module: str) -> bool:
    found = re.compile(rf"(from|import) {re.escape(module)}\b")
    return any(found.search(path.read_text()) for path in paths)


def _module(root: Path, path: Path) -> str:
    return ".".join(path.relative_to(root).with_suffix("").parts)


def _delete_tests(copy: Path, name: str, gone_with_it: list[str]) -> None:
    """Delete the tests that name a provider or modules that go with it, and those that stand on them."""
    tests = copy / "tests"
    kind = name.capitalize()
    said = re.compile(
        rf"(providers|testing)[./]{name}\b|[Ff]ake_?{name}|Fake{kind}|\b(Async)?{kind}\b"
        rf"|KLOUDSYNC_{name.upper()}_|[\"']{name}[\"']|tests\.\w+\.{name}\b"
    )
    gone = {
        path
        for path in tests.rglob("*")
        if path.suffix in {".py", ".toml"} and said.search(path.read_text())
    }
    gone |= {path for path in tests.rglob("*.py") if name in path.parts}
    while True:
        gone -= {tests / one for one in NEVER}
        folders = {path.parent for path in gone if path.name == "conftest.py"}
        modules = {_module(copy, path) for path in gone} | set(gone_with_it)
        more = {
            path
            for path in tests.rglob("*.py")
            if folders & set(path.parents) or any(module in path.read_text() for module in modules)
        }
        if more - {tests / one for one in NEVER} <= gone:
            break
        gone |= more
    for path in gone:
        path.unlink(missing_ok=True)


def main() -> None:
    """Take out the provider that the command line names, and check what is left."""
    name, *options = sys.argv[1:]
    if name not in providers():
        sys.exit(f"no provider is called {name!r}; there are {', '.join(providers())}")
    with TemporaryDirectory(prefix="kloudsync-") as folder:
        copy = Path(folder)
        for kept in KEPT:
            source = ROOT / kept
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / kept)
        left = take_out(copy, name)
        print(f"without {name}: {len(left)} files of tests are left", flush=True)  # noqa: T201 - what it found
        checks = [
            [sys.executable, "-c", LOOK.format(name=name)],
            [sys.executable, "-m", "mypy"],
            [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests", *options],
        ]
        for check in checks:
            done = subprocess.run(check, cwd=copy, check=False, env=_environment(copy))  # noqa: S603 - our own checks
            if done.returncode:
                sys.exit(f"without {name}: {' '.join(check[1:3])} failed")


def _environment(copy: Path) -> dict[str, str]:
    paths = {"PYTHONPATH": f"{copy / 'src'}:{copy}", "MYPYPATH": str(copy / "src")}
    # Programs of others that lie beside the checkout name whatever provider they like.
    return {**{name: value for name, value in os.environ.items() if name not in BESIDE}, **paths}


if __name__ == "__main__":
    main()
