"""The fake as it stands in for Salesloft where only the provider is known."""

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.salesloft.service import FakeSalesloft


def fake(clock: TellsTime, *, seed: int = 0, events: int = 0) -> FakeSalesloft:  # noqa: ARG001 - nothing is drawn
    """Make a fake; its calendars are written to, and begin empty."""
    return FakeSalesloft(clock=clock)
