"""How long a call may take, and how much time it has left, by its three clocks. Pure.

One try, all tries with the pauses between them, and the call as a whole, the queue for a
budget included, have an end each. None of them is ever mixed with another: whoever queued
for long still has all of the time that failures may take.
"""

from __future__ import annotations

from math import inf

from attrs import define, field, frozen
from attrs.validators import gt

from kloudsync.errors import UsageError


@define(kw_only=True)
class CallClock:
    """The three clocks of one call.

    Attributes:
        total: Seconds that one try may take.
        deadline: Seconds from the first byte sent, for all tries and pauses.
        call: Seconds from the beginning, for everything.
        began: When the call was asked for, on a clock that never runs backwards.
        sent: When its first byte was sent; None until then.
    """

    total: float
    deadline: float
    call: float
    began: float
    sent: float | None = field(default=None, init=False)

    def anew(self) -> CallClock:
        """Return the clocks of another exchange within the same call, such as for a token."""
        return CallClock(total=self.total, deadline=self.deadline, call=self.call, began=self.began)

    def begin_try(self, now: float) -> float:
        """Note that a try goes out, and return how many seconds it may take."""
        if self.sent is None:
            self.sent = now
        return min(self.total, self.sent + self.deadline - now, self.left(now))

    def elapsed(self, now: float) -> float:
        """Return how many seconds the tries and pauses have taken."""
        return 0.0 if self.sent is None else now - self.sent

    def left(self, now: float) -> float:
        """Return how many seconds the call has left."""
        return self.began + self.call - now

    def allows(self, wait: float, now: float) -> bool:
        """Tell whether the call can wait so many seconds and still send something."""
        return wait < self.left(now)


@frozen
class Timeouts:
    """How long a call and its parts may take, in seconds.

    Attributes:
        connect: Making a connection.
        read: Each wait for bytes.
        total: One try from its first byte to the last of the answer, however little comes at
            a time. A try also ends where `Retry.deadline` or `call` does.
        call: Everything: waiting for a budget, fetching a token, all tries and pauses. Leases
            should outlast it.
    """

    connect: float = field(default=5.0, validator=gt(0))
    read: float = field(default=30.0, validator=gt(0))
    total: float = field(default=120.0, validator=gt(0))
    call: float = field(default=210.0, validator=gt(0))


def as_timeouts(given: Timeouts | float | None) -> Timeouts:
    """Accept how long each phase may take, or just how long a call may take in all, in seconds.

    None means the usual times.

    Raises:
        UsageError: It is neither.
    """
    if given is None or isinstance(given, Timeouts):
        return given or Timeouts()
    if not _is_number(given) or not 0 < given < inf:
        raise UsageError(f"timeouts has to be a number of seconds, or Timeouts(…), not {given!r}")
    return Timeouts(connect=min(Timeouts().connect, given), read=given, total=given, call=given)


def _is_number(given: object) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)
