"""A store for language models: read-only tools over the Model Context Protocol.

Needs the extra `mcp`, which brings the protocol's own SDK. `kloudsync mcp --db calendars.db` serves
one file on standard input and output; a program serves its own store:

```python
server(PostgresStore(…)).run()
```

No tool writes, neither to a calendar nor to the store: what an assistant reads acknowledges nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from kloudsync.errors import MissingExtra
from kloudsync.mcp.questions import Questions
from kloudsync.sync.ports import Store

__all__ = ["server"]


def server(store: Store, *, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Any:
    """Return a server of read-only tools over a store; `.run()` serves standard input and output.

    Args:
        store: Holds the copies; whatever syncs them may go on meanwhile.
        now: Tells the present, aware; tests pass their own.

    Returns:
        A `FastMCP` of the protocol's SDK.

    Raises:
        MissingExtra: The SDK is not installed.
    """
    try:
        tools = import_module("kloudsync.mcp.tools")
    except ModuleNotFoundError as error:
        raise MissingExtra('mcp is not installed; run `pip install "kloudsync[mcp]"`') from error
    return tools.served(Questions(store, now))
