from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kloudsync.errors import (
    APIError,
    BadRequest,
    ConnectFailed,
    ConsentRequired,
    DecodeError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    TimedOut,
    Unauthorized,
)
from kloudsync.http.retry import Retry, is_transient, parse_retry_after

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

seconds = st.floats(min_value=0, max_value=1e6)
policies = st.builds(
    Retry,
    attempts=st.integers(1, 5000),
    first_delay=seconds,
    longest_delay=seconds,
    longest_retry_after=seconds,
    deadline=st.floats(min_value=0.001, max_value=1e6),
)
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


def api_error(leaf: type[APIError], status: int, retry_after: float | None = None) -> APIError:
    """Return an error answer as a provider would describe it."""
    return leaf("refused", status=status, provider="scripted", retry_after=retry_after)


errors = st.one_of(
    st.builds(
        api_error, st.just(RateLimited), st.just(429), retry_after=st.none() | st.floats(-10, 1e6)
    ),
    st.builds(
        api_error, st.just(ServiceUnavailable), st.just(503), retry_after=st.none() | seconds
    ),
    st.just(ConnectFailed("reset")),
    st.just(TimedOut("slow")),
    st.just(DecodeError("not JSON")),
)


@given(policies, errors, st.booleans(), st.integers(1, 5000), seconds, chances)
def test_a_wait_is_never_negative_never_beyond_the_longest_and_never_past_the_deadline(
    policy: Retry,
    error: KloudsyncError,
    repeatable: bool,
    attempt: int,
    elapsed: float,
    chance: float,
) -> None:
    """Whatever the policy and the failure, a wait stays within every bound of the policy."""
    wait = policy.delay(
        error, repeatable=repeatable, attempt=attempt, elapsed=elapsed, chance=chance
    )
    assume(wait is not None)
    assert wait is not None
    assert 0 <= wait <= max(policy.longest_delay, policy.longest_retry_after)
    assert elapsed + wait <= policy.deadline
    assert attempt < policy.attempts
    assert is_transient(error, repeatable=repeatable)


@given(st.integers(1, 12), chances, chances)
def test_waits_grow_with_the_tries_until_the_longest(
    attempt: int, first: float, second: float
) -> None:
    """The upper bound doubles from try to try, and a wait is at least half of its bound."""
    policy = Retry(attempts=100, deadline=1e9)
    bound = min(32.0, 0.5 * 2 ** (attempt - 1))
    for chance in (first, second):
        wait = policy.delay(
            ConnectFailed("reset"), repeatable=True, attempt=attempt, elapsed=0, chance=chance
        )
        assert wait is not None
        assert bound / 2 <= wait <= bound


@pytest.mark.parametrize("status", [429, 503])
def test_what_the_service_asks_for_is_waited_exactly(status: int) -> None:
    """Retry-After wins over the computed wait."""
    leaf = RateLimited if status == 429 else ServiceUnavailable
    error = api_error(leaf, status, retry_after=7.0)
    assert Retry().delay(error, repeatable=True, attempt=1, elapsed=0, chance=0.9) == 7.0


def test_a_service_that_asks_for_too_long_a_wait_is_not_waited_for() -> None:
    """A longer Retry-After than the policy bears gives up at once."""
    error = api_error(RateLimited, 429, retry_after=91.0)
    assert Retry().delay(error, repeatable=True, attempt=1, elapsed=0, chance=0) is None


@pytest.mark.parametrize(
    ("error", "once", "twice"),
    [
        (api_error(RateLimited, 429), True, True),
        (api_error(ServiceUnavailable, 503), False, True),
        (ConnectFailed("reset"), False, True),
        (TimedOut("slow"), False, True),
        (api_error(BadRequest, 400), False, False),
        (api_error(Unauthorized, 401), False, False),
        (api_error(ConsentRequired, 400), False, False),
        (DecodeError("HTML"), False, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_only_what_may_succeed_later_and_does_no_harm_is_repeated(
    error: KloudsyncError, once: bool, twice: bool
) -> None:
    """A rate limit did nothing; after a lost answer only a repeatable call is sent again."""
    assert is_transient(error, repeatable=False) is once
    assert is_transient(error, repeatable=True) is twice


def test_one_attempt_turns_retries_off() -> None:
    """A policy of one attempt never waits."""
    failed = ConnectFailed("reset")
    assert Retry(attempts=1).delay(failed, repeatable=True, attempt=1, elapsed=0, chance=0) is None


@given(st.integers(0, 10**7))
def test_retry_after_reads_a_date_and_seconds_alike(ahead: int) -> None:
    """A date so many seconds ahead is the same wait as the number."""
    date = format_datetime(NOW + timedelta(seconds=ahead), usegmt=True)
    assert parse_retry_after(date, NOW) == ahead
    assert parse_retry_after(str(ahead), NOW) == ahead


@given(st.none() | st.text())
def test_an_unreadable_retry_after_is_none_and_never_an_error(value: str | None) -> None:
    """Any text gives a finite wait, not negative, or None."""
    wait = parse_retry_after(value, NOW)
    assert wait is None or 0 <= wait < float("inf")


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("-5", 0.0),
        ("inf", None),
        ("nan", None),
        ("soon", None),
        ("Sun, 01 Mar 2026 11:59:00 GMT", 0.0),
        ("Sun, 01 Mar 2026 12:00:30", 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", 30.0),
        ("Fri, 31 Feb 2026 00:00:00 GMT", None),
        ("Sun, 99999999999999999999 Mar 2026 12:00:00 GMT", None),
    ],
)
def test_odd_values_of_retry_after_are_read_tolerantly(value: str, wait: float | None) -> None:
    """What has passed is no wait; what is no time is None."""
    assert parse_retry_after(value, NOW) == wait
