"""When topics are due, and who has taken one of them to work at."""

from __future__ import annotations

from attrs import evolve, field, frozen

from kloudsync.model.channel import Topic


@frozen(kw_only=True)
class Asking:
    """A wish that a topic be worked at.

    Attributes:
        lane: In which lane.
        at: From when on, in seconds since 1970.
    """

    lane: int
    at: float

    def joined(self, other: Asking | None) -> Asking:
        """Return what fulfils both wishes: the sooner instant, in the more urgent lane."""
        if other is None:
            return self
        return Asking(lane=min(self.lane, other.lane), at=min(self.at, other.at))


@frozen(kw_only=True)
class Due:
    """A topic's row: it is due at one instant, in one lane, however often it was asked for.

    Attributes:
        topic: What is to be worked at.
        lane: Where it queues; a lower number is more urgent.
        at: From when on somebody may take it, in seconds since 1970; while somebody has it,
            when that ends unless it is renewed. Infinite where it waits until it is asked for.
        since: From when on it was to be worked at, which no taking changes.
        rest_until: It is not due before, after a failure.
        owner: Who has it, or None.
        fence: Rises with each taking.
        attempts: How often it was taken since it was last worked off.
        again: What was asked for while somebody had it.
        note: What whoever worked at it last wrote beside it; stores do not read it.
    """

    topic: Topic
    lane: int
    at: float
    since: float
    rest_until: float = 0.0
    owner: str | None = None
    fence: int = 0
    attempts: int = 0
    again: Asking | None = field(default=None)
    note: str | None = None

    def asked(self, asking: Asking, note: str | None = None) -> Due:
        """Return the row once it is asked for: sooner than it was, perhaps, and never later.

        Args:
            asking: What is asked for.
            note: What to write beside it; None leaves what is there.
        """
        if note is not None:
            return evolve(self, note=note).asked(asking)
        if self.owner is not None:
            return evolve(self, again=asking.joined(self.again))
        wish = asking.joined(Asking(lane=self.lane, at=self.at))
        at = max(wish.at, self.rest_until)
        return evolve(self, lane=wish.lane, at=at, since=at)

    def claimed(self, owner: str, expires_at: float) -> Due:
        """Return the row once somebody has it, which is in nobody's way until then."""
        return evolve(
            self,
            at=expires_at,
            owner=owner,
            fence=self.fence + 1,
            attempts=self.attempts + 1,
            again=None,
        )

    def worked_off(self, asking: Asking) -> Due:
        """Return the row once it was worked off and is due again, or sooner if it was asked for."""
        wish = asking.joined(self.again)
        return evolve(self._free(wish.lane, wish.at), attempts=0, rest_until=0.0)

    def failed(self, asking: Asking) -> Due:
        """Return the row once it was given back undone: whoever asks, it rests until it is due again."""
        wish = asking.joined(self.again)
        return evolve(self._free(wish.lane, asking.at), rest_until=asking.at)

    def put_off(self, until: float) -> Due:
        """Return the row once it has to rest; what somebody has stays with them."""
        if self.owner is not None or self.rest_until >= until:
            return self
        at = max(self.at, until)
        return evolve(self, at=at, since=at, rest_until=until)

    def woken(self, now: float) -> Due:
        """Return the row once its rest is lifted: due at once if that was what it waited for."""
        if self.owner is not None or self.rest_until <= now:
            return self
        at = min(self.at, now)
        return evolve(self, at=at, since=at, rest_until=0.0)

    def _free(self, lane: int, at: float) -> Due:
        return evolve(self, lane=lane, at=at, since=at, owner=None, again=None)


@frozen(kw_only=True)
class Claim:
    """The right to work at a topic.

    Attributes:
        topic: What to work at.
        lane: The lane that it was taken from.
        owner: Who has it.
        fence: Rises with each taking; whoever has an older one was overtaken.
        since: From when on the topic was to be worked at, in seconds since 1970.
        expires_at: When somebody else may take it, unless it is renewed.
        attempts: How often it was taken since it was last worked off, this time included.
        note: What whoever worked at it last wrote beside it, or None.
    """

    topic: Topic
    lane: int
    owner: str
    fence: int
    since: float
    expires_at: float
    attempts: int
    note: str | None = None

    @property
    def order(self) -> tuple[float, tuple[str, ...]]:
        """What claims are ordered by: those that have waited longest come first."""
        return self.since, self.topic.names
