"""What is due, in the store in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from heapq import nsmallest
from itertools import islice, takewhile

from attrs import evolve

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.model.due import Asking, Claim, Due
from kloudsync.stores.memory.role import Role
from kloudsync.stores.memory.timetable import Timetable


class DueTopics(Role):
    """The part of the store in memory that knows what is due, and who works at it."""

    def make_due(
        self, topic: Topic, *, lane: int, wait: float = 0.0, now: float, note: str | None = None
    ) -> None:
        """Let a topic be due in `wait` seconds, unless it is sooner; one not known is from now on."""
        asking = Asking(lane=lane, at=now + wait)
        with self._turn():
            new = Due(topic=topic, lane=lane, at=asking.at, since=asking.at, note=note)
            known = self._timetable.get(topic)
            self._plan(new if known is None else known.asked(asking, note))

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
        """Take up to `limit` topics that are due, longest first."""
        with self._turn():
            due = takewhile(lambda row: row.at <= now, self._timetable.waiting(lane))
            open_to_all = (row for row in due if account_of(row.topic) not in passing_over)
            taken = _of_each(islice(open_to_all, limit), each)
            claimed = [row.claimed(owner, now + ttl) for row in taken]
            self._plan(*claimed)
            return sorted((_claim(row, owner) for row in claimed), key=lambda claim: claim.order)

    def due_lanes(self, lanes: Sequence[int], *, now: float) -> list[int]:
        """Return those of some lanes in which something may be taken."""
        first = {lane: next(self._timetable.waiting(lane), None) for lane in lanes}
        return [lane for lane, row in first.items() if row is not None and row.at <= now]

    def renew_claims(self, claims: Sequence[Claim], *, ttl: float, now: float) -> list[Claim]:
        """Hold claims for longer; those that were overtaken or given back are left out."""
        with self._turn():
            held = [(claim, row) for claim in claims if (row := self._held(claim)) is not None]
            self._plan(*(evolve(row, at=now + ttl) for _, row in held))
            return [evolve(claim, expires_at=now + ttl) for claim, _ in held]

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
        """Give a topic back, which is due again in `wait` seconds."""
        asking = Asking(lane=lane, at=now + wait)
        with self._turn():
            row = self._held(claim)
            if row is None:
                return False
            given = row.worked_off(asking) if done else row.failed(asking)
            is_newer = note is not None and row.note == claim.note
            self._plan(evolve(given, note=note) if is_newer else given)
            return True

    def put_off(self, provider: str, account: str, *, wait: float, now: float) -> None:
        """Let all topics of an account rest, but for those that somebody has."""
        with self._turn():
            self._plan(*(row.put_off(now + wait) for row in self.due(provider, account)))

    def wake(self, provider: str, account: str, *, now: float) -> None:
        """Lift the rest of all of an account's topics that nobody has."""
        with self._turn():
            self._plan(*(row.woken(now) for row in self.due(provider, account)))

    def forget_due(self, topic: Topic) -> None:
        """Forget a topic; whoever has it gives nothing back."""
        with self._turn():
            self._put(timetable=self._timetable.without(topic))

    def due(self, provider: str, account: str) -> list[Due]:
        """Return an account's rows, by calendar, query and collection."""
        rows = self._timetable.rows()
        held = [row for row in rows if account_of(row.topic) == (provider, account)]
        return sorted(held, key=lambda row: row.topic.names)

    def due_of(self, key: CalendarKey) -> list[Due]:
        """Return the rows of one calendar, by collection."""
        return [row for row in self.due(key.provider, key.account) if row.topic.key == key]

    def due_of_all(self, *, after: Topic | None = None, limit: int) -> list[Due]:
        """Return up to `limit` rows of all accounts, those behind a topic's."""
        rows = (row for row in self._timetable.rows() if not after or row.topic.names > after.names)
        return nsmallest(limit, rows, key=lambda row: row.topic.names)

    def next_due(self, lane: int) -> float | None:
        """Return when the next topic of a lane may be taken, or None."""
        return next((row.at for row in self._timetable.waiting(lane)), None)

    @property
    def _timetable(self) -> Timetable:
        return self._content.timetable

    def _plan(self, *rows: Due) -> None:
        timetable = self._timetable
        for row in rows:
            timetable = timetable.having(row)
        self._put(timetable=timetable)

    def _held(self, claim: Claim) -> Due | None:
        """Return the row of a claim that nobody has overtaken, or None."""
        row = self._timetable.get(claim.topic)
        is_held = row is not None and row.owner is not None and row.fence == claim.fence
        return row if is_held else None


def _of_each(rows: Iterable[Due], each: int | None) -> list[Due]:
    """Return the first rows of each account, as many of it as there may be."""
    met: Counter[tuple[str, str]] = Counter()
    kept: list[Due] = []
    for row in rows:
        met[account_of(row.topic)] += 1
        if each is None or met[account_of(row.topic)] <= each:
            kept.append(row)
    return kept


def _claim(row: Due, owner: str) -> Claim:
    return Claim(
        topic=row.topic,
        lane=row.lane,
        owner=owner,
        fence=row.fence,
        since=row.since,
        expires_at=row.at,
        attempts=row.attempts,
        note=row.note,
    )


def account_of(topic: Topic) -> tuple[str, str]:
    """Return whose topic it is: the provider and the account."""
    return topic.key.provider, topic.key.account
