"""Seeded histories of a mailbox at Microsoft: the copy is the calendar after every sync."""

from __future__ import annotations

import os
import time
import traceback
from collections import Counter

import pytest
from tests.simulation.outlook import Outlook

from kloudsync.stores import SQLiteStore

CHUNKS = 4
HISTORIES = int(os.environ.get("KLOUDSYNC_OUTLOOK_HISTORIES", "40"))
LONG_HISTORIES = int(os.environ.get("KLOUDSYNC_LONG_OUTLOOK_HISTORIES", "100000"))
MINUTES = float(os.environ.get("KLOUDSYNC_MINUTES", "90"))
"""How long the long run takes at most; `nox -s long -- --for MINUTES` says otherwise."""
FIRST = int(os.environ.get("KLOUDSYNC_FIRST_SEED", "0"))


def live_all(seeds: range) -> Counter[str]:
    """Live through the histories of some seeds, and return what they saw."""
    seen = Counter[str]()
    for seed in seeds:
        try:
            seen += Outlook(seed).run()
        except BaseException as failure:
            failure.add_note(f"seed {seed}")
            raise
    return seen


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_no_history_of_outlook_loses_anything(chunk: int) -> None:
    """Deeds of people, crashes, dead tokens and storms: the copy shows what the service shows."""
    seen = live_all(range(chunk, HISTORIES, CHUNKS))
    check_thickness(seen, HISTORIES // CHUNKS)


def test_sqlite_lives_through_the_same_histories_of_outlook() -> None:
    """The database loses nothing either."""
    for seed in range(6):
        with SQLiteStore(":memory:") as store:
            Outlook(seed, store).run()


def test_a_history_of_outlook_can_be_told_again() -> None:
    """The same seed sees the same."""
    assert Outlook(3).run() == Outlook(3).run()


@pytest.mark.long
def test_a_great_many_histories_of_outlook() -> None:
    """As many as there is patience for, past those that fail, with what they saw."""
    ends, seen, failures = time.monotonic() + MINUTES * 60, Counter[str](), list[str]()
    for seed in range(FIRST, FIRST + LONG_HISTORIES):
        if time.monotonic() > ends:
            break
        seen["histories"] += 1
        try:
            seen += live_all(range(seed, seed + 1))
        except Exception as failure:  # noqa: BLE001 - the report of an hour holds every failure
            failures.append("".join(traceback.format_exception(failure)))
            print(failures[-1])  # noqa: T201 - an hour is long
    print("", *(f"{count:12,}  {what}" for what, count in sorted(seen.items())), sep="\n")  # noqa: T201 - the numbers are the point
    check_thickness(seen, seen["histories"])
    assert not failures, "\n\n".join(failures)


def check_thickness(seen: Counter[str], histories: int) -> None:
    """A run that saw too little proves too little."""
    if histories < 10:
        return
    for what, per_history in (
        ("syncs", 3.0),
        ("full passes", 1.0),
        ("resumed", 0.05),
        ("crashes", 0.5),
        ("faults", 0.3),
        ("occurrences compared", 100.0),
        ("splits told", 0.3),
        ("act: split", 0.2),
        ("act: move occurrence", 0.2),
        ("act: cancel occurrence", 0.2),
        ("act: move to another calendar", 0.05),
    ):
        assert seen[what] >= per_history * histories, f"too few {what}: {seen[what]} in {histories}"
