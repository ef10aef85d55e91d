"""Budgets that several processes share, as rows."""

from __future__ import annotations

from collections.abc import Callable

from kloudsync.stores.sql.session import Role

BUDGET_TABLES = ("CREATE TABLE budget (name TEXT PRIMARY KEY, body TEXT)",)
"""The tables of this role, for every SQL database."""

_KNOW = "INSERT INTO budget (name, body) VALUES (?, NULL) ON CONFLICT DO NOTHING"
# Changes nothing but holds the row until the end, so that nobody reads it in between.
_HOLD = "UPDATE budget SET body = body WHERE name = ?"
_READ = "SELECT body FROM budget WHERE name = ?"
_WRITE = "UPDATE budget SET body = ? WHERE name = ?"


class Budgets(Role):
    """The part of a store in which callers agree on who may spend what."""

    def change_budget(self, name: str, change: Callable[[str | None], str]) -> None:
        """Replace a text by what `change` makes of it, in one transaction."""
        with self._database.writing() as session:
            session.do(_KNOW, name)
            session.do(_HOLD, name)
            row = session.one(_READ, name)
            session.do(_WRITE, change(row[0] if row else None), name)
