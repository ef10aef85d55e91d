"""Stores behind a pooler that lends connections of the server for one transaction at a time."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.cases import expect_right, programs

from kloudsync.model.calendar import CalendarKey
from kloudsync.stores import PostgresStore
from kloudsync.testing.stores.records import added, single, updated
from kloudsync.testing.stores.worker import KEY, Worker

psycopg = pytest.importorskip("psycopg", reason="the extra `postgres` is not installed")

SETTINGS = """
[databases]
app = {direct} pool_size=3
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
auth_type = any
pool_mode = transaction
unix_socket_dir =
ignore_startup_parameters = extra_float_digits
logfile = {folder}/log
"""


@pytest.fixture(scope="module")
def pooled(conninfo: str) -> Iterator[str]:
    """Return how to reach the server through PgBouncer; without that program the tests are skipped."""
    program = shutil.which("pgbouncer")
    if program is None:
        pytest.skip("pgbouncer is not on the path")
    with psycopg.connect(conninfo) as connection, TemporaryDirectory(prefix="kloudsync-") as name:
        info, folder = connection.info, Path(name)
        direct = f"host={info.host} port={info.port} dbname={info.dbname} user={info.user}"
        port = free_port()
        settings = folder / "pgbouncer.ini"
        settings.write_text(SETTINGS.format(direct=direct, port=port, folder=folder))
        for path in (folder, settings):
            path.chmod(0o777)
        pooler = subprocess.Popen(  # noqa: S603 - the system's own program
            [program, "-q", str(settings)], stderr=subprocess.DEVNULL, **somebody(info.host)
        )
        try:
            way = f"host=127.0.0.1 port={port} dbname=app user={info.user} sslmode=disable"
            expect_answer(way)
            yield way
        finally:
            pooler.terminate()
            pooler.wait(10)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def somebody(host: str) -> dict[str, Any]:
    """Return who runs the pooler: it refuses to be root, and has to reach the server's socket."""
    if os.geteuid():
        return {}
    owner = Path(host).stat() if host.startswith("/") else None
    user, group = (owner.st_uid, owner.st_gid) if owner else (65534, 65534)
    return {"user": user, "group": group, "extra_groups": []}


def expect_answer(way: str) -> None:
    """Wait until a pooler answers, or skip."""
    for _ in range(20):
        with suppress(psycopg.OperationalError):
            psycopg.connect(way, connect_timeout=3).close()
            return
        time.sleep(0.1)
    pytest.skip("pgbouncer does not start here")


def test_schemas_stay_apart(pooled: str, conninfo: str, new_schema: Callable[[], str]) -> None:
    """What one tenant commits lies in no other tenant's schema, whichever connection it meets."""
    names = [new_schema() for _ in range(3)]
    stores = [PostgresStore(pooled, schema=name, timeout=30) for name in names]
    workers = [Worker(store) for store in stores]

    def sync(place: int) -> None:
        for turn in range(12):
            change = updated if turn else added
            workers[place].sync(change(single(f"of-{place}", raw=str(turn))))
            assert workers[place].ids() == [f"of-{place}"]

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(sync, range(3)))
    for place, name in enumerate(names):
        stores[place].close()
        with PostgresStore(conninfo, schema=name) as direct:
            assert [(one.id, one.raw) for one in direct.events(KEY)] == [(f"of-{place}", "11")]


def test_threads_share_a_store(pooled: str, new_schema: Callable[[], str]) -> None:
    """More threads than the server has connections for them sync calendars of one store."""
    with PostgresStore(pooled, schema=new_schema(), timeout=30) as store:

        def sync(number: int) -> list[str]:
            worker = Worker(store, CalendarKey("google", "owner", str(number)))
            worker.sync(*(added(single(f"{number}-{id_}")) for id_ in "abc"))
            worker.sync(updated(single(f"{number}-a", raw="2")))
            return [entry.after.raw for entry in worker.feed() if entry.after]

        with ThreadPoolExecutor(6) as pool:
            assert list(pool.map(sync, range(6))) == [["{}", "{}", "{}", "2"]] * 6
        assert len(store.changes("crm", limit=100)) == 24


def test_readers_that_take_their_time(pooled: str, new_schema: Callable[[], str]) -> None:
    """An iterator keeps its connection, and sees one commit to its end."""
    with PostgresStore(pooled, schema=new_schema(), timeout=30) as store:
        worker = Worker(store)
        worker.sync(*(added(single(f"{number:04}")) for number in range(1500)))
        reader = store.events(KEY)
        next(reader)
        worker.sync(*(updated(single(f"{number:04}", raw="2")) for number in range(1500)))
        assert {record.raw for record in reader} == {"{}"}


@pytest.mark.parametrize("program", programs("engine/f02_pgbouncer", "security/transaction_pooler"))
def test_what_was_found_stays_mended(program: Path) -> None:
    """Programs that found one tenant's events in another's schema find them there no more."""
    expect_right(program)
