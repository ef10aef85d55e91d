from kloudsync.http.limits import Limiter, Unlimited
from kloudsync.http.message import Response


def test_an_unlimited_budget_grants_everything_and_learns_nothing() -> None:
    """A service without a budget of its own is never waited for."""
    limiter: Limiter = Unlimited()
    limiter.settle(10**9, Response(status=429), now=0)
    ticket = limiter.enter(10**9, now=0)
    assert limiter.reserve(ticket, now=0) == 0
    limiter.leave(ticket)
    limiter.finish(ticket)
