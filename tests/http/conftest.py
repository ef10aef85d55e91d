"""Fixtures of the tests of `kloudsync.http`."""

import pytest
from tests.http.drives import AwaitingDrive, BlockingDrive, Drive


@pytest.fixture(params=[BlockingDrive(), AwaitingDrive()], ids=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> Drive:
    """Both colours of client, one after the other."""
    chosen: Drive = request.param
    return chosen
