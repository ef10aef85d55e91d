"""Contract suites: what every store must do, as tests that you subclass for your own.

```python
class TestMyStore(StoreContract):
    @pytest.fixture
    def store(self) -> Iterator[Store]:
        with MyStore() as store:
            yield store
```

A store that outlives its process subclasses `DurableStoreContract` too, and says
how to open the same store again.
"""

from __future__ import annotations

from kloudsync.testing.stores.ahead import AheadContract
from kloudsync.testing.stores.budgets import BudgetContract
from kloudsync.testing.stores.cancellations import CancellationContract
from kloudsync.testing.stores.channels import ChannelContract
from kloudsync.testing.stores.commits import CommitContract
from kloudsync.testing.stores.due import DueContract
from kloudsync.testing.stores.durability import DurableStoreContract
from kloudsync.testing.stores.erasure import ErasureContract
from kloudsync.testing.stores.families import FamilyContract
from kloudsync.testing.stores.feed import FeedContract
from kloudsync.testing.stores.fences import FenceContract
from kloudsync.testing.stores.leases import LeaseContract
from kloudsync.testing.stores.ledger import LedgerContract
from kloudsync.testing.stores.missing import MissingContract
from kloudsync.testing.stores.orphans import OrphanContract
from kloudsync.testing.stores.passes import PassContract
from kloudsync.testing.stores.pending import PendingContract
from kloudsync.testing.stores.quarantine import QuarantineContract
from kloudsync.testing.stores.readers import ReaderContract
from kloudsync.testing.stores.requests import RequestContract
from kloudsync.testing.stores.tokens import TokenContract
from kloudsync.testing.stores.units import CompareAndSetContract, UnitContract

__all__ = [
    "AheadContract",
    "BudgetContract",
    "CancellationContract",
    "ChannelContract",
    "CommitContract",
    "CompareAndSetContract",
    "DueContract",
    "DurableStoreContract",
    "ErasureContract",
    "FamilyContract",
    "FeedContract",
    "FenceContract",
    "LeaseContract",
    "LedgerContract",
    "MissingContract",
    "OrphanContract",
    "PassContract",
    "PendingContract",
    "QuarantineContract",
    "ReaderContract",
    "RequestContract",
    "StoreContract",
    "TokenContract",
    "UnitContract",
]


class StoreContract(
    UnitContract,
    CompareAndSetContract,
    PassContract,
    FenceContract,
    MissingContract,
    PendingContract,
    OrphanContract,
    CommitContract,
    AheadContract,
    FamilyContract,
    CancellationContract,
    QuarantineContract,
    ReaderContract,
    FeedContract,
    LeaseContract,
    ErasureContract,
):
    """Everything that one store object must do."""
