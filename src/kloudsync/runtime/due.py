"""Where it is kept what is due, and who works at it."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Sequence
from typing import Protocol

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Claim, Due


class DueStore(Protocol):
    """One row per topic: when it is due, and who has it. Every method is one transaction.

    Nothing is queued for later: a row moves along the clock, and is asked for any number of
    times. A claim is such a move too: whoever takes a row puts it off until the claim ends, so
    that what a dead worker held is due by itself. What is due is found by an index, at the same
    cost among ten rows and millions.

    Times are spans in seconds from `now` on, which a store that has a clock of its own takes
    from there: workers whose clocks differ agree. Lanes are numbers, of which a lower one is
    more urgent; the order among lanes is the caller's, who claims from one of them at a time.

    In `Store.unit`, what is due changes together with whatever makes it so: a commit, or a
    notification that is noted.
    """

    @abstractmethod
    def make_due(
        self, topic: Topic, *, lane: int, wait: float = 0.0, now: float, note: str | None = None
    ) -> None:
        """Let a topic be due in `wait` seconds, unless it is sooner; one not known is from now on.

        Of two lanes the more urgent one counts. A topic that rests after a failure is due when
        its rest is over. What is asked for while somebody works at it is due when they are done.

        Args:
            topic: What is to be worked at.
            lane: Where it queues.
            wait: May be infinite, for a topic that waits until it is asked for.
            now: Seconds since 1970.
            note: What to write beside it, whoever has it; None leaves what is there.
        """
        ...

    @abstractmethod
    def claim_due(
        self,
        owner: str,
        *,
        lane: int,
        limit: int,
        ttl: float,
        now: float,
        each: int | None = None,
        passing_over: Collection[tuple[str, str]] = (),
    ) -> list[Claim]:
        """Take up to `limit` topics that are due, longest first, in one statement that waits for nobody.

        Args:
            owner: Names the worker; only for people to read, as the fence tells claims apart.
            lane: The lane to take from.
            limit: The most topics to take.
            ttl: Seconds after which others may take them, unless the claims are renewed.
            now: Seconds since 1970.
            each: The most topics to take of one account; of the `limit` that have waited
                longest, the others stay.
            passing_over: Accounts, as provider and account, of which nothing is taken.
        """
        ...

    @abstractmethod
    def renew_claims(self, claims: Sequence[Claim], *, ttl: float, now: float) -> list[Claim]:
        """Hold claims for longer, expired or not; those that were overtaken or given back are left out."""
        ...

    @abstractmethod
    def give_back(
        self,
        claim: Claim,
        *,
        lane: int,
        wait: float,
        now: float,
        done: bool = True,
        note: str | None = None,
    ) -> bool:
        """Give a topic back, which is due again in `wait` seconds.

        Args:
            claim: The right to it.
            lane: Where it queues then.
            wait: As `make_due` has it.
            now: Seconds since 1970.
            done: Whether it was worked off. If so its attempts are forgotten, and it is due
                sooner if somebody asked for it meanwhile; if not it rests until then, whoever asks.
            note: What to write beside it; None leaves what is there, and so does a claim whose
                note is not the one that is there any more: whoever wrote meanwhile knew more.

        Returns:
            False, with nothing changed, if somebody else took it over or it is not known any more.
        """
        ...

    @abstractmethod
    def put_off(self, provider: str, account: str, *, wait: float, now: float) -> None:
        """Let all topics of an account rest for `wait` seconds, but for those that somebody has."""
        ...

    @abstractmethod
    def wake(self, provider: str, account: str, *, now: float) -> None:
        """Lift the rest of all of an account's topics that nobody has: they are due at once."""
        ...

    @abstractmethod
    def forget_due(self, topic: Topic) -> None:
        """Forget a topic; whoever has it gives nothing back. One not known does no harm."""
        ...

    @abstractmethod
    def due(self, provider: str, account: str) -> list[Due]:
        """Return an account's rows, by calendar, query and collection."""
        ...

    @abstractmethod
    def due_of(self, key: CalendarKey) -> list[Due]:
        """Return the rows of one calendar, by collection."""
        ...

    @abstractmethod
    def due_of_all(self, *, after: Topic | None = None, limit: int) -> list[Due]:
        """Return up to `limit` rows of all accounts, in a stable order, those behind a topic's."""
        ...

    @abstractmethod
    def due_lanes(self, lanes: Sequence[int], *, now: float) -> list[int]:
        """Return those of some lanes in which something may be taken, at the cost of one statement.

        What a worker asks that has nothing to do.
        """
        ...

    @abstractmethod
    def next_due(self, lane: int) -> float | None:
        """Return when the next topic of a lane may be taken, in seconds since 1970, or None."""
        ...
