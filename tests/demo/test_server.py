"""Starting the live calendar: the command, the extra, the port."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from kloudsync.cli.commands import app
from kloudsync.demo.server import HOST, serve
from kloudsync.errors import MissingExtra, UsageError

EXAMPLE = Path(__file__).parents[2] / "examples" / "live_calendar"


@pytest.mark.parametrize("absent", ["starlette", "uvicorn"])
def test_the_extra_is_named(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what it needs, the demo says what to install."""
    for name in ("app", "running"):
        monkeypatch.delitem(sys.modules, f"kloudsync.demo.{name}", raising=False)
    for name in [*sys.modules]:
        if name.partition(".")[0] == absent:
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [_Without(absent), *sys.meta_path])
    with pytest.raises(MissingExtra, match=r"pip install 'kloudsync\[demo\]'"):
        serve(0)


def test_a_taken_port_is_a_sentence() -> None:
    """The command says which port, and how to choose another."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(app, ["demo", "--web", "--port", str(port)])
    assert isinstance(result.exception, UsageError)
    assert f"port {port} cannot be had" in str(result.exception)


def test_it_ends_quietly_while_a_browser_listens() -> None:
    """Ctrl-C ends the stream of the feed and the program, with nothing on stderr."""
    command = [sys.executable, str(EXAMPLE), "0"]
    with subprocess.Popen(  # noqa: S603 - our own example
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        address = next(one for one in program.stdout.readline().split() if one.startswith("http"))
        client = httpx.Client(trust_env=False, timeout=30)
        with client, client.stream("GET", f"{address}feed") as answer:
            lines = answer.iter_lines()
            assert "event: news" in lines
            program.send_signal(signal.SIGINT)
            _ = list(lines)  # to its end
        _, complaints = program.communicate(timeout=30)
    assert (program.returncode, complaints) == (0, "")


class _Without:
    """An importer that has one package less."""

    def __init__(self, absent: str) -> None:
        self._absent = absent

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the package."""
        if name.partition(".")[0] == self._absent:
            raise ModuleNotFoundError(name, name=self._absent)
