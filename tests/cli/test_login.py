"""`kloudsync login google`, and syncs with what it keeps."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import webbrowser
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography.fernet import Fernet
from tests.cli.authorisation import SECRET, FakeAuthorisation, visit
from tests.cli.conftest import Command

from kloudsync.cli.login import endpoint_of, log_in
from kloudsync.cli.main import run
from kloudsync.cli.terminal import Terminal
from kloudsync.errors import TimedOut
from kloudsync.providers.google.provider import PROVIDER as GOOGLE
from kloudsync.providers.google.scopes import Scope
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

CLIENT = ("login", "google", "--client-id", "client-1")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAuthorisation]:
    """An authorisation server that the command and the browser find."""
    service = FakeAuthorisation()
    with serve(service) as url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_CLIENT_SECRET", SECRET)
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_AUTHORIZATION_URL", f"{url}/auth")
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_TOKEN_URL", f"{url}/token")
        monkeypatch.setattr(webbrowser, "open", visit)
        yield service


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGoogle]:
    """A calendar that only the first two access tokens open."""
    owner = "owner@example.com"
    service = FakeGoogle(owner, tokens={"access-1": owner, "access-2": owner})
    now = service.clock.now()
    service.calendar().create("Review", now, now + timedelta(hours=1))
    with serve(service) as url:
        monkeypatch.setenv("KLOUDSYNC_GOOGLE_BASE_URL", url)
        yield service


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the login is kept."""
    return tmp_path / "logins" / "login.json"


def failing(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Run a command that fails, and return what it says."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", *arguments])
    with pytest.raises(SystemExit) as ended:
        run()
    return str(ended.value)


def test_a_login_asks_as_installed_applications_do(
    server: FakeAuthorisation, command: Command, file: Path
) -> None:
    """The question has a proof key and a state, leads back to this machine, and wants to last."""
    command(*CLIENT, "--tokens", str(file))
    back = urlsplit(server.asked["redirect_uri"])
    assert (back.scheme, back.hostname) == ("http", "127.0.0.1")
    assert back.port
    assert server.asked["code_challenge_method"] == "S256"
    assert len(server.asked["state"]) >= 32
    assert server.asked["access_type"] == "offline"
    assert server.asked["scope"] == server.granted


def test_two_questions_have_nothing_in_common(
    server: FakeAuthorisation, command: Command, file: Path
) -> None:
    """State and proof key are new for every question."""
    command(*CLIENT, "--tokens", str(file))
    first = server.asked
    command(*CLIENT, "--tokens", str(file))
    assert first["state"] != server.asked["state"]
    assert first["code_challenge"] != server.asked["code_challenge"]


def test_a_login_is_kept_for_its_owner_alone(
    server: FakeAuthorisation, command: Command, file: Path
) -> None:
    """The file has mode 0600, and the terminal shows where it is and nothing of what is in it."""
    shown = command(*CLIENT, "--tokens", str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(file) in shown
    kept = json.loads(file.read_text())
    assert (kept["access_token"], kept["refresh_token"]) == ("access-1", "refresh-1")
    assert not any(secret in shown for secret in ("access-1", "refresh-1", SECRET))
    assert server.issued == 1


@pytest.mark.usefixtures("google")
def test_a_sync_uses_the_login(server: FakeAuthorisation, command: Command, database: str) -> None:
    """Where the environment has no token, the account's own login opens the calendar."""
    command(*CLIENT)
    assert "1 added" in command("sync", "--db", database)
    assert server.issued == 1


@pytest.mark.usefixtures("google")
def test_each_account_has_its_own_login(
    server: FakeAuthorisation, command: Command, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A login for one account lets nobody into another."""
    command(*CLIENT, "--account", "work/1")
    assert "1 added" in command("sync", "--account", "work/1", "--db", database)
    assert "kloudsync login google" in failing(monkeypatch, "sync", "--db", database)
    assert server.issued == 1


def test_a_token_of_the_environment_comes_first(
    fake: FakeGoogle, server: FakeAuthorisation, command: Command, database: str
) -> None:
    """The login is left alone where the environment has a token."""
    command(*CLIENT)
    server.refresh_token = "revoked"
    assert "1 added" in command("sync", "--db", database)
    assert fake.requests


def lapse(file: Path) -> None:
    """Let the access token in a file have lapsed."""
    kept = json.loads(file.read_text())
    file.write_text(json.dumps(kept | {"expires_at": "2020-01-01T00:00:00+00:00"}))


@pytest.mark.usefixtures("google")
def test_a_lapsed_token_is_renewed_and_kept(
    server: FakeAuthorisation,
    command: Command,
    file: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The next refresh token takes the place of the one before; the file stays private."""
    command(*CLIENT, "--tokens", str(file))
    # The file has all that renewing takes.
    monkeypatch.delenv("KLOUDSYNC_GOOGLE_CLIENT_SECRET")
    monkeypatch.delenv("KLOUDSYNC_GOOGLE_TOKEN_URL")
    lapse(file)
    assert "1 added" in command("sync", "--tokens", str(file), "--db", database)
    assert json.loads(file.read_text())["refresh_token"] == "refresh-2"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "0 added" in command("sync", "--tokens", str(file), "--db", database)
    assert server.issued == 2


@pytest.mark.usefixtures("google")
def test_new_tokens_are_kept_before_they_are_used(
    server: FakeAuthorisation,
    command: Command,
    file: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A call that fails with new tokens leaves them in the file: the old ones are spent."""
    command(*CLIENT, "--tokens", str(file))
    server.issued = 10  # what it issues next opens nothing
    lapse(file)
    said = failing(monkeypatch, "sync", "--tokens", str(file), "--db", database)
    assert said.startswith("kloudsync: Unauthorized: ")
    assert json.loads(file.read_text())["refresh_token"] == server.refresh_token
    assert server.issued > 10


@pytest.mark.usefixtures("google")
def test_a_revoked_login_asks_for_consent_again(
    server: FakeAuthorisation,
    command: Command,
    file: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What only a person can mend is said as such."""
    command(*CLIENT, "--tokens", str(file))
    server.refresh_token = "revoked"
    lapse(file)
    said = failing(monkeypatch, "sync", "--tokens", str(file), "--db", database)
    assert said.startswith("kloudsync: ConsentRequired: ")
    assert "kloudsync login google" in said


def test_a_no_is_a_no(
    server: FakeAuthorisation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Denied consent is an error of its own, and nothing is kept."""
    server.denies = True
    said = failing(monkeypatch, *CLIENT, "--tokens", str(file))
    assert said.startswith("kloudsync: PermissionDenied: access was not granted")
    assert not file.exists()


def test_the_answer_to_another_question_is_not_waited_for(
    server: FakeAuthorisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect with a foreign state is turned away, and its code is never exchanged."""
    server.state = "somebody-elses"
    with pytest.raises(TimedOut, match="no answer came"):
        log_in(Terminal(file=StringIO()), GOOGLE, endpoint_of(GOOGLE, "client-1"), patience=0.01)
    assert server.issued == 0


def test_a_login_that_cannot_be_kept_asks_nobody(
    server: FakeAuthorisation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser is not opened for a place where nothing can be written."""
    (tmp_path / "file").touch()
    asked: list[str] = []
    monkeypatch.setattr(webbrowser, "open", asked.append)
    said = failing(monkeypatch, *CLIENT, "--tokens", str(tmp_path / "file" / "login.json"))
    assert "cannot be written" in said
    assert asked == []
    assert server.issued == 0


@pytest.mark.usefixtures("google")
def test_a_sync_opens_a_login_that_is_encrypted(
    server: FakeAuthorisation,
    command: Command,
    file: Path,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the key in the environment, and a message that names it without."""
    monkeypatch.setenv("KLOUDSYNC_TOKEN_KEY", Fernet.generate_key().decode())
    command(*CLIENT, "--tokens", str(file))
    assert "refresh-1" not in file.read_text()
    assert "1 added" in command("sync", "--tokens", str(file), "--db", database)
    monkeypatch.delenv("KLOUDSYNC_TOKEN_KEY")
    said = failing(monkeypatch, "sync", "--tokens", str(file), "--db", database)
    assert "set KLOUDSYNC_TOKEN_KEY" in said
    assert server.issued == 1


def test_half_a_yes_is_not_enough(
    server: FakeAuthorisation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A grant without a scope that syncing needs is refused with the scope's name."""
    server.granted = Scope.EVENTS_READONLY
    said = failing(monkeypatch, *CLIENT, "--tokens", str(file))
    assert said.startswith("kloudsync: PermissionDenied: ")
    assert Scope.CALENDAR_LIST_READONLY in said
    assert "tick every box" in said
    assert not file.exists()


def test_more_than_was_asked_for_is_enough(
    server: FakeAuthorisation, command: Command, file: Path
) -> None:
    """A wider scope includes the narrower ones."""
    server.granted = Scope.CALENDAR
    command(*CLIENT, "--tokens", str(file))
    assert file.exists()


def test_a_grant_that_cannot_be_renewed_is_refused(
    server: FakeAuthorisation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a refresh token the login would be over in an hour."""
    server.renewable = False
    assert "no refresh token" in failing(monkeypatch, *CLIENT, "--tokens", str(file))
    assert not file.exists()


def test_a_wrong_secret_is_said_without_the_secret(
    server: FakeAuthorisation, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the token endpoint refuses is one line."""
    monkeypatch.setenv("KLOUDSYNC_GOOGLE_CLIENT_SECRET", "wrong-planted-secret")
    said = failing(monkeypatch, *CLIENT, "--tokens", str(file))
    assert "invalid_grant" in said
    assert "planted" not in said
    assert server.issued == 0


def test_a_person_who_never_answers_is_waited_for_in_vain(
    server: FakeAuthorisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Patience ends, and the address is gone."""
    monkeypatch.setattr(webbrowser, "open", bool)
    with pytest.raises(TimedOut, match="no answer came"):
        log_in(Terminal(file=StringIO()), GOOGLE, endpoint_of(GOOGLE, "client-1"), patience=0.01)
    assert server.issued == 0


def no_browser(_: str) -> bool:
    """Open nothing, as `webbrowser.open` does on a machine without a browser."""
    return False


def test_where_no_browser_opens_the_address_is_printed(
    server: FakeAuthorisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine without a browser gets the address in one piece, however narrow its terminal."""
    monkeypatch.setattr(webbrowser, "open", no_browser)
    shown = StringIO()
    with pytest.raises(TimedOut):
        log_in(
            Terminal(file=shown, width=40), GOOGLE, endpoint_of(GOOGLE, "client-1"), patience=0.01
        )
    address = next(line for line in shown.getvalue().splitlines() if line.startswith("http"))
    assert "code_challenge_method=S256" in address
    assert address.count("state=") == 1
    assert server.issued == 0


def test_without_a_browser_a_person_opens_the_address(
    server: FakeAuthorisation, file: Path
) -> None:
    """With --no-browser, the command prints the address and waits until somebody was there."""
    program = [sys.executable, "-m", "kloudsync.cli.main", *CLIENT]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*program, "--no-browser", "--tokens", str(file)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "60"},
    ) as running:
        try:
            assert running.stdout is not None
            assert "Open this address" in running.stdout.readline()
            assert visit(running.stdout.readline().strip())
            rest = running.stdout.read()
        except BaseException:
            running.kill()
            raise
    assert running.returncode == 0
    assert str(file) in rest
    assert file.exists()
    assert server.issued == 1


def test_access_to_change_events_is_asked_for_where_it_is_wanted(
    server: FakeAuthorisation, command: Command, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only with --write; a grant that is for reading alone is refused then."""
    monkeypatch.chdir(file.parent.parent)
    refused = failing(monkeypatch, *CLIENT, "--write", "--tokens", str(file))
    assert "without" in refused
    assert Scope.EVENTS in server.asked["scope"].split()
    assert not file.exists()
    server.granted = server.asked["scope"]
    command(*CLIENT, "--write", "--tokens", str(file))
    assert file.exists()
