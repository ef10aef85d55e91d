"""Starting the live calendar: the command, the extra, the port."""

from __future__ import annotations

import socket
import sys

import pytest
from typer.testing import CliRunner

from kloudsync.cli.commands import app
from kloudsync.demo.server import HOST, serve
from kloudsync.errors import MissingExtra, UsageError


@pytest.mark.parametrize("absent", ["starlette", "uvicorn"])
def test_the_extra_is_named(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what it needs, the demo says what to install."""
    monkeypatch.delitem(sys.modules, "kloudsync.demo.app", raising=False)
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


class _Without:
    """An importer that has one package less."""

    def __init__(self, absent: str) -> None:
        self._absent = absent

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        """Refuse the package."""
        if name.partition(".")[0] == self._absent:
            raise ModuleNotFoundError(name, name=self._absent)
