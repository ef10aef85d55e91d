"""From what should be at the sink and what is, to the smallest set of writes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, frozen

from kloudsync.mirror.elsewhere import NOWHERE, Elsewhere
from kloudsync.model.writes import Action, Item, LedgerEntry, Mark, Write

CANCELLED = "cancelled"
"""The digest of a record that was written as cancelled, whatever it was filled in with before."""

_TICK = 0.001
"""Stamps of one record rise by at least this much, so that a sink never takes a write for stale."""


@frozen(kw_only=True)
class Difference:
    """What a push has to do.

    Attributes:
        writes: Creations, updates and cancellations, the soonest occurrence first.
        forgotten: Keys of entries that need no write any more: they fell out of the window,
            another mirror keeps the record, or, of a withdrawal, they have begun.
        unchanged: How many records are in step.
    """

    writes: tuple[Write, ...]
    forgotten: tuple[str, ...] = ()
    unchanged: int = 0

    def without(self, keys: Collection[str]) -> Difference:
        """Return it with some entries forgotten in place of being written."""
        kept = tuple(write for write in self.writes if write.entry.key not in keys)
        forgotten = tuple(sorted({*self.forgotten, *keys}))
        return evolve(self, writes=kept, forgotten=forgotten)


def difference(
    items: Iterable[Item],
    ledger: Mapping[str, LedgerEntry],
    *,
    since: int,
    now: float,
    elsewhere: Elsewhere = NOWHERE,
    untold: Collection[str] = (),
) -> Difference:
    """Compare the occurrences of a window with what was written.

    Args:
        items: Every occurrence of the window, as the sink wants it.
        ledger: What was written, by key.
        since: Where the window begins, in seconds since 1970. Entries that ended before
            it are forgotten rather than cancelled: they took place.
        now: The current time in seconds since 1970. No stamp is earlier: a sink that compares with
            its own time of writing would take a write for stale.
        elsewhere: What mirrors of other calendars wrote to the same sink. Records that they keep
            are not cancelled: the meeting still takes place there.
        untold: UIDs of series of which nobody can tell when they take place. What was written of
            them stays as it is: that they cannot be told is no sign that they are cancelled.
    """
    wanted = {item.key: item for item in items}
    writes: list[Write] = []
    unchanged = 0
    for key, item in wanted.items():
        entry = ledger.get(key)
        if entry is not None and entry.digest == _mark(item).text():
            unchanged += 1
        else:
            writes.append(_upsert(item, entry, now, elsewhere.stamps.get(key)))
    gone = [
        entry
        for key, entry in ledger.items()
        if key not in wanted and (entry.uid not in untold or entry.end <= since)
    ]
    forgotten = {entry.key for entry in gone if entry.end <= since or entry.key in elsewhere.kept}
    writes += _cancellations(gone, forgotten, now, elsewhere)
    return _difference(writes, forgotten, unchanged)


def withdrawal(
    ledger: Mapping[str, LedgerEntry], *, now: float, elsewhere: Elsewhere = NOWHERE
) -> Difference:
    """Cancel whatever has not begun, and forget what has: it takes place.

    Args:
        ledger: What was written, by key.
        now: The current time in seconds since 1970.
        elsewhere: What mirrors of other calendars wrote to the same sink, and go on to keep.
    """
    written = ledger.values()
    forgotten = {one.key for one in written if one.start <= now or one.key in elsewhere.kept}
    return _difference(_cancellations(written, forgotten, now, elsewhere), forgotten)


def _difference(
    writes: Iterable[Write], forgotten: Iterable[str], unchanged: int = 0
) -> Difference:
    return Difference(
        writes=tuple(sorted(writes, key=lambda write: (write.entry.start, write.entry.key))),
        forgotten=tuple(sorted(forgotten)),
        unchanged=unchanged,
    )


def _cancellations(
    gone: Iterable[LedgerEntry], forgotten: Collection[str], now: float, elsewhere: Elsewhere
) -> list[Write]:
    left = [entry for entry in gone if entry.key not in forgotten and _shows(entry)]
    return [_cancellation(entry, now, elsewhere.stamps.get(entry.key)) for entry in left]


def _shows(entry: LedgerEntry) -> bool:
    """Tell whether the sink may still show a record as taking place."""
    return not entry.cancelled or is_doubtful(entry)


def is_doubtful(entry: LedgerEntry) -> bool:
    """Tell whether nobody knows what became of the last write."""
    return Mark.of(entry).digest is None


def _mark(item: Item) -> Mark:
    return Mark(item.digest, item.full)


def _upsert(item: Item, before: LedgerEntry | None, now: float, theirs: float | None) -> Write:
    # The record may hold what somebody else wrote, later than the event's last change, and a
    # sink may compare with its own time of writing.
    wanted = max(now, item.updated or now)
    entry = LedgerEntry(
        key=item.key,
        uid=item.uid,
        start=item.start,
        end=item.end,
        digest=_mark(item).text(),
        stamp=_stamp(wanted, before, theirs),
    )
    action = Action.CREATE if before is None or before.cancelled else Action.UPDATE
    clears = before is not None and Mark.of(before).full and not item.full
    return Write(
        action=action,
        entry=entry,
        payload=item.payload,
        clears=clears,
        disclosure=item.disclosure,
    )


def _cancellation(entry: LedgerEntry, now: float, theirs: float | None) -> Write:
    stamp = _stamp(now, entry, theirs)
    # Cancelled records keep what they were filled in with, and may come back.
    digest = Mark(CANCELLED, Mark.of(entry).full).text()
    cancelled = evolve(entry, digest=digest, cancelled=True, stamp=stamp)
    return Write(action=Action.CANCEL, entry=cancelled)


def _stamp(wanted: float, before: LedgerEntry | None, theirs: float | None) -> float:
    earlier = (None if before is None else before.stamp, theirs)
    return max([wanted, *(one + _TICK for one in earlier if one is not None)])


def intent(write: Write) -> LedgerEntry:
    """Return what the ledger has to say before a write is sent.

    The fate of a write is unknown from the moment it is sent. An entry without digest is
    written again whatever its contents; one whose occurrence is gone is cancelled.
    """
    full = write.clears or Mark.of(write.entry).full
    return evolve(write.entry, digest=Mark(None, full).text())
