import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.providers.salesloft.budget import SPAN, Budget

NOW = 1_767_603_600.0

STEPS = st.lists(
    st.tuples(st.floats(0, 40), st.lists(st.integers(1, 12), max_size=4)), min_size=1, max_size=25
)


def entered(budget: Budget, *costs: int) -> Budget:
    """Queue for these costs."""
    for cost in costs:
        budget = budget.entered(cost)
    return budget


@given(steps=STEPS, limit=st.integers(12, 30))
def test_no_minute_ever_holds_more_than_the_limit(
    steps: list[tuple[float, list[int]]], limit: int
) -> None:
    """However callers come and go, any sixty seconds stay within the budget."""
    budget, now = Budget(), NOW
    costs: dict[int, int] = {}
    granted: list[tuple[float, int]] = []
    for pause, arrivals in steps:
        now += pause
        for cost in arrivals:
            budget = budget.entered(cost)
            costs[budget.tickets] = cost
        before = {ticket for ticket, _ in budget.queue}
        budget = budget.advanced(limit, now)
        passed = before - {ticket for ticket, _ in budget.queue}
        granted += [(now, costs[ticket]) for ticket in sorted(passed)]
    for at, _ in granted:
        assert sum(cost for when, cost in granted if at <= when < at + 60) <= limit


@given(
    costs=st.lists(st.integers(1, 12), min_size=2, max_size=30),
    pauses=st.lists(st.floats(0, 90), max_size=8),
)
def test_whoever_comes_first_is_served_first(costs: list[int], pauses: list[float]) -> None:
    """A cheap call does not overtake a dear one that waits for room."""
    budget, now = entered(Budget(), *costs), NOW
    for pause in (0.0, *pauses):
        now += pause
        budget = budget.advanced(12, now)
        waiting = [ticket for ticket, _ in budget.queue]
        assert waiting == list(range(len(costs) - len(waiting) + 1, len(costs) + 1))


@given(costs=st.lists(st.integers(1, 12), min_size=1, max_size=30), used=st.integers(0, 12))
def test_a_wait_is_as_long_as_it_has_to_be(costs: list[int], used: int) -> None:
    """If all in front ask when they were told to, a ticket passes when it was told to."""
    budget = entered(Budget().charged(used, NOW - 30), *costs).advanced(12, NOW)
    told = NOW + budget.wait(len(costs), 12, NOW)
    now = NOW
    while budget.queue:
        now += budget.wait(budget.queue[0][0], 12, now)
        budget = budget.advanced(12, now)
    assert now == pytest.approx(told, abs=0.1)


def test_spent_points_count_for_a_minute_and_a_second() -> None:
    """A request on its way for a moment still falls into a minute with room for it."""
    budget = entered(Budget(), 10).advanced(10, NOW)
    assert budget.used == 10
    assert entered(budget, 1).advanced(10, NOW + SPAN - 1).queue == ((2, 1),)
    assert entered(budget, 1).advanced(10, NOW + SPAN).used == 1


def test_a_call_dearer_than_the_whole_budget_passes_alone() -> None:
    """Nobody waits for ever."""
    budget = entered(Budget(), 1, 30).advanced(20, NOW)
    assert budget.queue == ((2, 30),)
    assert budget.wait(2, 20, NOW) == SPAN
    assert budget.advanced(20, NOW + SPAN).queue == ()


def test_whoever_leaves_makes_room() -> None:
    """A place given back is nobody's."""
    budget = entered(Budget(), 10, 10, 10).advanced(10, NOW).left(2)
    assert budget.queue == ((3, 10),)
    assert budget.wait(3, 10, NOW) == SPAN


def test_a_call_that_took_more_or_less_is_corrected() -> None:
    """What the service says that a call took counts, not what was expected."""
    budget = Budget().charged(3, NOW)
    assert budget.corrected(3, 8, NOW).used == 8
    assert budget.corrected(3, 1, NOW).used == 1
    assert budget.corrected(3, 3, NOW) is budget


def test_what_others_spend_is_counted_too() -> None:
    """Where less is left than was spent here, another integration has spent it."""
    budget = Budget().charged(100, NOW)
    assert budget.lowered(200, 600, NOW).used == 400
    assert budget.lowered(550, 600, NOW) is budget


def test_a_refusal_closes_the_budget_for_all() -> None:
    """Nobody passes before the service takes requests again, whatever is left."""
    budget = entered(Budget().closed(NOW + 20), 1)
    assert budget.advanced(600, NOW).wait(1, 600, NOW) == 20
    assert budget.advanced(600, NOW + 20).queue == ()
    assert budget.closed(NOW + 5).closed_until == NOW + 20


def test_a_clock_that_was_set_back_does_not_close_the_budget() -> None:
    """Points from the future are forgotten."""
    budget = entered(Budget().charged(10, NOW + 3600), 1)
    assert budget.advanced(10, NOW).queue == ()


@given(st.lists(st.integers(1, 30), max_size=5), st.integers(0, 600))
def test_a_budget_survives_being_written_down(costs: list[int], used: int) -> None:
    """What a store gives back is what it was given."""
    budget = entered(evolve(Budget(), closed_until=NOW).charged(used, NOW), *costs)
    assert Budget.load(budget.dump()) == budget
    assert Budget.load(None) == Budget()
