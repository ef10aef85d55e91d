"""Logins that nobody can read without a key from the environment."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from tests.cli.test_token_file import BARE, GRANT

from kloudsync.cli.sign_in import KEY_VARIABLE, seal_of_environment
from kloudsync.cli.token_file import TokenFile
from kloudsync.errors import MissingExtra, UsageError
from kloudsync.objects.token_seal import Seal

NEW, OLD = (Fernet.generate_key().decode() for _ in range(2))


def sealing(*keys: str) -> Seal:
    """Return what closes logins with keys of the environment."""
    return Seal(keys, KEY_VARIABLE)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the login is kept."""
    return tmp_path / "login.json"


def test_a_sealed_login_shows_nothing_and_comes_back(path: Path) -> None:
    """Not even the client's id is in the file."""
    file = TokenFile(path, sealing(NEW))
    file.write(GRANT)
    held = path.read_text()
    assert list(json.loads(held)) == ["sealed"]
    assert not any(word in held for word in ("planted", "client-1", "googleapis"))
    assert file.read() == GRANT
    assert path.stat().st_mode & 0o777 == 0o600


def test_keys_are_changed_by_putting_the_new_one_first(path: Path) -> None:
    """What the old one closed is read, and closed with the new one when it is next written."""
    TokenFile(path, sealing(OLD)).write(GRANT)
    both = TokenFile(path, sealing(NEW, OLD))
    assert both.read() == GRANT
    both.keep(GRANT, GRANT.tokens)
    assert TokenFile(path, sealing(NEW)).read() == GRANT
    with pytest.raises(UsageError, match="no key of KLOUDSYNC_TOKEN_KEY opens"):
        TokenFile(path, sealing(OLD)).read()


def test_a_login_in_clear_is_sealed_when_it_is_next_written(path: Path) -> None:
    """Whoever sets a key does not have to log in again."""
    TokenFile(path).write(BARE)
    sealed = TokenFile(path, sealing(NEW))
    assert sealed.read() == BARE
    sealed.write(BARE)
    assert "planted" not in path.read_text()


def test_a_sealed_login_without_its_key_says_where_the_key_belongs(path: Path) -> None:
    """It is no broken file."""
    TokenFile(path, sealing(NEW)).write(GRANT)
    with pytest.raises(UsageError, match="is encrypted; set KLOUDSYNC_TOKEN_KEY"):
        TokenFile(path, sealing()).read()


@pytest.mark.parametrize("cut", [0, 20, -4])
def test_a_sealed_login_that_was_changed_is_not_taken(path: Path, cut: int) -> None:
    """The cipher is authenticated."""
    file = TokenFile(path, sealing(NEW))
    file.write(GRANT)
    sealed = json.loads(path.read_text())["sealed"]
    path.write_text(json.dumps({"sealed": sealed[:cut] + sealed[cut + 1 :]}))
    with pytest.raises(UsageError, match="no key of KLOUDSYNC_TOKEN_KEY opens"):
        file.read()


def test_keys_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """With commas between, and none where there is nothing."""
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    assert seal_of_environment() == sealing()
    monkeypatch.setenv(KEY_VARIABLE, f" {NEW}, {OLD},")
    assert seal_of_environment() == sealing(NEW, OLD)
    assert NEW not in repr(seal_of_environment())


@pytest.mark.parametrize("key", ["planted-key", "", "ä"])
def test_what_is_no_key_is_refused_before_anybody_is_asked(path: Path, key: str) -> None:
    """The message does not quote it."""
    with pytest.raises(UsageError, match="is no key") as refused:
        TokenFile(path, sealing(NEW, key)).prepare()
    assert "planted" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_without_the_package_the_error_names_the_extra(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is written in clear instead."""
    absent: Any = None
    monkeypatch.setitem(sys.modules, "cryptography.fernet", absent)
    file = TokenFile(path, sealing(NEW))
    for ask in (file.prepare, lambda: file.write(GRANT)):
        with pytest.raises(MissingExtra, match=r"kloudsync\[encryption\]"):
            ask()
    assert not path.exists()
    TokenFile(path).write(GRANT)
