"""Calling what may never return."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from threading import Thread
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


def left_behind_after(
    seconds: float, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs
) -> T:
    """Call a method that may never return, in a thread that no process waits for at its end.

    Raises:
        TimeoutError: It takes longer; its thread is left to itself.
    """
    told: Future[T] = Future()

    def call() -> None:
        try:
            told.set_result(method(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001 - raised where it is waited for
            told.set_exception(error)

    Thread(target=copy_context().run, args=(call,), name="kloudsync-waited", daemon=True).start()
    return told.result(seconds)
