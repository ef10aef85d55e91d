"""What every suite starts from."""

from __future__ import annotations

import pytest

from kloudsync.sync.ports import Store
from kloudsync.testing.stores.worker import Worker


class Suite:
    """A suite that is told which store to test by a fixture of its subclass."""

    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store; subclasses override this."""
        raise NotImplementedError("override the fixture `store` so that it gives an empty store")

    @pytest.fixture
    def worker(self, store: Store) -> Worker:
        """Return somebody who may write to one calendar of the store."""
        return Worker(store)
