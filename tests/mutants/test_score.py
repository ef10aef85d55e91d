"""How mutants are drawn and their shares told."""

from __future__ import annotations

import pytest
from tests.mutants.score import interval, sample, table

NAMES = [
    *(f"kloudsync.sync.plan.x__mutmut_{n}" for n in range(50)),
    *(f"kloudsync.mirror.window.x__mutmut_{n}" for n in range(5)),
]


def test_a_sample_is_drawn_by_its_seed_from_each_package() -> None:
    """The same seed draws the same, however the names are listed, and another one others."""
    drawn = sample(NAMES, 10, seed=1)
    assert drawn == sample(reversed(NAMES), 10, seed=1)
    assert drawn != sample(NAMES, 10, seed=2)
    assert len(set(drawn)) == len(drawn) == 15
    assert sum(".mirror." in name for name in drawn) == 5


def test_without_a_size_every_mutant_is_drawn() -> None:
    """Each once."""
    assert sorted(sample(NAMES, None, seed=1)) == sorted(NAMES)


def test_a_package_drawn_alone_is_drawn_as_among_others() -> None:
    """What else is tried has no say in it."""
    alone = [name for name in NAMES if ".sync." in name]
    assert set(sample(alone, 10, seed=3)) < set(sample(NAMES, 10, seed=3))


@pytest.mark.parametrize(
    ("noticed", "tried", "low", "high"),
    [(90, 100, 0.826, 0.945), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0)],
)
def test_an_interval_is_wilson_s(noticed: int, tried: int, low: float, high: float) -> None:
    """As published tables give it."""
    assert list(interval(noticed, tried)) == pytest.approx([low, high], abs=5e-4)


def test_a_table_counts_each_fate() -> None:
    """Mutants on which tests hang are noticed, and those that no test reaches are not."""
    fates = ["killed", "killed", "timeout", "survived", "no tests"]
    _, line = table({f"kloudsync.sync.m{n}": fate for n, fate in enumerate(fates)})
    assert line.split()[:7] == ["sync", "5", "2", "1", "1", "1", "60.0%"]
