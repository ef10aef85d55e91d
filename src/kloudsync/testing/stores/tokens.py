"""Logins: what a store that keeps them must do."""

from __future__ import annotations

from typing import Protocol

import pytest

from kloudsync.model.kept_token import KeptToken
from kloudsync.runtime.tokens import TokenStore
from kloudsync.sync.ports import Store

SEALED = bytes(range(256))
OTHER = b""


class KeepingStore(Store, TokenStore, Protocol):
    """A store that keeps calendars and logins."""


class TokenContract:
    """What `TokenStore` promises."""

    @pytest.fixture
    def store(self) -> KeepingStore:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    def test_absent(self, store: KeepingStore) -> None:
        """An account of which nothing is kept has no login, and none to forget."""
        assert store.token("google", "ana") is None
        store.forget_token("google", "ana")

    def test_kept(self, store: KeepingStore) -> None:
        """Bytes come back as they went in, apart from those of other accounts."""
        assert store.keep_token("google", "ana", SEALED) == 1
        assert store.keep_token("google", "bob", OTHER, since=0) == 1
        assert store.token("google", "ana") == KeptToken(body=SEALED, version=1)
        assert store.token("google", "bob") == KeptToken(body=OTHER, version=1)

    def test_compared(self, store: KeepingStore) -> None:
        """Whoever made a login from an older one changes nothing."""
        assert store.keep_token("google", "ana", SEALED, since=1) is None
        store.keep_token("google", "ana", SEALED)
        assert store.keep_token("google", "ana", OTHER, since=0) is None
        assert store.keep_token("google", "ana", OTHER, since=1) == 2
        assert store.keep_token("google", "ana", SEALED, since=1) is None
        assert store.token("google", "ana") == KeptToken(body=OTHER, version=2)
        assert store.keep_token("google", "ana", SEALED) == 3

    def test_untold(self, store: KeepingStore) -> None:
        """What is kept is not shown by accident."""
        store.keep_token("google", "ana", b"planted-secret")
        assert "planted-secret" not in repr(store.token("google", "ana"))

    def test_forgotten(self, store: KeepingStore) -> None:
        """A login that is forgotten is gone, also with its account."""
        for account in ("ana", "bob", "cid"):
            store.keep_token("google", account, SEALED)
        store.forget_token("google", "ana")
        store.forget_account("google", "bob")
        assert store.token("google", "ana") is None
        assert store.token("google", "bob") is None
        assert store.token("google", "cid") is not None
