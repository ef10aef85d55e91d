"""Where the `kloudsync` command begins."""

from __future__ import annotations

import sys

from kloudsync.errors import ConsentRequired, KloudsyncError, MissingExtra


def run() -> None:
    """Run the command line, and turn kloudsync's errors into one line and exit status 1."""
    try:
        from kloudsync.cli.commands import app  # noqa: PLC0415 - typer and rich are an extra
    except ModuleNotFoundError as error:
        if error.name not in ("typer", "rich", "click"):
            raise
        missing = MissingExtra("the command line needs: pip install 'kloudsync[cli]'")
        sys.exit(f"kloudsync: {missing}")
    try:
        app()
    except KloudsyncError as error:
        advice = "; run `kloudsync login google`" if isinstance(error, ConsentRequired) else ""
        sys.exit(f"kloudsync: {type(error).__name__}: {error}{advice}")


if __name__ == "__main__":
    run()
