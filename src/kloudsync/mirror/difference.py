"""From what should be at the sink and what is, to the smallest set of writes. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, frozen

from kloudsync.mirror.elsewhere import NOWHERE, Elsewhere
from kloudsync.model.writes import Action, Item, LedgerEntry, Write

CANCELLED = "cancelled"
"""The digest of a record that was written as cancelled."""

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
        now: The current time in seconds since 1970; stamps cancellations, and whatever goes to
            a record of which the ledger does not know what it holds.
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
        if entry is not None and entry.digest == item.digest:
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
    return not entry.cancelled or entry.digest is None


def _upsert(item: Item, before: LedgerEntry | None, now: float, theirs: float | None) -> Write:
    wanted = now if item.updated is None else item.updated
    if before is None or before.digest is None:
        # The record may hold what somebody else wrote, or a cancellation of another mirror, both
        # later than the event's last change: only the present outdoes what nobody knows.
        wanted = max(wanted, now)
    entry = LedgerEntry(
        key=item.key,
        uid=item.uid,
        start=item.start,
        end=item.end,
        digest=item.digest,
        stamp=_stamp(wanted, before, theirs),
    )
    action = Action.CREATE if before is None or before.cancelled else Action.UPDATE
    return Write(action=action, entry=entry, payload=item.payload)


def _cancellation(entry: LedgerEntry, now: float, theirs: float | None) -> Write:
    stamp = _stamp(now, entry, theirs)
    cancelled = evolve(entry, digest=CANCELLED, cancelled=True, stamp=stamp)
    return Write(action=Action.CANCEL, entry=cancelled)


def _stamp(wanted: float, before: LedgerEntry | None, theirs: float | None) -> float:
    earlier = (None if before is None else before.stamp, theirs)
    return max([wanted, *(one + _TICK for one in earlier if one is not None)])


def intent(write: Write) -> LedgerEntry:
    """Return what the ledger has to say before a write is sent.

    The fate of a write is unknown from the moment it is sent. An entry without digest is
    written again whatever its contents; one whose occurrence is gone is cancelled.
    """
    return evolve(write.entry, digest=None)
