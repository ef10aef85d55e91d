"""Logins in the store in memory."""

from __future__ import annotations

from kloudsync.model.kept_token import KeptToken
from kloudsync.stores.memory.role import Role


class Tokens(Role):
    """The part of the store in memory that keeps logins."""

    def token(self, provider: str, account: str) -> KeptToken | None:
        """Return what is kept, or None."""
        return self._content.tokens.get((provider, account))

    def keep_token(
        self, provider: str, account: str, body: bytes, *, since: int | None = None
    ) -> int | None:
        """Keep a login in place of the one that is there."""
        with self._turn():
            known = self.token(provider, account)
            version = 0 if known is None else known.version
            if since not in {None, version}:
                return None
            kept = KeptToken(body=body, version=version + 1)
            self._put(tokens={**self._content.tokens, (provider, account): kept})
            return kept.version

    def forget_token(self, provider: str, account: str) -> None:
        """Forget a login; one not known does no harm."""
        with self._turn():
            tokens = self._content.tokens
            self._put(tokens={one: t for one, t in tokens.items() if one != (provider, account)})
