"""`kloudsync mcp`, as an assistant's program starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from tests.cli.conftest import Command

from kloudsync.cli.main import run
from kloudsync.testing.google import FakeGoogle

pytest.importorskip("mcp", reason="the extra mcp is not installed")

HELLO = {
    "protocolVersion": "2025-06-18",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def tools(database: str, *options: str) -> list[str]:
    """Start the server, and return the names of its tools."""
    lines: list[dict[str, Any]] = [
        {"id": 1, "method": "initialize", "params": HELLO},
        {"method": "notifications/initialized"},
        {"id": 2, "method": "tools/list"},
    ]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "kloudsync", "mcp", "--db", database, *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as started:
        assert started.stdin
        assert started.stdout
        for line in lines:
            started.stdin.write(f"{json.dumps({'jsonrpc': '2.0', **line})}\n")
        started.stdin.flush()
        # Its input ends once it has answered: what is asked last is dropped otherwise.
        answers = (json.loads(line) for line in started.stdout)
        listed = next(one["result"]["tools"] for one in answers if one.get("id") == 2)
        started.stdin.close()
    assert started.returncode == 0
    return [one["name"] for one in listed]


def test_an_assistant_may_write_only_where_that_was_asked_for(
    fake: FakeGoogle, command: Command, database: str
) -> None:
    """The tools that write are not there without --write."""
    command("sync", "--db", database)
    fake.requests.clear()
    assert "commit" not in tools(database)
    assert "commit" in tools(database, "--write", "google")
    assert fake.requests == []


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--write", "kloudless"), "offers no edits"),
        (("--write", "orkut"), "no provider is called 'orkut'"),
        (("--tokens", "login.json"), "give --write once"),
        (("--write", "google", "--tokens", "nowhere.json"), "no file at nowhere.json"),
    ],
)
def test_what_cannot_be_written_to_is_said_at_once(
    fake: FakeGoogle,
    command: Command,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    says: str,
) -> None:
    """Before an assistant is told of anything."""
    command("sync", "--db", database)
    monkeypatch.setattr(sys, "argv", ["kloudsync", "mcp", "--db", database, *options])
    with pytest.raises(SystemExit) as ended:
        run()
    assert says in str(ended.value)
    assert fake.requests
