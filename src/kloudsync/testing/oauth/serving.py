"""The fake as it is served."""

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.oauth.service import FakeAuthorisationServer


def fake(clock: TellsTime, *, seed: int = 0, events: int = 0) -> FakeAuthorisationServer:  # noqa: ARG001 - it has none
    """Make a fake."""
    return FakeAuthorisationServer(clock=clock, seed=seed)
