"""A command that is loaded when it runs, so that help and completion are there at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand
from typer.main import get_command

SETTINGS: Final[dict[str, Any]] = {
    # Panels take longer to load than all that they show.
    "rich_markup_mode": None,
    "pretty_exceptions_enable": False,
}
"""What all commands, and what they belong to, have in common."""


class Later(TyperCommand):
    """A command of which only a line is known before it is asked for something.

    Args:
        name: What it is called.
        home: Where its function is: a module of this package, and a name there.
        told: What it is for, as the list of commands tells it.
    """

    def __init__(self, name: str, home: str, told: str) -> None:
        super().__init__(name, short_help=told)
        self._home = home

    def load(self) -> Any:
        """Return the command itself."""
        module, _, function = self._home.partition(":")
        alone = typer.Typer(add_completion=False, **SETTINGS)
        found = getattr(import_module(f"kloudsync.cli.{module}"), function)
        alone.command(self.name)(found)
        return get_command(alone)

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Begin the command itself, whatever is asked of it."""
        return self.load().make_context(*args, **kwargs)
