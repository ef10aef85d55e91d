"""Output that other programs read: whole, or an error, and never half of it taken for all."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from rich.console import RenderableType

from kloudsync.cli.terminal import Terminal
from kloudsync.errors import UsageError
from kloudsync.model.told import Told

V = TypeVar("V", bound=Told)

CLOSED_PIPE: Final = 1
"""The exit status where whoever reads the output has stopped."""


@contextmanager
def written_out(console: Terminal) -> Generator[None]:
    """Let what is printed within have left the program when this is over.

    Raises:
        UsageError: It cannot be written, for example because a disk is full.
        SystemExit: Nobody reads it any more.
    """
    try:
        yield
        console.file.flush()
    except BrokenPipeError:
        _abandon()
        raise SystemExit(CLOSED_PIPE) from None
    except OSError as error:
        _abandon()
        raise UsageError(f"the output cannot be written: {error.strerror}") from None


def print_json(console: Terminal, value: Mapping[str, Any]) -> None:
    """Print a value as a JSON object on one line, as it is, whatever the width of the terminal."""
    # Escaped beyond ASCII: no text of a stranger steers a terminal, and any encoding will do.
    console.file.write(f"{json.dumps(value)}\n")


def show_each(
    console: Terminal, found: Iterable[V], shown: Callable[[V], RenderableType], *, json: bool
) -> None:
    """Print a line or more for each value, or the value as JSON on a line of its own.

    Raises:
        UsageError: The output cannot be written.
    """
    with written_out(console):
        for one in found:
            if json:
                print_json(console, one.to_dict())
            else:
                console.print(shown(one), soft_wrap=True)


def _abandon() -> None:
    """Drop what is still buffered, which the interpreter would try to write again at its end."""
    try:
        output = sys.stdout.fileno()
    except (OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output)
    os.close(nowhere)
