"""Ending well when the machine asks to: on SIGTERM and on Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, Final

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)

_stops: Final[dict[object, Callable[[], object]]] = {}
"""Who is to be told, in the order in which they asked; touched by the main thread alone."""

_before: Final[dict[int, Any]] = {}
"""What was done at a signal before anybody asked to be told."""


@contextmanager
def on_signals(stop: Callable[[], object]) -> Generator[None]:
    """Call a function when the process is asked to end; a second time does what it did before.

    All who ask are told, in whatever order they begin and end, such as tasks of one event loop.
    Only the main thread can be told; elsewhere nothing happens.

    Args:
        stop: Called in the main thread, between any two steps of its program.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    asked, alone = object(), not _stops
    _stops[asked] = stop
    try:
        if alone:
            _begin()
        yield
    finally:
        # Whoever is told last is taken out last: a signal that comes in between is not lost.
        if len(_stops) == 1:
            _end()
        del _stops[asked]


def _begin() -> None:
    for number in _ENDING:
        # Of a handler that no Python set, Python knows nothing: the default takes its place.
        _before[number] = signal.getsignal(number) or signal.SIG_DFL
        signal.signal(number, _ended)


def _end() -> None:
    for number, handler in _before.items():
        signal.signal(number, handler)
    _before.clear()


def _ended(number: int, _frame: object) -> None:
    signal.signal(number, _before[number])
    for stop in list(_stops.values()):
        stop()
