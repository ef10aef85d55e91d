"""Statements are made of constants; whatever comes from outside is bound."""

from __future__ import annotations

import ast
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

import kloudsync
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import Checkpoint
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import Worker

STORES = Path(kloudsync.__file__).parent / "stores"
MODULES = sorted(STORES.rglob("*.py"))
STATEMENT = re.compile(
    r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|ALTER TABLE|DROP|PRAGMA|COPY|LOCK|WHERE)\b"
)
SENDING = frozenset({"all", "one", "run", "many", "stream", "execute", "executemany", "copy"})
SAFE = frozenset({"places", "len"})
"""Functions that return question marks and numbers."""
ARGUED: dict[str, dict[str, str]] = {
    "sql/staged.py": {
        "sql": "one of the statements of this module and of `sql/families.py`",
        "chunk": "counted only, into question marks",
    },
    "sql/families.py": {"trait": "one of two literals, given where the module is loaded"},
    "sql/copying.py": {
        "table": "of a store that was just made, whose tables are those of the schema",
        "listed": "the columns of such a table",
    },
    "sql/due.py": {"lanes": "counted only", "_": "counted only"},
    "sqlite/session.py": {
        "table": "as in `sql/copying.py`",
        "columns": "as in `sql/copying.py`",
        "column": "a constant of the module",
    },
    "postgres/session.py": {
        "table": "as in `sql/copying.py`",
        "columns": "as in `sql/copying.py`",
        "column": "a constant of the module",
    },
}
"""Names that are no constants, by module, each with the reason why it holds nothing from outside."""

CONSTANT = re.compile(r"_*[A-Z][A-Z0-9_]*")
HOSTILE = ("'; DROP TABLE event; --", '"', "\\", "%s", "?", "{0}", "%(id)s", "\u0000", "$1", ":id")


def named(path: Path) -> str:
    """Return a module's path below the stores."""
    return path.relative_to(STORES).as_posix()


def is_statement(node: ast.expr) -> bool:
    """Tell whether an expression puts a statement together."""
    return isinstance(node, (ast.JoinedStr, ast.BinOp)) and bool(STATEMENT.search(literal(node)))


def literal(node: ast.expr) -> str:
    """Return the literal text within an expression that builds a text."""
    held = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant)]
    return " ".join(value for value in held if isinstance(value, str))


def within_functions(tree: ast.Module) -> Iterator[ast.AST]:
    """Yield everything in functions; a module's own level sees constants and imports only."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            yield from ast.walk(node)


def sent(node: ast.AST) -> ast.expr | None:
    """Return the statement that a call sends to the database, or None."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.args[0] if node.func.attr in SENDING and node.args else None
    return None


def foreign(node: ast.expr) -> set[str]:
    """Return the names in an expression that are no constants of a module."""
    names = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return {name for name in names if not CONSTANT.fullmatch(name)} - SAFE


def composed(path: Path) -> set[str]:
    """Return the names that statements put together in functions are made of."""
    found: set[str] = set()
    for node in within_functions(ast.parse(path.read_text())):
        statement = sent(node)
        if isinstance(statement, (ast.JoinedStr, ast.BinOp)):
            found |= foreign(statement)
        elif isinstance(node, ast.expr) and is_statement(node):
            found |= foreign(node)
    return found


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_statements_are_put_together_from_constants(path: Path) -> None:
    """No name that could hold a value from outside is part of a statement's text."""
    assert composed(path) <= ARGUED.get(named(path), {}).keys()


def test_each_exception_is_needed() -> None:
    """What is argued for is still there."""
    for name, argued in ARGUED.items():
        assert composed(STORES / name) == argued.keys()


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_the_file_and_its_companions_are_private(tmp_path: Path) -> None:
    """Whatever the umask, nobody but the owner reads the copy, its journal or its index."""
    before = os.umask(0)
    try:
        with SQLiteStore(tmp_path / "calendars.db") as store:
            Worker(store).sync(added(single("a", raw="planted-title")))
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(before)
    assert set(modes) > {"calendars.db"}
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_hostile_names_are_only_names(tmp_path: Path, text: str) -> None:
    """Ids, calendars, owners and consumers may hold anything, and mean nothing to the database."""
    key = CalendarKey("google", text, text)
    with SQLiteStore(tmp_path / "calendars.db") as store:
        worker = Worker(store)
        worker.sync(added(single("kept", raw="kept")))
        lease = store.acquire(str(key), text, ttl=10.0, now=0.0)
        assert lease is not None
        checkpoint = Checkpoint(full=True, fingerprint=text, position=text)
        store.begin(key, lease, checkpoint, since=store.state(key))
        store.stage(
            key,
            lease,
            [added(single(text, raw=text))],
            checkpoint=checkpoint,
            since=store.state(key),
        )
        store.commit(key, lease, cursor=None, zone=text, now=1.0, since=store.state(key))
        assert [record.id for record in store.events(key)] == [text]
        assert len(store.changes(text, limit=10, key=key)) == 1
        assert worker.ids() == ["kept"]
