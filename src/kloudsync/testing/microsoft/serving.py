"""The fake as it stands in for Microsoft where only the provider is known."""

from datetime import timedelta

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.microsoft.service import FakeMicrosoft


def fake(clock: TellsTime, *, seed: int = 0, events: int = 0) -> FakeMicrosoft:  # noqa: ARG001 - it begins empty
    """Make a fake.

    Args:
        clock: What tells the present.
        seed: What ids are drawn from.
        events: Ignored: its calendars begin empty.
    """
    return FakeMicrosoft(clock=clock, seed=seed, pace=timedelta(milliseconds=1))
