"""What a source reads from its provider, in the terms that every provider shares."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import isawaitable
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.errors import DecodeError, UsageError
from kloudsync.model.record import LONGEST_KEY, EventRecord, Malformed, is_storable, overlong

MOST_UNNAMED: Final = 16
"""Items without an id that are kept of one page; of the others it is told how many there were.

A later version that can read one of them lists the calendar anew, so that a few are enough.
"""


def _if_storable(text: str | None) -> str | None:
    """Return what a page says of itself, or None where no store could keep it."""
    return None if text is None or not is_storable(text) else text


def _expect_storable(_: Any, place: Any, text: str | None) -> None:
    """Refuse a place to go on from that no store could keep."""
    if text is not None and not is_storable(text):
        raise DecodeError(f"expected text without NUL and halves of characters @ {place.name}")


def _expect_records(_: Any, __: Any, records: Sequence[object]) -> None:
    """Refuse a page of what no store takes, which a source of a program's own may hold."""
    strangers = (one for one in records if not isinstance(one, EventRecord))
    for one in strangers:
        raise UsageError(f"a page holds EventRecords, and not {type(one).__name__}")


@frozen(kw_only=True)
class SourcePage:
    """One page of a pass, in the engine's terms.

    Attributes:
        records: What the page holds, tombstones included, in the order received.
        malformed: What could not be understood.
        next: Where the next page is, in the source's own terms; None on the last page.
        cursor: The new cursor's token; only ever set on the last page.
        zone: The calendar's zone where the page tells it.
        since: Where the listing begins, in seconds since 1970, or None where it has no such bound:
            what ended before then is not listed, and a full pass leaves it as it was.
        gone: Ids that stopped to be series after all that the pass met before this page; their
            occurrences go with them. Only a source that tells what happened in order can know.
        label: What the service calls the calendar, where that may tell whose it is; else None.
        total: How many events the pass will hold where the provider says so, or None.

    A zone and a label that no store could keep are None.

    Raises:
        DecodeError: `next` or `cursor` could be kept in no store.
        UsageError: One of the records is none.
    """

    records: Sequence[EventRecord] = field(validator=_expect_records)
    malformed: Sequence[Malformed] = ()
    next: str | None = field(default=None, validator=_expect_storable)
    cursor: str | None = field(default=None, validator=_expect_storable)
    zone: str | None = field(default=None, converter=_if_storable)
    since: int | None = None
    gone: Sequence[str] = ()
    label: str | None = field(default=None, converter=_if_storable)
    total: int | None = None

    def sifted(self) -> SourcePage:
        """Return the page as stores take it.

        Records that no store could find again are among the malformed ones. Of what is malformed
        and the same, such as thousands of `{}`, one is left; of what has no id, `MOST_UNNAMED`.
        """
        malformed = _few(self.malformed)
        if not any(map(overlong, self.records)):
            return (
                self if len(malformed) == len(self.malformed) else evolve(self, malformed=malformed)
            )
        bad = [_malformed(one, name) for one in self.records if (name := overlong(one))]
        good = [one for one in self.records if not overlong(one)]
        return evolve(self, records=good, malformed=[*malformed, *bad])


def _few(malformed: Sequence[Malformed]) -> list[Malformed]:
    """Return what is malformed, without what is the same, and without most of what has no id."""
    if len(malformed) < 2:
        return list(malformed)
    # What was read of one text is the same.
    distinct = {(one.id, one.raw): one for one in malformed}.values()
    named = [one for one in distinct if one.id is not None]
    unnamed = [one for one in distinct if one.id is None]
    left = len(unnamed) - MOST_UNNAMED
    if left > 0:
        last = unnamed[-1]
        told = f"{last.reason}; {left} more without an id came with it, and are not kept"
        unnamed = [*unnamed[: MOST_UNNAMED - 1], evolve(last, reason=told)]
    return [*named, *unnamed]


def expect_page(given: object) -> SourcePage:
    """Return a page, or say that it is none, which happens to sources of a program's own.

    Raises:
        UsageError: It is something else.
    """
    if isinstance(given, SourcePage):
        return given
    hint = "; its function is a plain one, in an event loop too" if isawaitable(given) else ""
    raise UsageError(
        f"the step of a page returns a SourcePage, and not {type(given).__name__}{hint}"
    )


def _malformed(record: EventRecord, name: str) -> Malformed:
    reason = f"expected at most {LONGEST_KEY} bytes @ {name}"
    return Malformed(id=record.id, reason=reason, raw=record.raw)


@frozen(kw_only=True)
class SeriesFacts:
    """What a master tells beyond its columns that helps to link segments.

    Attributes:
        title: What it is called.
        organizer: The organizer's address.
        created: Seconds since 1970, or None.
        updated: Seconds since 1970, or None.
        sequence: The revision number, or 0.
        slot: Seconds since 1970 of the split slot that the id itself names, or None.
    """

    title: str | None = None
    organizer: str | None = None
    created: float | None = None
    updated: float | None = None
    sequence: int = 0
    slot: int | None = None
