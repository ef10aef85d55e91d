"""A store for language models, over the Model Context Protocol: to read, and where wanted to write.

Needs the extra `mcp`, which brings the protocol's own SDK. `kloudsync mcp --db calendars.db` serves
one file on standard input and output; a program serves its own store:

```python
server(PostgresStore(…)).run()
```

Tools read, and acknowledge nothing. Only where clients are given as `writers` may a model propose
changes of their calendars; what is proposed is done once a person has confirmed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from kloudsync.errors import MissingExtra
from kloudsync.mcp.confirming import Confirm
from kloudsync.mcp.proposals import Proposals
from kloudsync.mcp.questions import Questions
from kloudsync.mcp.writing import Writing, by_account
from kloudsync.runtime.clock import entropy
from kloudsync.sync.ports import Store

__all__ = ["Confirm", "server"]


def server(
    store: Store,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    writers: Iterable[Any] = (),
    confirm: Confirm = Confirm.PERSON,
) -> Any:
    """Return a server of tools over a store; `.run()` serves standard input and output.

    Args:
        store: Holds the copies; whatever syncs them may go on meanwhile.
        now: Tells the present, aware; tests pass their own.
        writers: Blocking clients of the accounts whose calendars a model may propose to change,
            such as `[Google(…)]`; with none, all tools only read.
        confirm: Who confirms what was proposed before it is done.

    Returns:
        A `FastMCP` of the protocol's SDK.

    Raises:
        MissingExtra: The SDK is not installed.
        UsageError: A writer is no client, or of a provider that offers no edits.
    """
    known = by_account(writers)
    try:
        serving = import_module("kloudsync.mcp.serving")
    except ModuleNotFoundError as error:
        raise MissingExtra('mcp is not installed; run `pip install "kloudsync[mcp]"`') from error
    writing = Writing(store, known, Proposals(now, entropy)) if known else None
    return serving.served(Questions(store, now), writing, Confirm(confirm))
