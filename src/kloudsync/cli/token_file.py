"""Tokens in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
from datetime import datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any, cast

from attrs import evolve, field, frozen

from kloudsync.errors import UsageError
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.providers.google.auth import google_endpoint


@frozen
class Grant:
    """What a person granted, and where it is renewed."""

    endpoint: TokenEndpoint = field(repr=False)
    tokens: Tokens


@frozen
class TokenFile:
    """A file that keeps one grant.

    It holds the refresh token and, since tokens are not renewed without it, the client's
    secret. It is replaced whole, so that a crash leaves the old grant or the new one.

    Attributes:
        path: Where it is.
    """

    path: Path

    def read(self) -> Grant | None:
        """Return the grant, or None where there is no file.

        Raises:
            UsageError: Others may read the file, or it is none of these.
        """
        try:
            mode = self.path.stat().st_mode
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable() from error
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UsageError(f"others may read {self.path}; run `chmod 600` on it, or log in again")
        return self._parsed(text)

    def write(self, grant: Grant) -> None:
        """Put a grant in the place of the one before; mode 0600.

        Raises:
            UsageError: The file cannot be written.
        """
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._replace(json.dumps(_members(grant), indent=2))
        except OSError as error:
            raise UsageError(f"{self.path} cannot be written: {error.strerror}") from error

    def tokens(self) -> Tokens | None:
        """Return the tokens of the grant as it is now; another process may have renewed them."""
        grant = self.read()
        return None if grant is None else grant.tokens

    def keep(self, grant: Grant, tokens: Tokens) -> None:
        """Put new tokens in the place of a grant's old ones."""
        self.write(evolve(grant, tokens=tokens))

    def _replace(self, text: str) -> None:
        # mkstemp opens with mode 0600: there is no moment when others could look.
        handle, name = mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self.path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _parsed(self, text: str) -> Grant:
        try:
            members: Any = json.loads(text)
            return _grant(cast("dict[str, Any]", members))
        except (ValueError, TypeError, KeyError, AttributeError):
            # The cause may quote what the file holds.
            raise self._unusable() from None

    def _unusable(self) -> UsageError:
        return UsageError(f"{self.path} holds no login; run `kloudsync login google` again")


def _members(grant: Grant) -> dict[str, Any]:
    endpoint, tokens = grant.endpoint, grant.tokens
    return {
        "provider": endpoint.provider,
        "token_url": endpoint.url,
        "client_id": endpoint.client_id,
        "client_secret": endpoint.client_secret,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_at": tokens.expires_at.isoformat() if tokens.expires_at else None,
        "scopes": None if tokens.scopes is None else sorted(tokens.scopes),
    }


def _grant(members: dict[str, Any]) -> Grant:
    expiry, scopes = members["expires_at"], members["scopes"]
    tokens = Tokens(
        access_token=members["access_token"],
        refresh_token=members["refresh_token"],
        expires_at=datetime.fromisoformat(expiry) if expiry else None,
        scopes=None if scopes is None else frozenset(scopes),
    )
    url = members["token_url"]
    return Grant(google_endpoint(members["client_id"], members["client_secret"], url=url), tokens)
