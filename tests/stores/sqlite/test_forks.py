"""Stores that are open while their process forks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.worker import KEY

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system forks no processes")

PREAMBLE = """
import os, sys, threading
from kloudsync.errors import StoreError
from kloudsync.stores import SQLiteStore
from kloudsync.testing.stores.records import added, single
from kloudsync.testing.stores.worker import KEY, Worker
path = sys.argv[1]
store = SQLiteStore(path)
worker = Worker(store)
worker.sync(*(added(single(f"{number:04}")) for number in range(500)))

def refused(use):
    try:
        use()
    except StoreError as error:
        return "forked" in str(error)
    return False

def child(work):
    number = os.fork()
    if not number:
        try:
            os._exit(0 if work() else 1)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(2)
    return number

def end(number):
    assert os.waitpid(number, 0)[1] == 0
"""

DAEMON = """
ready, go = os.pipe()
def work():
    os.read(ready, 1)  # until the parent has closed its store
    worker.sync(added(single("of the child")))
    with SQLiteStore(path) as other:
        Worker(other, lease=worker.lease).sync(added(single("of another")))
    store.close()
    return True
number = child(work)
store.close()
os.write(go, b"x")
end(number)
"""

BOTH = """
numbers = [child(lambda: len(worker.ids()) == 500) for _ in range(3)]
worker.sync(added(single("of the parent")))
for number in numbers:
    end(number)
end(child(lambda: len(worker.ids()) == 501))
"""

READER = """
reader = store.events(KEY)
next(reader)
end(child(lambda: refused(lambda: next(reader)) and refused(worker.ids) and refused(worker.begin)))
end(child(lambda: refused(lambda: SQLiteStore(path))))
assert len(list(reader)) == 499
end(child(lambda: len(worker.ids()) == 500))
"""

WRITER = """
def page():
    yield added(single("before"))
    end(child(lambda: refused(worker.ids) and refused(lambda: SQLiteStore(path))))
    yield added(single("after"))
worker.begin()
store.stage(KEY, worker.lease, page(), checkpoint=worker.checkpoint, since=worker.state)
worker.commit()
assert len(worker.ids()) == 502
"""

ESCAPED_WRITER = """
def page():
    yield added(single("before"))
    global number
    number = os.fork()
worker.begin()
try:
    store.stage(KEY, worker.lease, page(), checkpoint=worker.checkpoint, since=worker.state)
except StoreError as error:
    assert not number and "forked" in str(error)
    os._exit(0)
end(number)
worker.commit()
assert len(worker.ids()) == 501
"""

THREADS = """
stop = threading.Event()
def write():
    while not stop.is_set():
        worker.begin()
def read():
    while not stop.is_set():
        assert len(worker.ids()) == 500
threads = [threading.Thread(target=target) for target in (write, read, read)]
for thread in threads:
    thread.start()
for _ in range(20):
    end(child(lambda: len(worker.ids()) == 500))
stop.set()
for thread in threads:
    thread.join()
"""

MEMORY = """
with SQLiteStore(":memory:") as kept:
    Worker(kept).sync(added(single("a")))
    def work():
        mine = Worker(kept, lease=kept.acquire("another", "me", ttl=1, now=0))
        return mine.ids() == ["a"]
    end(child(work))
    assert Worker(kept, lease=kept.acquire("another", "me", ttl=1, now=0)).ids() == ["a"]
"""


def run(script: str, path: Path) -> None:
    """Run a program that forks, with a store at a path."""
    subprocess.run(  # noqa: S603 - our own constant scripts
        [sys.executable, "-c", f"{PREAMBLE}{script}\nstore.close()\n", str(path)],
        check=True,
        timeout=60,
    )


@pytest.mark.parametrize(
    "script",
    [
        pytest.param(BOTH, id="both go on"),
        pytest.param(READER, id="a reader is refused in the child"),
        pytest.param(WRITER, id="a fork within a write"),
        pytest.param(ESCAPED_WRITER, id="a child that returns into a write"),
        pytest.param(THREADS, id="threads at work"),
        pytest.param(MEMORY, id="in memory"),
    ],
)
def test_forks(tmp_path: Path, script: str) -> None:
    """Parent and child go on with the store, or the child is refused before it harms anything."""
    run(script, tmp_path / "calendars.db")


def test_a_daemon_keeps_its_journal(tmp_path: Path) -> None:
    """A parent that ends first takes nothing away from its child, nor from any other program."""
    path = tmp_path / "calendars.db"
    run(DAEMON, path)
    with SQLiteStore(path) as store:
        assert {"of the child", "of another"} <= {one.id for one in store.events(KEY)}
