"""A fleet in virtual time, and what its requests cost."""

from __future__ import annotations

from math import inf

import pytest
from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.testing.__main__ import parse_arguments
from kloudsync.testing.simulate import Load, simulate, table
from kloudsync.testing.tariff import DAYS, Tariff, Tier

SMALL = Load(calendars=20, hours=0.5, edits=400.0, lost=0.1)


def test_the_same_seed_gives_the_same_figures() -> None:
    """A simulation says the same each time, and another seed something else."""
    first = simulate(SMALL)
    assert simulate(SMALL) == first
    assert simulate(evolve(SMALL, seed=2)).lags != first.lags


def test_announced_edits_are_fetched_at_once() -> None:
    """What is announced is fetched within a look and the time that a sync takes; all is accounted for."""
    figures = simulate(SMALL)
    longest = max(figures.lags["announced"])
    assert longest <= 0.5 + 0.5 + SMALL.answer + 0.5
    assert max(figures.lags["lost"]) > longest
    assert figures.unfetched <= len(figures.lags["lost"])
    assert figures.requests["push"] <= len(figures.lags["announced"])


def test_a_quota_delays_and_loses_nothing() -> None:
    """Where the project may make fewer requests than it needs, edits are late and fetched."""
    figures = simulate(evolve(SMALL, quota=3, lost=0.0))
    assert figures.refused > 0
    assert sum(map(len, figures.lags.values())) + figures.unfetched > 0
    assert max(figures.lags["announced"]) > 60.0


def test_workers_whose_clocks_differ() -> None:
    """Workers whose clocks are five minutes apart work at a calendar one at a time, a little late."""
    figures = simulate(evolve(SMALL, workers=2, wrong_by=300.0, lost=0.0))
    assert max(figures.lags["announced"]) <= 0.5 + 0.5 + SMALL.answer + 0.5


def test_what_is_printed() -> None:
    """The table says how late what was, what was asked for, and what a month of it costs."""
    load = evolve(SMALL, hours=0.2)
    lines = list(table(load, simulate(load), Tariff.parse([":1"]).of_month))
    assert lines[0] == "20 calendars, 1 x 16 slots, 0.2 h, seed 1"
    assert any(line.startswith("announced") and "99th of 100" in line for line in lines)
    assert lines[-1].startswith("a month of this")


def test_tiers_of_prices() -> None:
    """Requests of a day cost what their tier asks, those of the first one as well."""
    tariff = Tariff.parse(["1000:0", "2000:1", ":0.5"])
    assert tariff.tiers == (Tier(1000.0, 0.0), Tier(2000.0, 1.0), Tier(inf, 0.5))
    assert tariff.of_month(500.0) == 0.0
    assert tariff.of_month(4000.0) == pytest.approx((1.0 + 1.0) * DAYS)
    for wrong in (["2:1", "1:1"], ["1:-1"], ["one:1"], ["1"], []):
        with pytest.raises(UsageError):
            Tariff.parse(wrong)


def test_the_command_line() -> None:
    """Each member of the load is an option of its name."""
    options = parse_arguments(["simulate", "--wrong-by", "300", "--quota", "600", "--tier", ":1"])
    assert (options.wrong_by, options.quota, options.budget) == (300.0, 600, None)
    assert options.tier == [":1"]
