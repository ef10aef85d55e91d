"""The mirror that a command line names: a copy on one side, a Salesloft calendar on the other."""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, tzinfo
from pathlib import Path

from attrs import frozen

from kloudsync.cli.places import Place
from kloudsync.cli.pushes import PushBar, show_plan, show_push
from kloudsync.cli.terminal import Terminal
from kloudsync.errors import UsageError
from kloudsync.model.times import zone_or_none
from kloudsync.objects.mirror import Mirror
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.limiter import TeamBudget, team_of
from kloudsync.providers.salesloft.policy import Policy, by_domains, private
from kloudsync.providers.salesloft.service import VENDOR
from kloudsync.runtime.budgets import BudgetStore


@frozen(kw_only=True)
class Target:
    """A calendar at Salesloft, and how it is mirrored to.

    Attributes:
        user: The guid of its user.
        calendar_id: Its id, in place of a user.
        domains: The domains of the user's own organisation; only times are told where empty.
        bulk_from: From how many writes on bulk jobs are used.
    """

    user: str | None = None
    calendar_id: str | None = None
    domains: tuple[str, ...] = ()
    bulk_from: int = 100

    def name(self, salesloft: Salesloft) -> str:
        """Return the user or the calendar; whose token it is where neither is named.

        Raises:
            UsageError: Both are named, or the service does not say who we are.
        """
        if self.user and self.calendar_id:
            raise UsageError("--user and --calendar-id name the same thing; give one of them")
        named = self.user or self.calendar_id or salesloft.me.get().guid
        if not named:
            raise UsageError("Salesloft does not say who we are; name the user with --user")
        return named

    @property
    def policy(self) -> Policy:
        """How much is told of which meeting."""
        return by_domains(self.domains) if self.domains else private


@frozen(kw_only=True)
class MirrorRun:
    """One push or reconciliation.

    Attributes:
        console: Where to show it.
        place: The calendar whose copy is mirrored.
        database: The file that holds the copy.
        target: Where it is mirrored to.
        plan: Whether to say only what would be written.
    """

    console: Terminal
    place: Place
    database: Path
    target: Target
    plan: bool = False

    def push(self) -> bool:
        """Write what the sink lacks; tell whether it took everything."""
        return self._perform(reconciled=False)

    def reconcile(self) -> bool:
        """Compare with what the sink shows, and repair; tell whether it took everything."""
        return self._perform(reconciled=True)

    def _perform(self, *, reconciled: bool) -> bool:
        with PushBar(self.console) as bar, self._opened(bar) as (mirror, zone):
            if self.plan:
                report = mirror.plan(reconciled=reconciled)
            else:
                report = mirror.reconcile() if reconciled else mirror.push()
        (show_plan if self.plan else show_push)(self.console, report, zone)
        return not report.refused

    @contextmanager
    def _opened(self, bar: PushBar) -> Generator[tuple[Mirror, tzinfo]]:
        with (
            self.place.copy_in(self.database) as (copy, store),
            Salesloft(limiter=_budget(store)) as salesloft,
        ):
            sink = salesloft.calendar(
                self.target.name(salesloft),
                policy=self.target.policy,
                bulk_from=self.target.bulk_from,
                progress=bar.job,
            )
            mirror = Mirror(copy, sink, store, progress=bar.records)
            yield mirror, zone_or_none(copy.state().zone) or UTC


def _budget(store: BudgetStore) -> TeamBudget:
    """Return the budget of every process that pushes from a file with the same token."""
    return TeamBudget(store=store, team=team_of(os.environ.get(VENDOR.token_variable, "")))
