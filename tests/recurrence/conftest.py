"""What the tests of recurrence have in common."""

import pytest
from tests.caches import forget


@pytest.fixture(autouse=True)
def afresh() -> None:
    """Read and compile every rule anew; what an earlier test read would hide who reads it now."""
    forget(
        "kloudsync.recurrence",
        apart_from=("kloudsync.recurrence.kinds", "kloudsync.recurrence.zones"),
    )
