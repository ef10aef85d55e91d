"""What came of it: every copy as its truth, every edit told once, and how long each took."""

from __future__ import annotations

import json
import math
import statistics
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from attrs import Factory, define, frozen
from people import People
from service import Mishap, Service

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.state import FeedKind, FeedRecord

EDGES = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, math.inf)


@frozen(kw_only=True)
class Strike:
    """A worker that was killed, or a database that was restarted.

    Attributes:
        at: When, in seconds since 1970.
        lasts: For how long it may hold up what comes after it, in seconds.
    """

    at: float
    lasts: float


@define
class Judgement:
    """What the feed told of the edits.

    Attributes:
        lags: Seconds from an edit to its entry, by what befell it.
        entries: How many entries there are.
        wrong: What the feed told twice, or of nothing; what copies have that is not so.
        superseded: Edits that another one of the same event overtook before they were fetched.
    """

    lags: dict[str, list[float]] = Factory(lambda: defaultdict(list))
    entries: int = 0
    wrong: list[str] = Factory(list)
    superseded: int = 0


CLEAN, STRUCK, WAITED = (
    "delivered, no fault, workers alive",
    "near a kill or a restart",
    "message lost, or the service failed",
)


def judge(
    store: Any, service: Service, owners: Mapping[str, str], people: People, strikes: list[Strike]
) -> Judgement:
    """Replay the feed of every calendar, and compare what it leads to with the truth."""
    judgement, told = Judgement(), set[tuple[str, str]]()
    mishaps = defaultdict[str, list[Mishap]](list)
    for one in (*service.mishaps, *service.undelivered()):
        mishaps[one.calendar].append(one)
        if one.account != one.calendar:
            mishaps[one.account].append(one)
    for calendar, owner in owners.items():
        key = CalendarKey("google", owner, calendar)
        met = [one for one in (*mishaps[calendar], *mishaps[owner]) if one.met(calendar, owner)]
        copy: dict[str, str | None] = {}
        for entry in entries(store, key):
            judgement.entries += 1
            _replay(entry, copy, judgement)
            edit = calendar, _name(entry)
            at = people.edits.get(edit)
            if at is not None and edit not in told:
                told.add(edit)
                kind = _befell(at, entry.recorded_at, met, strikes)
                judgement.lags[kind].append(entry.recorded_at - at)
        truth = {
            id_: json.dumps(one, sort_keys=True) for id_, one in service.truth(calendar).items()
        }
        held = {one.id: _sorted(one.raw) for one in store.events(key)}
        judgement.wrong += [f"{key}: the copy differs"] if held != truth else []
        judgement.wrong += [f"{key}: the feed leads elsewhere"] if copy != held else []
    judgement.superseded = len(people.edits) - len(told)
    return judgement


def _replay(entry: FeedRecord, copy: dict[str, str | None], judgement: Judgement) -> None:
    """Do to a copy what an entry tells, which has to be something new."""
    record = entry.after or entry.before
    if record is None:
        return
    known = record.id in copy
    if entry.kind is FeedKind.DELETED:
        fresh = copy.pop(record.id, None) is not None
    else:
        raw = _sorted(record.raw)
        fresh = copy.get(record.id) != raw and known is (entry.kind is FeedKind.UPDATED)
        copy[record.id] = raw
    if not fresh:
        judgement.wrong.append(f"{entry.key}: {entry.kind.value} {record.id} was told before")


def _befell(at: float, told: float, mishaps: list[Mishap], strikes: list[Strike]) -> str:
    # What failed shortly before made the calendar rest; what nobody took in, whyever, is lost.
    if any(at - 5.0 <= one.at <= told for one in mishaps):
        return WAITED
    if any(one.at - 0.1 <= told and at <= one.at + one.lasts for one in strikes):
        return STRUCK
    return CLEAN


def report(judgement: Judgement, poll: float) -> None:
    """Print three histograms, and whether what was promised held."""
    bounds = {CLEAN: (1.0, 5.0), STRUCK: (math.inf, 15.0), WAITED: (math.inf, poll + 5.0)}
    for kind, (median, most) in bounds.items():
        lags = sorted(judgement.lags[kind])
        print(f"\nedits: {kind}: {len(lags)}")
        if len(lags) < 2:
            continue
        for low, high in zip((0.0, *EDGES), EDGES, strict=False):
            count = (
                bisect_right(lags, high) - bisect_left(lags, low)
                if low == 0.0
                else (bisect_right(lags, high) - bisect_right(lags, low))
            )
            if count:
                bar = "#" * max(1, round(60 * count / len(lags)))
                print(f"  to {high:>6g} s {count:>7,}  {bar}")
        middle, last = statistics.median(lags), lags[math.ceil(0.99 * len(lags)) - 1]
        met = "met" if middle <= median and last <= most else "NOT MET"
        asked = (
            f"at most {most:g} s" if median == math.inf else f"at most {median:g} and {most:g} s"
        )
        print(
            f"  median {middle:.2f} s, 99th of 100 {last:.2f} s, most {lags[-1]:.2f} s: {asked}: {met}"
        )


def entries(store: Any, key: CalendarKey) -> Iterator[FeedRecord]:
    """Yield a calendar's entries in the feed."""
    after = None
    while chunk := store.changes("report", key=key, after=after, limit=500):
        yield from chunk
        after = chunk[-1].position


def in_step(store: Any, service: Service, owners: Iterable[tuple[str, str]]) -> bool:
    """Tell whether copies hold what their calendars hold."""
    return all(
        {one.id: _sorted(one.raw) for one in store.events(CalendarKey("google", owner, name))}
        == {id_: json.dumps(one, sort_keys=True) for id_, one in service.truth(name).items()}
        for name, owner in owners
    )


def _name(entry: FeedRecord) -> str:
    record = entry.after or entry.before
    if record is None:
        return ""
    if entry.kind is FeedKind.DELETED:
        return f"deleted {record.id}"
    return str(json.loads(record.raw).get("summary"))


def _sorted(raw: str) -> str:
    return json.dumps(json.loads(raw), sort_keys=True)
