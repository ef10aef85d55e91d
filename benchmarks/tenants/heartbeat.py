"""A thread that beats every 50 ms, and notes what the process did whenever it came late."""

from __future__ import annotations

import gc
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from threading import Event, Thread, get_ident
from time import monotonic, process_time, sleep
from types import FrameType
from typing import Any, Self

BEAT = 0.05


@dataclass(frozen=True)
class Late:
    """A beat that came late.

    Attributes:
        wall: Seconds since the beat before.
        cpu: How many of them this process worked. The others are the machine's, which had something
            else to do: whoever holds the interpreter's lock may be made to wait with it.
        collecting: How many of them the garbage collector was at work.
        works: What was under way.
        frames: Where the other threads were when the beat came, innermost first.
    """

    wall: float
    cpu: float
    collecting: float
    works: tuple[str, ...]
    frames: tuple[str, ...]

    @property
    def missed(self) -> int:
        """How many beats in a row fell out."""
        return _missed(self.wall)

    @property
    def own(self) -> int:
        """How many of them fell out for what this process did."""
        return _missed(min(self.wall, self.cpu))


def _missed(seconds: float) -> int:
    return max(int(seconds / BEAT) - 1, 0)


class Heartbeat:
    """Beats while it is entered."""

    def __init__(self) -> None:
        self.late: list[Late] = []
        self.beats = 0
        self._ended = Event()
        self._thread = Thread(target=self._beat)
        self._works: list[tuple[float, str]] = [(monotonic(), "nothing")]
        self._collections: list[tuple[float, float]] = []
        self._collected_from = 0.0
        self._collecting = False

    def __enter__(self) -> Self:
        gc.callbacks.append(self._collects)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        gc.callbacks.remove(self._collects)

    def begins(self, work: str) -> None:
        """Note what is under way from now on."""
        self._works.append((monotonic(), work))

    def worst(self) -> Late | None:
        """Return the beat before which most fell out for what the process did."""
        return max(self.late, key=lambda one: (one.own, one.cpu), default=None)

    def by_work(self) -> Iterator[tuple[str, list[Late]]]:
        """Yield what was under way when beats came late, the worst first."""
        found: defaultdict[str, list[Late]] = defaultdict(list)
        for one in self.late:
            found[" | ".join(one.works)].append(one)
        return iter(sorted(found.items(), key=lambda item: -max(late.cpu for late in item[1])))

    def _beat(self) -> None:
        while not self._ended.is_set():
            began, worked = monotonic(), process_time()
            sleep(BEAT)
            ended = monotonic()
            self.beats += 1
            if _missed(ended - began):
                self.late.append(self._told(began, ended, process_time() - worked))

    def _told(self, began: float, ended: float, cpu: float) -> Late:
        due = began + BEAT
        # The first that runs after a collection may be this thread, before its end is noted.
        done = [*self._collections, *([(self._collected_from, ended)] if self._collecting else [])]
        overlaps = (min(ended, last) - max(began, first) for first, last in done)
        return Late(
            wall=ended - began,
            cpu=cpu,
            collecting=sum(overlap for overlap in overlaps if overlap > 0),
            works=tuple(_under_way(self._works, due, ended)),
            frames=tuple(_elsewhere()),
        )

    def _collects(self, phase: str, _: dict[str, Any]) -> None:
        now = monotonic()
        self._collecting = phase == "start"
        if self._collecting:
            self._collected_from = now
        elif now - self._collected_from > BEAT / 10:
            self._collections.append((self._collected_from, now))


def _under_way(works: list[tuple[float, str]], first: float, last: float) -> list[str]:
    """Return what was under way within a time, without what is named twice."""
    found: dict[str, None] = {}
    for began, work in reversed(list(works)):
        if began < last:
            found[work] = None
        if began < first:
            break
    return list(found)[::-1]


def _elsewhere() -> Iterator[str]:
    """Yield where threads are that are not this one, innermost first."""
    for thread, frame in sys._current_frames().items():  # noqa: SLF001 - nothing else tells it
        if thread != get_ident():
            places = (f"{one.f_code.co_qualname}:{one.f_lineno}" for one in _outwards(frame))
            yield " < ".join(islice(places, 6))


def _outwards(frame: FrameType | None) -> Iterable[FrameType]:
    while frame is not None:
        yield frame
        frame = frame.f_back
