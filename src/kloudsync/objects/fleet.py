"""Every calendar of every account, kept in step by any number of workers on one store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any, Self

from kloudsync.errors import UsageError
from kloudsync.fleet import following, topics
from kloudsync.fleet.accounts import Account, Line, account_of
from kloudsync.fleet.addresses import Addresses
from kloudsync.fleet.following import Turn
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import State, Status, rows_of, status_of
from kloudsync.fleet.worker import Ended, Worker
from kloudsync.model.due import Claim, Due
from kloudsync.objects.claimed_store import WorkerLeases
from kloudsync.objects.fitting import (
    BY_NAME,
    DUE,
    expect,
    expect_function,
    expect_kind,
    expect_number,
)
from kloudsync.objects.fleet_jobs import Connect, FleetJobs, MakeMirror, close
from kloudsync.objects.fleet_metrics import FleetMetrics
from kloudsync.objects.owner import owner_name
from kloudsync.objects.push_intake import PushIntake
from kloudsync.objects.registry import expect_spelling
from kloudsync.push.ports import Unwrap
from kloudsync.runtime.clock import Clock, SystemClock, entropy
from kloudsync.runtime.colour import Awaits, Blocks, C_co, Colour, InColour
from kloudsync.runtime.lending import Lending
from kloudsync.runtime.signals import on_signals
from kloudsync.runtime.twin import twin, twin_iterator
from kloudsync.sync.hook import Hook, silence

Turned = Callable[[Status], object]
"""Hears of each topic whose state is another one than before."""


class Following(InColour[C_co]):
    """Follows calendars of many accounts, in either colour."""

    def __init__(
        self,
        store: Any,
        connect: Connect,
        *,
        address: str | Mapping[str, str] | None = None,
        policy: FleetPolicy | None = None,
        mirrors: Mapping[str, MakeMirror] | None = None,
        budget: int | None = None,
        on_state: Turned = lambda _: None,
        alerts: Mapping[str, Turned] | None = None,
        hook: Hook = silence,
        clients: int = 256,
        clock: Clock | None = None,
    ) -> None:
        """Make a fleet; nothing is read or written yet.

        Args:
            store: Holds copies, channels and what is due; PostgreSQL where there are several
                processes.
            connect: Given an `Account`, returns a client of it, whose `account` is the account's
                name; or a `Line`. Called when there is work to be done; what it raises is noted
                as the account's state. A coroutine function for an `AsyncFleet`.
            address: The https address at which notifications arrive, where all accounts are of one
                provider; or one for each provider, by its name, since each has words of its own.
                A provider that is not named is polled, and with None all are.
            policy: How much at once, and how often.
            mirrors: What is told elsewhere, by name: functions that are given an engine and its
                account, and return the `Mirror` that is pushed whenever the calendar has changed.
            budget: How many requests to calendars' services may be made in a day (UTC), by all
                workers of the store; polls are shed before what was announced. None for any.
            on_state: Hears of each topic whose state changed, once, in the worker that changed it.
            alerts: Functions that are told of each topic whose state changed until they return, by
                name, in any worker, and also after a crash; of several changes the last one alone.
                Coroutine functions for an `AsyncFleet`.
            hook: Called with each step of each run, from several threads where there are some.
            clients: How many clients are kept open that nobody uses.
            clock: Tells the time; tests pass their own.

        Raises:
            UsageError: The store does not keep what is due, a function is none or would have to be
                awaited and is not, an address or the policy is none, or the budget is nothing.
        """
        expect(store, DUE, self)
        awaited = self.colour is Awaits
        expect_function(connect, "connect", self, awaited=awaited, twin="AsyncFleet")
        expect_function(on_state, "on_state", self)
        expect_function(hook, "hook", self)
        for functions, may_be_awaited in ((mirrors, False), (alerts, awaited)):
            if functions is not None:
                expect(functions, BY_NAME, self)
                for name, function in functions.items():
                    twin = "AsyncFleet" if functions is alerts else None
                    expect_function(function, name, self, awaited=may_be_awaited, twin=twin)
        if budget is not None:
            expect_number(budget, "budget", self)
            if budget < 1:
                raise UsageError(f"a budget of {budget} requests a day allows nothing")
        self._store = store
        self._policy = FleetPolicy() if policy is None else policy
        expect_kind(self._policy, FleetPolicy, "policy", self)
        self._budget = budget
        self._on_state = on_state
        self._clock = clock or SystemClock()
        self._lines: Lending[Line] = Lending(clients)
        self._worker: Worker | None = None
        self._leases = WorkerLeases(self._policy.ttl)
        self._metrics = FleetMetrics(store, self._policy, budget, self._clock, self._held)
        self._jobs = FleetJobs(
            fleet=self,
            store=self._leases.over(store),
            leases=self._leases,
            connect=connect,
            lines=self._lines,
            policy=self._policy,
            clock=self._clock,
            addresses=Addresses.of(address),
            mirrors=dict(mirrors or {}),
            alerts=dict(alerts or {}),
            hook=hook,
            metrics=self._metrics,
        )

    @twin
    async def enrol(
        self,
        account: Account | str,
        name: str | None = None,
        *,
        calendars: Iterable[str] | None = None,
        urgent: bool = False,
    ) -> None:
        """Follow an account's calendars from now on; what is followed already stays as it is.

        Costs no request: workers connect when they come to it.

        Args:
            account: The account, or its provider beside its name.
            name: The account's name, where its provider is given.
            calendars: The calendars to follow; None for all of the account's list, those that
                appear later included.
            urgent: Whether first syncs go ahead of those of other accounts, also where they wait
                already, such as for a person who looks on.

        Raises:
            UsageError: The account has no name, the provider's looks mistyped, or the calendars are a
                text or none.
        """
        chosen = account_of(account, name)
        expect_spelling(chosen.provider)
        named, lane = following.named(calendars), Lane.POLL if urgent else Lane.FIRST
        await self._within(lambda unit, now: following.enrol(unit, chosen, named, lane, now=now))

    @twin
    async def ask(
        self, account: Account | str, name: str | None = None, *, calendar: str | None = None
    ) -> None:
        """Let all of an account's calendars, or one of them, be synced now, as if a change was announced.

        What rests after a failure, is paused or is not followed stays as it is.
        """
        chosen = account_of(account, name)
        await self._within(lambda unit, now: following.ask(unit, chosen, calendar, now=now))

    @twin
    async def retire(
        self, account: Account | str, name: str | None = None, *, calendar: str | None = None
    ) -> None:
        """Follow an account, or one of its calendars, no more; copies stay until they are forgotten.

        Channels are stopped when a worker next comes to them.
        """
        chosen = account_of(account, name)
        reason = topics.ACCOUNT_RETIRED if calendar is None else "the program retired it"
        retired = Turn(State.RETIRED, reason)
        await self._within(
            lambda unit, now: following.turn(unit, chosen, calendar, retired, now=now)
        )

    @twin
    async def pause(
        self, account: Account | str, name: str | None = None, *, calendar: str | None = None
    ) -> None:
        """Leave an account, or one of its calendars, alone until it is resumed."""
        chosen, paused = account_of(account, name), Turn(State.PAUSED, "the program paused it")
        await self._within(
            lambda unit, now: following.turn(unit, chosen, calendar, paused, now=now)
        )

    @twin
    async def resume(
        self, account: Account | str, name: str | None = None, *, calendar: str | None = None
    ) -> None:
        """Go on with what was paused or retired, and end all rests of the account.

        Call it once somebody has consented anew. What was retired by itself, or left the account's
        list, is followed again only where it is named.
        """
        chosen = account_of(account, name)
        await self._within(lambda unit, now: following.resume(unit, chosen, calendar, now=now))

    @twin_iterator
    async def status(
        self, account: Account | str | None = None, name: str | None = None
    ) -> AsyncIterator[Status]:
        """Yield how each topic stands, in a stable order; of one account, or of all."""
        if account is not None:
            chosen = account_of(account, name)
            rows = await self.colour.run(self._store.due, chosen.provider, chosen.name)
            for row in rows:
                yield self._status(row)
            return
        for row in await self.colour.each(lambda: rows_of(self._store)):
            yield self._status(row)

    @twin
    async def run(self, *, signals: bool = True) -> int:
        """Work until told to stop, and return how many jobs did not end in time.

        Any number of processes may do so on one store. While it is away, it is asked again.

        Args:
            signals: Whether SIGTERM and Ctrl-C stop it, where this is the main thread.

        Raises:
            UsageError: This fleet is running already.
            StoreCorrupt: The store is none, which waiting does not mend.
            StoreTooNew: A newer kloudsync made it.
        """
        worker = self._hired()
        with on_signals(self.stop) if signals else nullcontext():
            try:
                return await worker.work()
            finally:
                self._left()

    @twin
    async def run_once(self) -> None:
        """Work at all that is due now, until nothing is; for cron and for tests.

        Raises:
            UsageError: This fleet is running already.
            StoreError: The store failed.
        """
        worker = self._hired()
        try:
            await worker.work_off()
        finally:
            self._left()

    def intake(self, unwrap: Unwrap | str = "google") -> PushIntake:
        """Return where a webhook hands its requests in, so that this fleet works at them.

        Needs no worker in its process: `PushIntake(store, due_in=0.5)` does the same elsewhere.

        Args:
            unwrap: Verifies and reads a message; or the name of the provider whose messages come.
        """
        return PushIntake(self._store, unwrap=unwrap, due_in=self._policy.quiet, clock=self._clock)

    @property
    def store(self) -> Any:
        """Where all of it is kept."""
        return self._store

    @property
    def metrics(self) -> FleetMetrics:
        """What this process counts, and what it finds in the store when somebody looks."""
        return self._metrics

    def stop(self) -> None:
        """Take nothing more: `run` returns within seconds. From any thread or signal handler."""
        if self._worker is not None:
            self._worker.stop()

    @twin
    async def close(self) -> None:
        """Close the clients that are open; the store is its owner's."""
        for line in self._lines.empty():
            await close(line)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store!r})"

    def _hired(self) -> Worker:
        if self._worker is not None:
            raise UsageError(f"{self!r} is running already; make another one to work beside it")
        self._worker = Worker(
            owner=owner_name(entropy),
            store=self._store,
            jobs=self._jobs,
            crew=self.colour.crew(self._policy.slots),
            times=self._clock,
            policy=self._policy,
            begin=self._keep_house,
            beaten=self._beaten,
            heard=self._heard,
            turned=self._jobs.ask_alerts,
            budget=self._budget,
        )
        return self._worker

    def _left(self) -> None:
        self._worker = None

    def _held(self) -> list[Claim]:
        return [] if self._worker is None else self._worker.held

    def _beaten(self) -> None:
        self._leases.renew(now=self._now())

    def _heard(self, ended: Ended) -> None:
        self._metrics.heard(ended)
        note = ended.verdict.note
        if note.state is not ended.before.state and ended.kept:
            self._on_state(
                Status(
                    topic=ended.claim.topic,
                    state=note.state,
                    since=note.since,
                    reason=note.reason,
                    lane=ended.verdict.lane,
                )
            )

    def _keep_house(self) -> None:
        if self._policy.feed_kept is None:
            return
        topic = topics.of_account(topics.HOUSE, topics.PRUNING)
        self._store.make_due(topic, lane=Lane.POLL, wait=self._policy.prune_every, now=self._now())

    async def _within(self, work: Callable[[Any, float], None]) -> None:
        """Do something in one transaction, at the time that it is then."""

        def within(unit: Any) -> None:
            work(unit, self._now())

        await self.colour.run(self._store.unit, within)

    def _status(self, row: Due) -> Status:
        return status_of(row, delayed=self._policy.delayed, now=self._now())

    def _now(self) -> float:
        return self._clock.now().timestamp()


class Fleet(Following[Blocks]):
    """Keeps every calendar of every account in step, with threads.

    ```python
    fleet = Fleet(store, connect, address="https://hooks.example.com/google")
    fleet.enrol("google", "ann")          # costs no request; any process may do so
    fleet.run()                           # until SIGTERM, Ctrl-C or fleet.stop()
    ```

    When a calendar is due is a row in the store, and so is how it stands: any number of
    processes on any number of machines may run a fleet over one database, and none is missed
    when it dies.
    """

    colour: type[Colour] = Blocks

    def __enter__(self) -> Self:
        """Return the fleet, whose clients are closed at the end."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the clients that are open."""
        self.close()


class AsyncFleet(Following[Awaits]):
    """Keeps every calendar of every account in step, with tasks of an event loop.

    The twin of `Fleet`, for Async clients; the store is called in worker threads.
    """

    colour: type[Colour] = Awaits

    async def __aenter__(self) -> Self:
        """Return the fleet, whose clients are closed at the end."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the clients that are open."""
        await self.close()
