"""A file of copies, served to an assistant."""

from __future__ import annotations

from pathlib import Path

from kloudsync.cli.options import DatabaseOption
from kloudsync.cli.places import store_in
from kloudsync.mcp import server


def mcp(*, database: DatabaseOption = Path("calendars.db")) -> None:
    """Serve the copies of a file to an assistant, on standard input and output (MCP).

    Its tools read and never write: agenda, free time, search, what changed. Needs the extra `mcp`.
    """
    with store_in(database) as store:
        server(store).run()
