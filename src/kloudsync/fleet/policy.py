"""How much a fleet does at once, how often it looks, and how long it leaves alone what failed."""

from __future__ import annotations

from datetime import timedelta

from attrs import field, frozen
from attrs.validators import ge, gt

from kloudsync.errors import UsageError
from kloudsync.runtime.rests import rest_after

DAY = 86_400.0


@frozen(kw_only=True)
class FleetPolicy:
    """What a fleet does when. All times in seconds.

    The defaults need some 1.4 requests per idle watched calendar and day: one look in case that
    a notification got lost, a third for the renewal of its channel, and its share of the list of
    calendars.

    Attributes:
        slots: How many jobs a worker does at once.
        each: How many of them may be of one account.
        heartbeat: How often a worker says that it lives.
        ttl: How long after the last heartbeat others take over what a worker had.
        look: How often a worker looks for what others made due.
        watched: How often a calendar with a channel is synced though nothing announced a change;
            less often, up to `watched_calm`, the longer nothing changes.
        watched_calm: The longest of these intervals.
        unwatched: How often a calendar without a channel is synced.
        unwatched_calm: The longest of these intervals, for one in which nothing changes.
        list_every: How often an account's list of calendars is read.
        quiet: How long to wait after a notification for others of the same action.
        rest: How long what failed is left alone; doubles with each failure in a row.
        longest_rest: The longest rest, unless the service asks for more, which may be a day at most.
        delayed: How late a calendar is before it is called delayed.
        spread: The share of an interval by which it is shortened at random, so that what was
            enrolled together is not due together.
        patience: How long `connect` may take before the account counts as failing.
        grace: How long jobs may take to end once the fleet is told to stop.
        mirror_every: How often a mirror is pushed though nothing changed, since its window moves.
        prune_every: How often it is forgotten what every consumer has read.
        feed_kept: How old entries of the feed have to be for that; None leaves that to others, as
            the shortest of all fleets of a store is what counts.

    Raises:
        UsageError: Values contradict each other.
        ValueError: A value is out of range.
    """

    slots: int = field(default=16, validator=ge(1))
    each: int = field(default=4, validator=ge(1))
    heartbeat: float = field(default=3.0, validator=gt(0.0))
    ttl: float = field(default=10.0, validator=gt(0.0))
    look: float = field(default=0.5, validator=gt(0.0))
    watched: float = field(default=DAY / 4, validator=gt(0.0))
    watched_calm: float = field(default=1.25 * DAY, validator=gt(0.0))
    unwatched: float = field(default=900.0, validator=gt(0.0))
    unwatched_calm: float = field(default=3600.0, validator=gt(0.0))
    list_every: float = field(default=DAY, validator=gt(0.0))
    quiet: float = field(default=0.5, validator=ge(0.0))
    rest: float = field(default=60.0, validator=gt(0.0))
    longest_rest: float = field(default=DAY / 4, validator=gt(0.0))
    delayed: float = field(default=300.0, validator=gt(0.0))
    spread: float = field(default=0.1, validator=ge(0.0))
    patience: float = field(default=60.0, validator=gt(0.0))
    grace: float = field(default=5.0, validator=ge(0.0))
    mirror_every: float = field(default=DAY, validator=gt(0.0))
    prune_every: float = field(default=DAY, validator=gt(0.0))
    feed_kept: timedelta | None = timedelta(days=90)

    def __attrs_post_init__(self) -> None:
        """Refuse what cannot work.

        Raises:
            UsageError: A worker would lose what it has between two heartbeats, or a longest
                interval is the shorter one.
        """
        if self.ttl < 2 * self.heartbeat:
            raise UsageError(
                f"others take over {self.ttl:g} s after a heartbeat, of which there is one every "
                f"{self.heartbeat:g} s; give a ttl of at least {2 * self.heartbeat:g}"
            )
        for short, long in (
            ("watched", "watched_calm"),
            ("unwatched", "unwatched_calm"),
            ("rest", "longest_rest"),
        ):
            if getattr(self, short) > getattr(self, long):
                raise UsageError(f"{short} is more than {long}; raise that too")
        if self.spread >= 1.0:
            raise UsageError(f"a spread of {self.spread:g} would leave nothing of an interval")

    def interval(self, *, watched: bool, calm: int, chance: float) -> float:
        """Return after how long to look at a calendar again that nobody announces.

        Args:
            watched: Whether a channel announces its changes.
            calm: How many looks in a row have found nothing; each makes it half as long again.
            chance: A random number in [0, 1).
        """
        first, most = (
            (self.watched, self.watched_calm) if watched else (self.unwatched, self.unwatched_calm)
        )
        return self.spread_out(min(most, first * 1.5 ** min(calm, 32)), chance)

    def rest_after(self, attempts: int, asked: float | None, chance: float) -> float:
        """Return how long to leave alone what failed.

        Args:
            attempts: How often in a row it did.
            asked: What the service asks for, in seconds, or None.
            chance: A random number in [0, 1).
        """
        rest = rest_after(attempts, first=self.rest, longest=self.longest_rest)
        return max(self.spread_out(rest, chance), asked or 0.0)

    def spread_out(self, interval: float, chance: float) -> float:
        """Return an interval that was shortened by some share."""
        return interval * (1.0 - self.spread * chance)
