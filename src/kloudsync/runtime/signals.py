"""Ending well when the machine asks to: on SIGTERM and on Ctrl-C."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Final

_ENDING: Final = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def on_signals(stop: Callable[[], object]) -> Generator[None]:
    """Call a function when the process is asked to end; a second time does what it did before.

    Only the main thread can be told; elsewhere nothing happens.

    Args:
        stop: Called in the main thread, between any two steps of its program.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    # Of a handler that no Python set, Python knows nothing: the default takes its place.
    before = {number: signal.getsignal(number) or signal.SIG_DFL for number in _ENDING}

    def ended(number: int, _frame: object) -> None:
        signal.signal(number, before[signal.Signals(number)])
        stop()

    for number in _ENDING:
        signal.signal(number, ended)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
