"""The code in README and documentation runs, and prints what is shown."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Generator
from contextlib import redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.docs.pages import PAGES, ROOT, files, programs

from kloudsync.testing.google import FakeGoogle, populate
from kloudsync.testing.serve import serve


@pytest.fixture(autouse=True)
def _account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """An empty folder to work in, a served fake that the environment names, and loggers as before."""
    fake = FakeGoogle()
    populate(fake.calendar(), events=60)
    chatty = logging.getLogger("httpx")
    level = chatty.level
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN", "planted-token-000")
    with serve(fake) as url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", url)
        yield
    chatty.setLevel(level)


def named(page: Path) -> str:
    """Name a page as readers do."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if list(programs(page))], ids=named)
def test_the_programs_of_a_page_run(page: Path) -> None:
    """The blocks of a page run one after the other and print what the page says."""
    namespace: dict[str, Any] = {"__name__": page.stem}
    for block, shown in programs(page):
        # Blank lines before it let a traceback name the line of the page.
        program = compile("\n" * block.line + block.code, str(page), "exec")
        printed = StringIO()
        with redirect_stdout(printed):
            exec(program, namespace)  # noqa: S102 - our own documentation
        if shown is not None:
            assert printed.getvalue() == shown, f"{page}:{block.line}"


@pytest.mark.parametrize(
    "module", sorted({block.needs for page in PAGES for block in files(page) if block.needs})
)
def test_what_recipes_need_is_there(module: str) -> None:
    """Where it is not, their files are left out of the next test, and this one says so."""
    if find_spec(module) is None:
        pytest.skip(f"recipes that need {module} are not run")


def test_the_test_files_of_the_pages_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks that stand for test files pass under pytest, with nothing but the plugin's fixtures."""
    for page in PAGES:
        for block in files(page):
            if block.needs and find_spec(block.needs) is None:
                continue
            path = tmp_path / page.stem / str(block.title)
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.code)
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "kloudsync"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "passed" in done.stdout
