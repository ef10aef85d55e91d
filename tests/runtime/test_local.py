from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from kloudsync.errors import UsageError
from kloudsync.http.drives import Drive
from kloudsync.http.message import Request
from kloudsync.http.operation import Operation
from kloudsync.runtime.drive import run
from kloudsync.runtime.local import AsyncLocal, Local
from kloudsync.runtime.step import Step
from kloudsync.testing.clock import ManualClock

WHERE = Step("where", threading.get_ident)


def test_a_step_is_done_in_the_calling_thread() -> None:
    """A blocking caller does it at once."""
    assert run(Drive(Local()).send(WHERE)) == threading.get_ident()


def test_a_step_is_awaited_in_a_worker_thread() -> None:
    """The event loop goes on meanwhile."""
    assert asyncio.run(Drive(AsyncLocal()).send(WHERE)) != threading.get_ident()


def test_a_call_needs_a_client() -> None:
    """Who does steps sends nothing, and says so by the name of the call."""
    call: Operation[str] = Operation(
        name="events.list", request=Request(method="GET", path="events"), decode=str
    )
    with pytest.raises(UsageError, match=r"events.list is an HTTP call.*Local\(longest_step=60\)"):
        run(Drive(Local()).send(call))


def test_time_is_the_clocks() -> None:
    """Waiting and chance come from the clock that was given, in both colours."""
    clock = ManualClock(luck=0.25)
    begun = clock.now()
    drive = Drive(Local(clock=clock))
    run(drive.sleep(2))
    asyncio.run(Drive(AsyncLocal(clock=clock)).sleep(3))
    assert (drive.now() - begun, drive.chance()) == (timedelta(seconds=5), 0.25)


@pytest.mark.parametrize("seconds", [0.0, -1.0, float("nan"), float("inf")])
def test_a_step_has_an_end(seconds: float) -> None:
    """A lease that outlasts it would be none otherwise."""
    with pytest.raises(UsageError, match="longest_step"):
        Local(longest_step=seconds)
