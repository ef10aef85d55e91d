"""What an account may spend at the fake, and what it is told beyond it."""

from datetime import timedelta

import pytest
from tests.testing.google.caller import Caller, why

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle, Quota

USER = (403, "userRateLimitExceeded", "User Rate Limit Exceeded")
BURST = (403, "quotaExceeded", "Calendar usage limits exceeded.")


@pytest.fixture
def clock() -> ManualClock:
    """A clock that moves by hand."""
    return ManualClock()


@pytest.fixture
def fake(clock: ManualClock) -> FakeGoogle:
    """A calendar whose accounts may ask three times a minute, and write to five guests an hour."""
    tokens = {"any": "owner@example.com", "other": "friend@example.com"}
    return FakeGoogle(clock=clock, tokens=tokens, quota=Quota(3, guests_per_hour=5))


def invite(caller: Caller, guests: int) -> tuple[int, str, str] | int:
    """Insert an event with so many guests; answers with why it was refused."""
    moments = {"start": {"date": "2026-01-06"}, "end": {"date": "2026-01-07"}}
    people = [{"email": f"guest{n}@example.com"} for n in range(guests)]
    reply = caller.call("POST", body={**moments, "attendees": people})
    return reply.status if reply.status == 200 else why(reply)


def test_each_account_may_ask_so_often_within_any_minute(
    fake: FakeGoogle, clock: ManualClock
) -> None:
    """What is refused costs nothing; what others ask costs others."""
    caller, other = Caller(fake), Caller(fake, token="other")
    assert [caller.call("GET").status for _ in range(3)] == [200] * 3
    assert why(caller.call("GET")) == USER
    assert other.call("GET").status == 200
    clock.advance(timedelta(seconds=59))
    assert why(caller.call("GET")) == USER
    clock.advance(timedelta(seconds=1))
    assert caller.call("GET").status == 200
    assert fake.quota is not None
    assert fake.quota.refused == 2


def test_writes_to_guests_have_a_limit_of_their_own(fake: FakeGoogle, clock: ManualClock) -> None:
    """A burst is refused whole; writes to nobody go on, and after an hour so do the others."""
    caller = Caller(fake)
    assert invite(caller, 4) == 200
    assert invite(caller, 2) == BURST
    assert invite(caller, 0) == 200
    clock.advance(timedelta(minutes=59))
    assert invite(caller, 2) == BURST
    clock.advance(timedelta(minutes=1))
    assert invite(caller, 2) == 200


def test_nobody_has_a_quota_at_first() -> None:
    """A fake answers as often as it is asked, until it is told otherwise."""
    caller = Caller(FakeGoogle())
    assert {caller.call("GET").status for _ in range(700)} == {200}
    caller.fake.quota = Quota(0)
    assert why(caller.call("GET")) == USER
