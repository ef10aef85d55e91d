"""`kloudsync login microsoft`: by the browser, and by a code for another device."""

from __future__ import annotations

import json
import sys
import webbrowser
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from tests.cli.authorisation import visit
from tests.cli.conftest import Command

from kloudsync.cli.main import run
from kloudsync.providers.microsoft.scopes import SYNC
from kloudsync.testing import FakeAuthorisationServer, FakeMicrosoft, Reply
from kloudsync.testing.serve import serve

CLIENT = ("login", "microsoft", "--client-id", "client-1")


class Platform:
    """Microsoft's sign-in, and a person who types in what a device shows, willing or not."""

    base_path = ""

    def __init__(self) -> None:
        self.server = FakeAuthorisationServer(offline_only=True)
        self.server.person.address = "owner@example.com"

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer, and let nobody wait long for the next question."""
        reply = self.server.handle(method, url, headers, body)
        if not url.partition("?")[0].endswith("/devicecode"):
            return reply
        told = json.loads(reply.body)
        self.server.answer_device(told["user_code"])
        return Reply(200, reply.headers, json.dumps(told | {"interval": 0.01}).encode())


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch) -> Iterator[Platform]:
    """A sign-in and a mailbox that believes it, which the command and the browser find."""
    made = Platform()
    mailbox = FakeMicrosoft("owner@example.com")
    mailbox.accounts.trust(made.server.user_of)
    now = mailbox.clock.now()
    mailbox.calendar().create("Review", now, now + timedelta(hours=1))
    with serve(made) as url, serve(mailbox) as graph:
        monkeypatch.setenv("KLOUDSYNC_MICROSOFT_AUTHORIZATION_URL", f"{url}/common/authorize")
        monkeypatch.setenv("KLOUDSYNC_MICROSOFT_TOKEN_URL", f"{url}/common/token")
        monkeypatch.setenv("KLOUDSYNC_MICROSOFT_BASE_URL", graph)
        monkeypatch.setattr(webbrowser, "open", visit)
        yield made


def failing(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Run a command that fails, and return what it says."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", *arguments])
    with pytest.raises(SystemExit) as ended:
        run()
    return str(ended.value)


@pytest.mark.parametrize("way", [(), ("--device",)], ids=["browser", "device"])
@pytest.mark.usefixtures("platform")
def test_a_login_opens_the_calendar(command: Command, database: str, way: tuple[str, ...]) -> None:
    """Whichever way the person was asked, the next sync needs no token of the environment."""
    shown = command(*CLIENT, *way)
    assert "Access granted" in shown
    assert "1 added" in command("sync", "microsoft", "--db", database)


def test_a_code_is_shown_in_one_piece_with_where_to_type_it(
    platform: Platform, command: Command, tmp_path: Path
) -> None:
    """The file has what the person granted, and the terminal shows no token."""
    file = tmp_path / "login.json"
    lines = command(*CLIENT, "--device", "--tokens", str(file)).splitlines()
    assert lines[1] == "https://accounts.example.com/device"
    assert len(lines[3]) == len("ABCD-EFGH")
    kept = json.loads(file.read_text())
    assert set(kept["scopes"]) == set(SYNC)
    assert kept["refresh_token"] not in "".join(lines)
    assert platform.server.granted.total() == 1


def test_a_person_says_no_on_their_device(
    platform: Platform, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing is kept, and the error says what happened."""
    platform.server.person.willing = False
    file = tmp_path / "login.json"
    said = failing(monkeypatch, *CLIENT, "--device", "--tokens", str(file))
    assert said.startswith("kloudsync: PermissionDenied: ")
    assert "the person said no" in said
    assert not file.exists()


def test_a_provider_without_codes_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Google gives devices no access to calendars."""
    monkeypatch.setenv("KLOUDSYNC_GOOGLE_CLIENT_ID", "client-1")
    said = failing(monkeypatch, "login", "google", "--device")
    assert "no codes for other devices" in said
