from __future__ import annotations

import pytest

from kloudsync.errors import UsageError
from kloudsync.push.policy import WatchPolicy


def test_defaults() -> None:
    """Channels live for a week and are renewed in time; polling is the floor under them."""
    policy = WatchPolicy()
    assert (policy.life, policy.renew_at) == (604_800.0, 0.8)
    assert policy.poll_unwatched < policy.poll_watched < policy.life


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("life", 0.0),
        ("renew_at", 0.0),
        ("renew_at", 1.1),
        ("spread", -0.1),
        ("poll_watched", 0.0),
        ("poll_unwatched", -1.0),
        ("grace", -1.0),
    ],
)
def test_bounds(name: str, value: float) -> None:
    """A policy that would never renew, or poll without pause, is refused."""
    with pytest.raises(ValueError, match=name):
        WatchPolicy(**{name: value})


@pytest.mark.parametrize(("renew_at", "spread"), [(0.05, 1.0), (0.5, 0.5), (0.1, 0.1)])
def test_spread_is_smaller(renew_at: float, spread: float) -> None:
    """A policy by which channels may be renewed as soon as they are open is refused."""
    with pytest.raises(UsageError, match=r"spread .* has to be less than renew_at"):
        WatchPolicy(renew_at=renew_at, spread=spread)
