"""Correcting the ledger by what a sink really shows. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from attrs import evolve, frozen

from kloudsync.model.writes import LedgerEntry, Mark


@frozen(kw_only=True)
class Reconciliation:
    """How the ledger has to be corrected, so that the next push repairs the sink.

    Attributes:
        entries: Entries to put into the ledger; all without digest, so that they are written.
        missing: How many records the sink has lost, or shows as cancelled.
        changed: How many records the sink shows at other times than were written.
        unknown: How many records the sink shows that the ledger does not know.
    """

    entries: tuple[LedgerEntry, ...]
    missing: int = 0
    changed: int = 0
    unknown: int = 0


def reconcile(
    present: Iterable[LedgerEntry],
    ledger: Mapping[str, LedgerEntry],
    *,
    start: int,
    end: int,
    elsewhere: Collection[str] = (),
) -> Reconciliation:
    """Compare what a sink shows in a window with what was written.

    Records that nobody wrote here become entries without digest: the push that follows
    overwrites them where the calendar has such an occurrence, and cancels them where not.

    Args:
        present: What the sink shows in the window. Of cancelled records, only their stamps
            count, which the next write has to outdo.
        ledger: What was written, by key.
        start: Where the window begins, in seconds since 1970.
        end: Where it ends, exclusive.
        elsewhere: Keys of records that mirrors of other calendars keep at the same sink, which
            are theirs to compare.
    """
    found = {entry.key: entry for entry in present}
    shown = {key: entry for key, entry in found.items() if not entry.cancelled}
    missing = [
        _doubted(entry, found.get(key))
        for key, entry in ledger.items()
        if not entry.cancelled and key not in shown and _touches(entry, start, end)
    ]
    changed = [
        _doubted(ledger[key], entry)
        for key, entry in shown.items()
        if key in ledger and _differs(entry, ledger[key])
    ]
    # A sink's bounds may be inclusive: what ended where the window begins was forgotten, not lost.
    unknown = [
        entry
        for key, entry in shown.items()
        if key not in ledger and key not in elsewhere and _touches(entry, start, end)
    ]
    return Reconciliation(
        entries=(*missing, *changed, *unknown),
        missing=len(missing),
        changed=len(changed),
        unknown=len(unknown),
    )


def _touches(entry: LedgerEntry, start: int, end: int) -> bool:
    return entry.end > start and entry.start < end


def _doubted(written: LedgerEntry, found: LedgerEntry | None) -> LedgerEntry:
    """Return an entry that is written again, with a stamp later than that of whoever wrote last."""
    stamp = written.stamp if found is None else max(found.stamp, written.stamp)
    return evolve(written, digest=Mark(None, Mark.of(written).full).text(), stamp=stamp)


def _differs(shown: LedgerEntry, written: LedgerEntry) -> bool:
    return written.cancelled or (shown.start, shown.end) != (written.start, written.end)
