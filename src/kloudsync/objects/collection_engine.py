"""Lists besides events, kept in step with a store: which calendars exist, who may read them.

```python
from kloudsync import CollectionEngine

calendars = CollectionEngine(google.collections.calendars(), store)
calendars.sync()
for change in calendars.changes("crm"):
    ...
```
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar, Unpack

from kloudsync.model.record import EventRecord
from kloudsync.objects.collection_copy import HeldCollection, MemberChange
from kloudsync.objects.kept_copy import EngineOptions, KeptCopy
from kloudsync.runtime.colour import Awaits, Blocks, C_co
from kloudsync.sync.ports import Store
from kloudsync.sync.source import Source

Caller_co = TypeVar("Caller_co", covariant=True)
M = TypeVar("M")
M_co = TypeVar("M_co", covariant=True)


class CollectionSource(Source[Caller_co], Protocol[Caller_co, M_co]):
    """A list whose members are no events, with the caller that reaches it."""

    def member(self, record: EventRecord) -> M_co:
        """Build the typed member of a record."""
        ...


class KeptCollection(KeptCopy[C_co, M, MemberChange[M]], HeldCollection[C_co, M], Generic[C_co, M]):
    """Keeps a store in step with a list, in either colour, and answers what it holds."""

    def __init__(
        self, source: CollectionSource[C_co, M], store: Store, **options: Unpack[EngineOptions]
    ) -> None:
        """Make an engine; nothing is read or written yet.

        Args:
            source: The list, from a client of the engine's colour.
            store: Where the copy lives; calendars may live there too.
            **options: How it works; see `EngineOptions`.

        Raises:
            UsageError: The source or the store is of another kind, or the lease may run out during
                one call.
        """
        super().__init__(source, store, **options)


class CollectionEngine(KeptCollection[Blocks, M]):
    """Keeps a store in step with a list, and answers what it holds."""


class AsyncCollectionEngine(KeptCollection[Awaits, M]):
    """Keeps a store in step with a list from within an event loop; the twin of `CollectionEngine`."""
