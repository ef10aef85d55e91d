"""Where the `kloudsync` command begins."""

from __future__ import annotations

import sys
from typing import Final

from kloudsync.errors import ConsentRequired, KloudsyncError, MissingExtra

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
        # typer and rich are an extra
        from kloudsync.cli.commands import app  # noqa: PLC0415
        from kloudsync.cli.terminal import show_log, traceback_shown  # noqa: PLC0415
        from kloudsync.model.visible import visible  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich", "click"):
            raise
        missing = MissingExtra("the command line needs: pip install 'kloudsync[cli]'")
        sys.exit(f"kloudsync: {missing}")
    show_log()
    try:
        app()
    except KloudsyncError as error:
        advice = ""
        if isinstance(error, ConsentRequired):
            advice = f"; run `kloudsync login {error.provider}`"
        sys.exit(visible(f"kloudsync: {type(error).__name__}: {error}{advice}"))
    except Exception:  # noqa: BLE001 - the interpreter would print what strangers wrote as it is
        sys.exit(traceback_shown())


if __name__ == "__main__":
    run()
