"""The file that keeps a login: private, whole, and refused where it is neither."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kloudsync.cli.token_file import Grant, TokenFile
from kloudsync.errors import UsageError
from kloudsync.http.token_endpoint import Tokens
from kloudsync.providers.google.auth import google_endpoint

GRANT = Grant(
    google_endpoint("client-1", "planted-secret"),
    Tokens(
        access_token="planted-access",
        refresh_token="planted-refresh",
        expires_at=datetime(2026, 1, 5, 10, tzinfo=UTC),
        scopes=frozenset({"b", "a"}),
    ),
)
BARE = Grant(google_endpoint("client-1"), Tokens(access_token="planted-access"))


@pytest.fixture
def file(tmp_path: Path) -> TokenFile:
    """A file in a folder that is not there yet."""
    return TokenFile(tmp_path / "a" / "b" / "login.json")


@pytest.mark.parametrize("grant", [GRANT, BARE], ids=["whole", "bare"])
def test_what_is_written_is_read(file: TokenFile, grant: Grant) -> None:
    """A grant comes back as it was."""
    file.write(grant)
    assert file.read() == grant


def test_nothing_is_read_where_there_is_no_file(file: TokenFile) -> None:
    """Nobody logged in yet."""
    assert file.read() is None


def test_only_the_owner_may_read(file: TokenFile) -> None:
    """The file has mode 0600 also where it takes the place of one that had not."""
    file.path.parent.mkdir(parents=True)
    file.path.touch(mode=0o644)
    file.write(GRANT)
    assert file.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_file_that_others_may_read_is_refused(file: TokenFile, mode: int) -> None:
    """The error says what to do."""
    file.write(GRANT)
    file.path.chmod(mode)
    with pytest.raises(UsageError, match="chmod 600"):
        file.read()


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", "7", '"planted-refresh"', "\x00"])
def test_a_file_of_something_else_is_refused(file: TokenFile, text: str) -> None:
    """The error names the file and quotes nothing of it."""
    file.write(GRANT)
    file.path.write_text(text)
    with pytest.raises(UsageError, match=r"login\.json holds no login") as refused:
        file.read()
    assert "planted" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_folder_in_its_place_is_refused(file: TokenFile) -> None:
    """What cannot be read or written is an error of ours."""
    file.path.mkdir(parents=True)
    with pytest.raises(UsageError, match="holds no login"):
        file.read()
    with pytest.raises(UsageError, match="cannot be written"):
        file.write(GRANT)


def test_a_write_that_fails_leaves_what_was_there(
    file: TokenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file is replaced whole or not at all, and no half file stays beside it."""
    file.write(GRANT)

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(UsageError, match="No space left"):
        file.write(BARE)
    assert file.read() == GRANT
    assert [path.name for path in file.path.parent.iterdir()] == ["login.json"]


def test_new_tokens_take_the_place_of_the_old(file: TokenFile) -> None:
    """The endpoint stays, the tokens go."""
    tokens = Tokens(access_token="planted-2", refresh_token="planted-3")
    file.keep(GRANT, tokens)
    assert file.read() == Grant(GRANT.endpoint, tokens)


def test_a_grant_shows_no_secret() -> None:
    """Its repr can be logged."""
    assert "planted" not in repr(GRANT)


posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


@posix
def test_folders_are_made_for_their_owner_alone(file: TokenFile) -> None:
    """All that were not there, whatever the process's mask lets through."""
    before = os.umask(0)
    try:
        file.write(GRANT)
    finally:
        os.umask(before)
    for folder in (file.path.parent, file.path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700


@posix
def test_a_folder_that_others_may_write_to_is_refused(file: TokenFile) -> None:
    """They could put a login of their own in the place; in one like /tmp they cannot."""
    file.path.parent.mkdir(parents=True)
    file.path.parent.chmod(0o777)
    with pytest.raises(UsageError, match="chmod go-w"):
        file.write(GRANT)
    with pytest.raises(UsageError, match="chmod go-w"):
        file.prepare()
    file.path.parent.chmod(0o1777)
    file.write(GRANT)
    assert file.read() == GRANT


@posix
def test_a_file_of_somebody_else_is_refused(
    file: TokenFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever put it there would have our calendars synced to their account, or theirs to ours."""
    file.write(GRANT)
    monkeypatch.setattr(os, "geteuid", lambda: file.path.stat().st_uid + 1)
    with pytest.raises(UsageError, match="somebody else's"):
        file.read()


@posix
def test_a_pipe_in_its_place_is_not_waited_for(file: TokenFile) -> None:
    """It is no login."""
    file.path.parent.mkdir(parents=True)
    os.mkfifo(file.path, 0o600)
    with pytest.raises(UsageError, match="holds no login"):
        file.read()


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("access_token", 7),
        ("access_token", None),
        ("refresh_token", ["planted"]),
        ("expires_at", 1),
        ("client_id", {}),
        ("client_secret", 5),
        ("token_url", None),
        ("scopes", 5),
        ("sealed", 5),
    ],
)
def test_members_of_another_kind_are_no_login(file: TokenFile, member: str, value: object) -> None:
    """They would be found where they are used, or never."""
    file.write(GRANT)
    held = json.loads(file.path.read_text())
    file.path.write_text(json.dumps(held | {member: value}))
    with pytest.raises(UsageError, match="holds no login"):
        file.read()


def test_a_place_is_prepared_before_anybody_is_asked(file: TokenFile) -> None:
    """The folder is there, and no trace of the attempt."""
    file.prepare()
    assert list(file.path.parent.iterdir()) == []
    file.write(GRANT)
    file.prepare()
    assert file.read() == GRANT


def test_a_place_that_cannot_be_written_is_told_before(tmp_path: Path) -> None:
    """A file where a folder is needed, or a folder where the file is."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "login.json", tmp_path):
        with pytest.raises(UsageError, match="cannot be written"):
            TokenFile(path).prepare()
