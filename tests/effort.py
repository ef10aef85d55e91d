"""What a piece of work takes, whatever else the process and the machine do meanwhile."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from time import process_time
from types import FrameType
from typing import Any


def steps(work: Callable[[], object]) -> int:
    """Return the number of lines that a call goes through: each turn of a loop, but nothing that is in C."""
    count = 0

    def each(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        return each

    before = sys.gettrace()
    sys.settrace(each)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of a call without the collector's.

    What a full collection costs is told by everything that earlier tests left, not by the work.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        began = process_time()
        work()
        return process_time() - began
    finally:
        if was_on:
            gc.enable()
