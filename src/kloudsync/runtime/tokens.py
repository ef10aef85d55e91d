"""Where logins are kept."""

from __future__ import annotations

from abc import abstractmethod
from typing import Protocol

from kloudsync.model.kept_token import KeptToken


class TokenStore(Protocol):
    """One login per account, as bytes that a store does not understand. Every method is one transaction."""

    @abstractmethod
    def token(self, provider: str, account: str) -> KeptToken | None:
        """Return what is kept, or None."""
        ...

    @abstractmethod
    def keep_token(
        self, provider: str, account: str, body: bytes, *, since: int | None = None
    ) -> int | None:
        """Keep a login in place of the one that is there; it survives a power failure.

        Args:
            provider: The service.
            account: The caller's name for the account.
            body: What to keep.
            since: The version that this is made from, 0 where there was none; None to keep it
                whatever is there.

        Returns:
            The version that it has now; None if another one than `since` is there, which stays.
        """
        ...

    @abstractmethod
    def forget_token(self, provider: str, account: str) -> None:
        """Forget a login; one not known does no harm."""
        ...
