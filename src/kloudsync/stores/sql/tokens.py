"""Logins, as rows."""

from __future__ import annotations

from kloudsync.model.kept_token import KeptToken
from kloudsync.stores.sql.session import Role, Session

_READ = "SELECT body, version FROM token WHERE provider = ? AND account = ?"
_FIRST = """
INSERT INTO token (provider, account, body, version) VALUES (?, ?, ?, 1) ON CONFLICT DO NOTHING
"""
_REPLACE = """
UPDATE token SET body = ?, version = version + 1 WHERE provider = ? AND account = ? AND version = ?
"""
# Changes nothing but holds the row until the end, so that nobody reads it in between.
_HOLD = "UPDATE token SET version = version WHERE provider = ? AND account = ?"
_FORGET = "DELETE FROM token WHERE provider = ? AND account = ?"


class Tokens(Role):
    """The part of a store that keeps logins."""

    def token(self, provider: str, account: str) -> KeptToken | None:
        """Return what is kept, or None."""
        with self._database.reading() as session:
            row = session.one(_READ, provider, account)
        return None if row is None else KeptToken(body=bytes(row[0]), version=row[1])

    def keep_token(
        self, provider: str, account: str, body: bytes, *, since: int | None = None
    ) -> int | None:
        """Keep a login in place of the one that is there; it survives a power failure."""
        with self._database.writing(durable=True) as session:
            known = _version(session, provider, account) if since is None else since
            if known:
                changed = session.run(_REPLACE, body, provider, account, known)
            else:
                changed = session.run(_FIRST, provider, account, body)
            return known + 1 if changed else None

    def forget_token(self, provider: str, account: str) -> None:
        """Forget a login; one not known does no harm."""
        with self._database.writing() as session:
            session.do(_FORGET, provider, account)


def _version(session: Session, provider: str, account: str) -> int:
    """Return the version of a login that nobody changes until the transaction ends; 0 where there is none."""
    session.do(_HOLD, provider, account)
    row = session.one(_READ, provider, account)
    return row[1] if row else 0
