"""What an edit of a series still has to hand over, noted on the series itself. Pure.

An edit that moves a series as a whole makes the service drop what was made of single
occurrences, and hands them over in requests of its own. Should it be broken off between, nothing
but these notes knows of them: they travel in the request that moves the series, in private
properties of it, and are removed when all is done. A repetition of the edit, or any other one,
finds and completes it.

The notes are no content: a copy of the calendar is silent about them.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zlib import compress, decompress
from zlib import error as zlib_error

from attrs import evolve

from kloudsync.errors import DecodeError, UsageError
from kloudsync.model.times import Time
from kloudsync.providers.google.resources.checks import (
    PROPERTIES,
    PROPERTIES_SIZE,
    PROPERTY_VALUE,
)
from kloudsync.providers.google.series.exceptions import Carried
from kloudsync.providers.google.series.notes import EXTENDED, PREFIX
from kloudsync.providers.google.series.patches import merged, read, written
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event


def noted(change: Event, series: Event, writes: Sequence[Carried]) -> Event:
    """Note on a change of a series what is to be handed over after it.

    Args:
        change: What is to change of the series.
        series: The series as it is.
        writes: What is to be written to its occurrences afterwards.

    Raises:
        UsageError: It is more than a series can hold.
    """
    if not writes:
        return change
    patch = merged(written(change), {EXTENDED: {"private": _split(_packed(writes))}})
    after = merged(written(series), patch)[EXTENDED]
    pairs = [(name, text) for side in after.values() for name, text in side.items() if text]
    size = sum(len(name.encode()) + len(text.encode()) for name, text in pairs)
    if len(pairs) > PROPERTIES or size > PROPERTIES_SIZE:
        raise UsageError(
            f"{len(writes)} occurrences of the series were changed or cancelled and would have to "
            f"be handed over, which is more than it can note ({size} of {PROPERTIES_SIZE} bytes); "
            "edit it from a later occurrence on, or make a new series"
        )
    return read(patch)


def to_hand_over(series: Event) -> tuple[Carried, ...]:
    """Read what an edit that was broken off has left; nothing where there are no notes.

    Notes that somebody else mutilated say nothing.
    """
    notes = _notes(series)
    text = "".join(notes[name] for name in sorted(notes))
    try:
        return tuple(_carried(one) for one in json.loads(decompress(b64decode(text))))
    except (zlib_error, ValueError, TypeError, LookupError, DecodeError):
        return ()


def without_notes(series: Event) -> Event | None:
    """Return the change that removes the notes from a series; None where it has none."""
    names = _notes(series)
    if not names:
        return None
    return read({EXTENDED: {"private": dict.fromkeys(names)}})


def unburdened(write: Carried, series: Event) -> Carried:
    """Let an occurrence not inherit the notes of its series."""
    clear = without_notes(series)
    if clear is None or write.changes is None:
        return write
    return evolve(write, changes=read(written(write.changes) | _merged_notes(write.changes, clear)))


def _merged_notes(changes: Event, clear: Event) -> dict[str, Any]:
    own: dict[str, Any] = written(changes).get(EXTENDED) or {}
    private: dict[str, Any] = own.get("private") or {}
    notes: dict[str, Any] = written(clear)[EXTENDED]["private"]
    return {EXTENDED: {**own, "private": {**private, **notes}}}


def _notes(series: Event) -> dict[str, str]:
    properties = series.extended_properties
    private = properties.private if properties else None
    return {name: value or "" for name, value in (private or {}).items() if name.startswith(PREFIX)}


def _packed(writes: Iterable[Carried]) -> str:
    items = [
        {
            "at": one.slot.isoformat(),
            "set": None if one.changes is None else codec.dump(one.changes),
            "again": one.again,
        }
        for one in writes
    ]
    return b64encode(compress(json.dumps(items, separators=(",", ":")).encode(), 9)).decode()


def _split(text: str) -> dict[str, str]:
    parts = [text[at : at + PROPERTY_VALUE] for at in range(0, len(text), PROPERTY_VALUE)]
    return {f"{PREFIX}{n:03}": part for n, part in enumerate(parts)}


def _carried(item: Mapping[str, Any]) -> Carried:
    changes = None if item["set"] is None else codec.load(Event, item["set"])
    return Carried(
        slot=_time(item["at"]),
        changes=changes,
        exception=changes or Event(status="cancelled"),
        again=bool(item["again"]),
    )


def _time(text: str) -> Time:
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
