"""Tokens in a file that only its owner can read."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, datetime
from errno import EISDIR
from pathlib import Path
from tempfile import mkstemp
from typing import Any, cast

from attrs import evolve, field, frozen

from kloudsync.errors import UsageError
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.objects.registry import provider_named
from kloudsync.objects.token_seal import Seal

_SEALED = "sealed"
"""The one member of a file that is encrypted."""

_POSIX = os.name == "posix"
_NO_WAITING: int = getattr(os, "O_NONBLOCK", 0)
"""A pipe in the file's place is told for what it is, rather than waited for."""


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
        seal: Closes what it holds; in clear, if it has no keys.
    """

    path: Path
    seal: Seal = field(default=Seal())

    def read(self) -> Grant | None:
        """Return the grant, or None where there is no file.

        Raises:
            UsageError: Others may read the file, it is somebody else's, there is no key that
                opens it, or it is none of these.
            MissingExtra: It is encrypted, and `cryptography` is not installed.
        """
        try:
            text = self._private_text()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise self._unusable() from error
        return self._parsed(text)

    def prepare(self) -> None:
        """See that a grant can be kept here, before anybody is asked for one.

        Folders that are not there are made for their owner alone.

        Raises:
            UsageError: Nothing can be written here, others may write to the folder, or a key
                is none.
            MissingExtra: There is a key, and `cryptography` is not installed.
        """
        self.seal.expect_usable()
        try:
            self._make_folder()
            if self.path.is_dir():
                raise IsADirectoryError(EISDIR, os.strerror(EISDIR))
            handle, name = mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            os.close(handle)
            Path(name).unlink()
        except OSError as error:
            raise self._unwritable(error) from error

    def write(self, grant: Grant) -> None:
        """Put a grant in the place of the one before; mode 0600.

        Raises:
            UsageError: The file cannot be written, or others may write to its folder.
            MissingExtra: There is a key, and `cryptography` is not installed.
        """
        text = json.dumps(_members(grant), indent=2)
        if self.seal.keys:
            text = json.dumps({_SEALED: self.seal.close(text)})
        try:
            self._make_folder()
            self._replace(text)
        except OSError as error:
            raise self._unwritable(error) from error

    def tokens(self) -> Tokens | None:
        """Return the tokens of the grant as it is now; another process may have renewed them."""
        grant = self.read()
        return None if grant is None else grant.tokens

    def keep(self, grant: Grant, tokens: Tokens) -> None:
        """Put new tokens in the place of a grant's old ones."""
        self.write(evolve(grant, tokens=tokens))

    def _private_text(self) -> str:
        # What is opened is what is looked at, whatever takes its place meanwhile.
        handle = os.open(self.path, os.O_RDONLY | _NO_WAITING)
        try:
            self._expect_private(os.fstat(handle))
            with os.fdopen(handle, encoding="utf-8", closefd=False) as file:
                return file.read()
        finally:
            os.close(handle)

    def _expect_private(self, status: os.stat_result) -> None:
        if not stat.S_ISREG(status.st_mode):
            raise self._unusable()
        if not _POSIX:
            return
        if status.st_uid != os.geteuid():
            raise UsageError(f"{self.path} is somebody else's; log in as yourself")
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise UsageError(f"others may read {self.path}; run `chmod 600` on it, or log in again")

    def _make_folder(self) -> None:
        folder = self.path.absolute().parent
        absent = [one for one in (folder, *folder.parents) if not one.exists()]
        for one in reversed(absent):
            one.mkdir(mode=0o700, exist_ok=True)
        status = folder.stat()
        shared = status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        # In a folder such as /tmp others may write, but not replace what is not theirs.
        if _POSIX and shared and not status.st_mode & stat.S_ISVTX:
            raise UsageError(f"others may write to {folder}; run `chmod go-w` on it")

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
            if _SEALED in members:
                members = json.loads(self.seal.open(_text(members, _SEALED)))
            return _grant(cast("dict[str, Any]", members))
        except UsageError:
            raise
        except (ValueError, TypeError, KeyError, AttributeError):
            # The cause may quote what the file holds.
            raise self._unusable() from None

    def _unusable(self) -> UsageError:
        return UsageError(f"{self.path} holds no login; run `kloudsync login` again")

    def _unwritable(self, error: OSError) -> UsageError:
        return UsageError(f"{self.path} cannot be written: {error.strerror}")


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
    expiry, scopes = _maybe_text(members, "expires_at"), members["scopes"]
    tokens = Tokens(
        access_token=_text(members, "access_token"),
        refresh_token=_maybe_text(members, "refresh_token"),
        expires_at=datetime.fromisoformat(expiry).astimezone(UTC) if expiry else None,
        scopes=None if scopes is None else frozenset(map(str, scopes)),
    )
    client = _text(members, "client_id"), _maybe_text(members, "client_secret")
    provider = provider_named(_text(members, "provider"))
    sign_in = provider.offer(provider.sign_in, "login from the command line")
    return Grant(sign_in.endpoint(*client, url=_text(members, "token_url")), tokens)


def _text(members: dict[str, Any], name: str) -> str:
    value = members[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _maybe_text(members: dict[str, Any], name: str) -> str | None:
    return None if members[name] is None else _text(members, name)
