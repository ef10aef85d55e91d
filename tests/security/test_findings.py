"""Programs that found something once, and that no other test runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cases import expect_right, folder, programs

TESTS = Path(__file__).parents[1]

SHORT = programs(
    "security/call_without_end",
    "security/guard_addresses",
    "security/intake_odd_ids",
    "security/least_privilege",
    "security/many_tiny_items",
    "security/reprs",
    "security/sqlite_modes",
    "security/two_people_one_store",
    "security/webhook_arguments",
)
LONG = programs("security/big_page", "security/process_pool", "security/two_workers_one_login")


@pytest.mark.parametrize("program", SHORT)
def test_what_was_found_is_mended(program: Path) -> None:
    """Memory, modes of files, roles of the database, people who share a store, odd arguments."""
    expect_right(program)


@pytest.mark.long
@pytest.mark.parametrize("program", LONG)
def test_what_was_found_in_processes_is_mended(program: Path) -> None:
    """A big page stops no calendar, one tenant no pool, one worker no login of another."""
    expect_right(program)


def test_every_program_is_run_by_a_test() -> None:
    """Where the programs are there, none of them lies unused."""
    text = "".join(path.read_text() for path in TESTS.rglob("test_*.py"))
    found = sorted(path.stem for path in (folder() / "security").glob("*.py"))
    assert [name for name in found if f'"security/{name}"' not in text] == []
