"""Task queues that a program has already execute what is due now, as the guide says."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from tests.docs.pages import DOCS, blocks
from tests.fleet.following import HOUR, STARTS

from kloudsync import Fleet, Google
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.topics import calendar
from kloudsync.model.calendar import CalendarKey
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

ANN = Account("google", "ann")


class Recipe:
    """The code of the guide, over a fake account."""

    def __init__(self, title: str) -> None:
        code = next(one.code for one in blocks(DOCS / "task-queues.md") if one.title == title)
        self.names: dict[str, Any] = {"__name__": "jobs"}
        exec(compile(code, title, "exec"), self.names)  # noqa: S102 - our own page
        self.fake, self.clock = FakeGoogle(), ManualClock()
        self.fake.calendar().create("First", STARTS, STARTS + HOUR)
        self.store = self.names["fleet"].store
        self.names["fleet"] = Fleet(self.store, self.connect, clock=self.clock)

    def connect(self, account: Account) -> Google:
        """Return a client of the fake."""
        client = httpx.Client(transport=self.fake.transport())
        return Google("t", account=account.name, http_client=client, clock=self.clock)

    def enrol(self) -> None:
        """Follow the account."""
        self.names["fleet"].enrol(ANN, calendars=["primary"])

    def announce(self) -> None:
        """Let a change be announced."""
        self.fake.calendar().create("Second", STARTS, STARTS + HOUR)
        now = self.clock.now().timestamp()
        self.store.make_due(calendar(ANN, "primary"), lane=Lane.PUSH, now=now)
        self.names["announced"]()

    @property
    def held(self) -> int:
        """How many events the copy has."""
        return len(list(self.store.events(CalendarKey("google", "ann", "primary"))))


def test_procrastinate() -> None:
    """A job works off what is due, and however many notifications come, one of them waits."""
    procrastinate = pytest.importorskip("procrastinate")
    recipe = Recipe("procrastinate_jobs.py")
    app, jobs = recipe.names["app"], recipe.names["work"]

    def work() -> None:
        options = {"install_signal_handlers": False, "listen_notify": False}
        asyncio.run(app.run_worker_async(wait=False, **options))

    recipe.enrol()
    jobs.defer()
    with pytest.raises(procrastinate.exceptions.AlreadyEnqueued):
        jobs.defer()
    work()
    assert recipe.held == 1
    recipe.announce()
    recipe.announce()
    waiting = [one for one in app.connector.jobs.values() if one["status"] == "todo"]
    assert [one["queueing_lock"] for one in waiting] == ["fleet"]
    waiting[0]["scheduled_at"] = None
    work()
    assert recipe.held == 3


def test_celery() -> None:
    """A task works off what is due, and a notification asks for one."""
    pytest.importorskip("celery")
    recipe = Recipe("celery_jobs.py")
    app = recipe.names["app"]
    app.conf.task_always_eager = True
    recipe.enrol()
    recipe.names["work"].delay()
    assert recipe.held == 1
    recipe.announce()
    assert recipe.held == 2
    assert app.conf.beat_schedule["fleet"]["task"] in app.tasks
