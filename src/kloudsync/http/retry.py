"""When a failed try is worth another, and how long to wait before it. Pure."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Final

from attrs import field, frozen
from attrs.validators import ge, gt

from kloudsync.errors import (
    APIError,
    KloudsyncError,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    UsageError,
)
from kloudsync.http.dates import http_date

_LONGEST: Final = timedelta(days=366).total_seconds()


@frozen(kw_only=True)
class Retry:
    """A policy of truncated exponential back-off with full jitter.

    Attributes:
        attempts: How many tries are made in all; 1 turns retries off.
        first_delay: Upper bound of the wait before the second try, in seconds; doubles each try.
        longest_delay: Upper bound of any computed wait, in seconds.
        longest_retry_after: The longest wait that a service may ask for, in seconds; where it
            asks for more, the error is raised at once, with `retry_after` set.
        deadline: Seconds for all tries and the pauses between them, from the first byte sent.
            Waiting for a budget does not count; see `Timeouts.call`. Where another call was
            refused, and the service asks for a longer wait than this, none is begun.
    """

    attempts: int = field(default=4, validator=ge(1))
    first_delay: float = field(default=0.5, validator=ge(0))
    longest_delay: float = field(default=32.0, validator=ge(0))
    longest_retry_after: float = field(default=90.0, validator=ge(0))
    deadline: float = field(default=180.0, validator=gt(0))

    @property
    def longest_refusal(self) -> float:
        """Seconds of a refusal, told to this call or to another one, that are waited for at most."""
        return min(self.longest_retry_after, self.deadline)

    def delay(
        self,
        error: KloudsyncError,
        *,
        repeatable: bool,
        attempt: int,
        elapsed: float,
        chance: float,
    ) -> float | None:
        """Return the seconds to wait before another try, or None to give up.

        Args:
            error: Why the try failed.
            repeatable: Whether the call may be sent twice.
            attempt: The number of the try that failed, from 1.
            elapsed: Seconds since the first byte was sent.
            chance: A random number in [0, 1) that spreads the waits of many clients.
        """
        if attempt >= self.attempts or not is_transient(error, repeatable=repeatable):
            return None
        delay = self._wait(error, attempt, chance)
        return None if delay is None or elapsed + delay >= self.deadline else delay

    def _wait(self, error: KloudsyncError, attempt: int, chance: float) -> float | None:
        asked = error.retry_after if isinstance(error, APIError) else None
        if asked is not None and asked > self.longest_retry_after:
            return None
        doublings = min(attempt - 1, 64)  # beyond, the power would leave the range of floats
        ceiling: float = min(self.longest_delay, self.first_delay * 2.0**doublings)
        # Half fixed, half random: waits never collapse to nothing, and never align. Services
        # that ask for no wait at all, or for one that is over, are not hammered either.
        return max(ceiling * (0.5 + chance / 2), asked or 0.0)


def as_retry(given: Retry | int | None) -> Retry:
    """Accept a policy, or just how often a failed call is repeated; None means the usual policy.

    Raises:
        UsageError: It is neither.
    """
    if given is None or isinstance(given, Retry):
        return given or Retry()
    if not _is_number(given) or given < 0:
        raise UsageError(
            f"retry has to be a number of repetitions, 0 for none, or Retry(…), not {given!r}"
        )
    return Retry(attempts=given + 1)


def _is_number(given: object) -> bool:
    return isinstance(given, int) and not isinstance(given, bool)


def is_transient(error: KloudsyncError, *, repeatable: bool) -> bool:
    """Tell whether the same call may succeed later.

    A rate limit, or a connection that never was, means that nothing was done, so any call
    may be repeated. After a lost connection or a failing service the fate of the call is
    unknown, so only a repeatable one is.
    """
    if isinstance(error, RateLimited) or (isinstance(error, TransportError) and not error.sent):
        return True
    return repeatable and isinstance(error, (ServiceUnavailable, TransportError))


def parse_retry_after(value: str | None, now: datetime) -> float | None:
    """Read a `Retry-After` header: seconds or an HTTP date (RFC 9110, section 10.2.3).

    Args:
        value: The header's value, or None.
        now: The current time, aware.

    Returns:
        Seconds to wait, not negative and at most a year; None where absent or unreadable.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _seconds_until(value, now)
    return _bounded(seconds) if math.isfinite(seconds) else None


def _seconds_until(date: str, now: datetime) -> float | None:
    when = http_date(date)
    return None if when is None else _bounded((when - now).total_seconds())


def _bounded(seconds: float) -> float:
    # So that whoever adds it to a time gets a time.
    return min(max(0.0, seconds), _LONGEST)
