"""The fake as it stands in for Kloudless where only the provider is known."""

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.google.serving import fake as fake_upstream
from kloudsync.testing.kloudless.service import FakeKloudless


def fake(clock: TellsTime, *, seed: int = 0, events: int = 0) -> FakeKloudless:
    """Make a fake, which shows a calendar of a fake Google.

    Args:
        clock: What tells the present.
        seed: What ids and events are drawn from.
        events: How many the calendar holds.
    """
    return FakeKloudless(fake_upstream(clock, seed=seed, events=events))
