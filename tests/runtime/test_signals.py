"""Ending well when the machine asks to."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from functools import partial

import pytest

from kloudsync.runtime.signals import on_signals


@pytest.fixture
def terminated() -> Iterator[list[str]]:
    """What the program itself is told at SIGTERM."""
    told: list[str] = []

    def tell(_number: int, _frame: object) -> None:
        told.append("program")

    before = signal.signal(signal.SIGTERM, tell)
    yield told
    signal.signal(signal.SIGTERM, before)


def test_all_who_ask_are_told(terminated: list[str]) -> None:
    """Of two that run beside each other both are told, in whatever order they end."""
    first, second = (on_signals(partial(terminated.append, name)) for name in "ab")
    with first:
        second.__enter__()
        signal.raise_signal(signal.SIGTERM)
    assert terminated == ["a", "b"]
    second.__exit__(None, None, None)
    signal.raise_signal(signal.SIGTERM)
    assert terminated == ["a", "b", "program"]


def test_whoever_began_first_may_end_first(terminated: list[str]) -> None:
    """The one that goes on is told still, and the program once nobody is left."""
    first, second = (on_signals(partial(terminated.append, name)) for name in "ab")
    with second:
        with first:
            pass
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGTERM)
    signal.raise_signal(signal.SIGTERM)
    assert terminated == ["b", "program", "program"]
