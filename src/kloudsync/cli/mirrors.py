"""The mirror that a command line names: a copy on one side, a calendar elsewhere on the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from inspect import signature
from pathlib import Path
from typing import TypeAlias

import typer
from attrs import frozen

from kloudsync.cli.options import (
    AccountOption,
    BulkOption,
    CalendarIdOption,
    CalendarOption,
    CopyOption,
    DatabaseOption,
    DomainsOption,
    JsonOption,
    LimitOption,
    PlanOption,
    SinkArgument,
    UserOption,
)
from kloudsync.cli.places import Place
from kloudsync.cli.pushes import PushBar, show_push
from kloudsync.cli.terminal import beside, console
from kloudsync.mirror.report import PushReport
from kloudsync.model.times import zone_or_none
from kloudsync.objects.mirror import Mirror
from kloudsync.objects.registry import provider_named
from kloudsync.runtime.provider import SinkChoice


@frozen(kw_only=True)
class MirrorRun:
    """One push, reconciliation or withdrawal.

    Attributes:
        place: The calendar whose copy is mirrored.
        database: The file that holds the copy.
        sink: The name of the provider that it is mirrored to.
        choice: Which calendar there, and how.
        plan: Whether it only says what would be written.
        most: How many lines of records to print; all if None.
        json: Whether to print the report as a JSON object.
    """

    place: Place
    database: Path
    sink: str
    choice: SinkChoice
    plan: bool = False
    most: int | None = None
    json: bool = False

    def perform(self, work: Callable[[Mirror], PushReport]) -> None:
        """Let a mirror do something, and say what it did.

        Raises:
            Exit: Rows were refused.
        """
        with (
            PushBar(beside if self.json else console) as bar,
            self._opened(bar) as (mirror, zone),
        ):
            report = work(mirror)
        show_push(console, report, zone, plan=self.plan, most=self.most, json=self.json)
        if report.refused:
            raise typer.Exit(1)

    @contextmanager
    def _opened(self, bar: PushBar) -> Generator[tuple[Mirror, tzinfo]]:
        provider = provider_named(self.sink)
        open_sink = provider.offer(provider.sink, "calendars to write to")
        with (
            self.place.copy_in(self.database) as (copy, store),
            open_sink(self.choice, store, bar.job) as sink,
        ):
            mirror = Mirror(copy, sink, store, progress=bar.records)
            yield mirror, zone_or_none(copy.state().zone) or UTC


Work: TypeAlias = Callable[[Mirror, bool], PushReport]


def _writing(*, without: Collection[str] = ()) -> Callable[[Work], Callable[..., None]]:
    """Make a command of what a mirror does, or would do: its name and words are the function's.

    Args:
        without: The options that the command does not have.
    """
    return lambda work: _command(work, without)


def _command(work: Work, without: Collection[str]) -> Callable[..., None]:
    def command(
        sink: SinkArgument = "salesloft",
        *,
        user: UserOption = None,
        calendar_id: CalendarIdOption = None,
        calendar: CalendarOption = "primary",
        database: DatabaseOption = Path("calendars.db"),
        account: AccountOption = None,
        provider: CopyOption = "google",
        plan: PlanOption = False,
        bulk_from: BulkOption = 100,
        internal_domain: DomainsOption = None,
        limit: LimitOption = None,
        json: JsonOption = False,
    ) -> None:
        MirrorRun(
            place=Place(name=provider, calendar=calendar, account=account),
            database=database,
            sink=sink,
            choice=_choice(user, calendar_id, internal_domain, bulk_from),
            plan=plan,
            most=limit,
            json=json,
        ).perform(lambda mirror: work(mirror, plan))

    # Not as `wraps` does it: the options are the command's own.
    command.__name__, command.__doc__ = work.__name__, work.__doc__
    whole = signature(command, eval_str=True)
    kept = [one for one in whole.parameters.values() if one.name not in without]
    vars(command)["__signature__"] = whole.replace(parameters=kept)
    return command


@_writing()
def push(mirror: Mirror, plan: bool) -> PushReport:
    """Write to Salesloft what its calendar lacks of the copy, one record per occurrence.

    Reads the copy: sync first. With --plan, says of each record how much of it would be told, and
    why. The token comes from KLOUDSYNC_SALESLOFT_TOKEN, never from the command line. Exits with 1
    where rows were refused; the others are written.
    """
    return mirror.plan() if plan else mirror.push()


@_writing()
def reconcile(mirror: Mirror, plan: bool) -> PushReport:
    """Compare the copy with what Salesloft really shows, and repair what differs.

    As `push`, for calendars that somebody else may have touched: lists them first.
    """
    return mirror.plan(reconciled=True) if plan else mirror.reconcile()


@_writing(without=("plan", "internal_domain"))
def withdraw(mirror: Mirror, _: bool) -> PushReport:
    """Cancel at Salesloft what is still to come, for a calendar that is no longer mirrored.

    For people who leave: run it before `forget`, which also forgets what was written. What has
    begun stays. The calendar's own service is not asked. A later `push` writes everything again.
    """
    return mirror.withdraw()


def _choice(
    user: str | None, calendar: str | None, domains: list[str] | None, bulk_from: int
) -> SinkChoice:
    return SinkChoice(
        user=user, calendar=calendar, domains=tuple(domains or ()), bulk_from=bulk_from
    )
