"""Where the `kloudsync` command begins."""

from __future__ import annotations

import sys
from typing import Final

from kloudsync.cli.log import show_log, traceback_shown
from kloudsync.errors import ConsentRequired, KloudsyncError, MissingExtra
from kloudsync.model.visible import visible

INTERRUPTED: Final = 130
"""The exit status after Ctrl-C, as shells have it: 128 and the number of the signal."""


def run() -> None:
    """Run the command line, and turn kloudsync's errors into one line and exit status 1.

    Any other error ends with its traceback, in which nothing steers the terminal. Ctrl-C ends it
    quietly, at any time.
    """
    try:
        _run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _run() -> None:
    try:
        from kloudsync.cli.commands import app  # noqa: PLC0415 - typer is an extra

        show_log()
        app()
    except KloudsyncError as error:
        advice = ""
        if isinstance(error, ConsentRequired):
            advice = f"; run `kloudsync login {error.provider}`"
        sys.exit(visible(f"kloudsync: {type(error).__name__}: {error}{advice}"))
    except Exception as error:  # noqa: BLE001 - the interpreter would print what strangers wrote as it is
        if isinstance(error, ModuleNotFoundError) and error.name in ("typer", "rich", "click"):
            missing = MissingExtra("the command line needs: pip install 'kloudsync[cli]'")
            sys.exit(f"kloudsync: {missing}")
        sys.exit(traceback_shown())


if __name__ == "__main__":
    run()
