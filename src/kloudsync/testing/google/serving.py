"""The fake as it stands in for Google where only the provider is known."""

from datetime import timedelta

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.google.population import populate
from kloudsync.testing.google.service import FakeGoogle


def fake(clock: TellsTime, *, seed: int = 0, events: int = 0) -> FakeGoogle:
    """Make a fake.

    Args:
        clock: What tells the present.
        seed: What ids and events are drawn from.
        events: How many the calendar holds.
    """
    google = FakeGoogle(clock=clock, seed=seed, pace=timedelta(milliseconds=1))
    if events:
        populate(google.calendar(), events=events, seed=seed)
    return google
