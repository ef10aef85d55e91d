"""Four requests at once for one mailbox."""

from __future__ import annotations

import threading
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import UsageError
from kloudsync.http.message import Headers, Response
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.slots import MailboxSlots, Slots
from kloudsync.runtime.budgets import ProcessBudgets
from kloudsync.stores import MemoryStore


@given(st.lists(st.integers(0, 2), max_size=60), st.integers(1, 4))
def test_no_more_are_let_in_than_may_be(steps: list[int], at_once: int) -> None:
    """Whoever enters, asks and finishes, in whatever order: the slots are never overdrawn."""
    slots, now = MailboxSlots(at_once), 1000.0
    inside, waiting = list[int](), list[int]()
    for step in steps:
        now += 1
        if step == 0:
            waiting.append(slots.enter(1, now))
        elif step == 1 and waiting:
            ticket = waiting[0]
            if slots.reserve(ticket, now) == 0:
                inside.append(waiting.pop(0))
        elif inside:
            slots.finish(inside.pop(0))
        assert len(inside) <= at_once


def test_first_come_is_first_served() -> None:
    """A later caller does not overtake one that waits."""
    slots = MailboxSlots(1)
    first, second, third = (slots.enter(1, 1000.0) for _ in range(3))
    assert slots.reserve(first, 1000.0) == 0
    assert slots.reserve(third, 1000.0) > 0
    slots.finish(first)
    assert slots.reserve(third, 1001.0) > 0
    assert slots.reserve(second, 1001.0) == 0


def test_whoever_is_gone_holds_nobody_up() -> None:
    """A process that died gives its slot back after a while, in the queue as within."""
    slots = MailboxSlots(1)
    lost, queued = slots.enter(1, 1000.0), slots.enter(1, 1000.0)
    assert slots.reserve(lost, 1000.0) == 0
    late = slots.enter(1, 1200.0)
    assert slots.reserve(late, 1200.0) == 0
    assert queued != late


def test_a_refusal_closes_the_mailbox_for_as_long_as_it_says() -> None:
    """Nobody sends before `Retry-After` is over, also the fraction of a second that it names."""
    slots = MailboxSlots(4)
    refused = Response(status=429, headers=Headers((("Retry-After", "2.5"),)))
    slots.settle(1, refused, 1000.0)
    assert (slots.refused(1000.5), slots.refused(1003.0)) == (2.0, 0.0)
    ticket = slots.enter(1, 1000.0)
    assert slots.reserve(ticket, 1000.0) == pytest.approx(2.5)
    assert slots.reserve(ticket, 1002.6) == 0


def test_slots_of_a_store_are_shared_by_name() -> None:
    """Two workers of one mailbox share; those of another one do not."""
    store = MemoryStore()
    one = MailboxSlots(1, store=store, mailbox="ann@example.com")
    same = MailboxSlots(1, store=store, mailbox="ann@example.com")
    other = MailboxSlots(1, store=store, mailbox="bo@example.com")
    assert one.reserve(one.enter(1, 1000.0), 1000.0) == 0
    assert same.reserve(same.enter(1, 1000.0), 1000.0) > 0
    assert other.reserve(other.enter(1, 1000.0), 1000.0) == 0
    with pytest.raises(UsageError, match="mailbox="):
        MailboxSlots(store=ProcessBudgets())


def test_what_is_written_is_read_again() -> None:
    """Slots survive a store."""
    slots = Slots().entered(1.0).entered(2.0).asked(1, 1, 3.0)
    assert Slots.load(slots.dump()) == slots


def test_threads_of_one_client_are_four_at_once() -> None:
    """Trouble 17: a burst of requests never has a fifth on its way."""
    lock, inside, most = threading.Lock(), 0, 0
    meet = threading.Event()

    def answer(_: httpx.Request) -> httpx.Response:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        meet.wait(0.05)
        with lock:
            inside -= 1
        return httpx.Response(200, json={"id": "e"})

    microsoft: Any = Microsoft(
        "token", http_client=httpx.Client(transport=httpx.MockTransport(answer))
    )
    threads = [threading.Thread(target=microsoft.events.get, args=("e",)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4
