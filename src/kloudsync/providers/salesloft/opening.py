"""What Salesloft offers, as functions that every provider has alike."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Unpack

from kloudsync.errors import UsageError
from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Blocking
from kloudsync.http.client import ClientOptions
from kloudsync.providers.salesloft.auth import (
    AUTHORIZATION_URL,
    TOKEN_URL,
    WANTED_BACK,
    ask_salesloft,
    salesloft_endpoint,
)
from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
from kloudsync.providers.salesloft.limiter import TeamBudget, team_of
from kloudsync.providers.salesloft.policy import by_domains, private
from kloudsync.providers.salesloft.service import VENDOR
from kloudsync.providers.salesloft.sink import SalesloftCalendar
from kloudsync.providers.salesloft.wire.bulk import BulkJob
from kloudsync.runtime.budgets import BudgetStore
from kloudsync.runtime.provider import SignIn, SinkChoice

WEB_SIGN_IN = SignIn(
    ask=ask_salesloft,
    endpoint=salesloft_endpoint,
    authorization_url=AUTHORIZATION_URL,
    token_url=TOKEN_URL,
    # Whatever the application is registered with.
    scopes=frozenset(),
    returns=WANTED_BACK,
)


def client(
    token: str | TokenSource | Auth | None,
    account: str,  # noqa: ARG001 - the token says whose
    **options: Unpack[ClientOptions],
) -> Salesloft:
    """Make a blocking client of a team."""
    return Salesloft(token, **options)


def async_client(
    token: str | TokenSource | Auth | None,
    account: str,  # noqa: ARG001 - the same
    **options: Unpack[ClientOptions],
) -> AsyncSalesloft:
    """Make an awaiting client of a team."""
    return AsyncSalesloft(token, **options)


@contextmanager
def sink(
    choice: SinkChoice, store: BudgetStore, progress: Callable[[str, int, int | None], None]
) -> Generator[SalesloftCalendar[Blocking]]:
    """Open a calendar to write to, with the credentials of the environment.

    All processes that write from one store with the same token share a budget.

    Args:
        choice: Which calendar, and how.
        store: Keeps the budget.
        progress: Hears of a bulk job: what it does, how many rows are done, and of how many.

    Raises:
        UsageError: Both a user and a calendar are named, or the service does not say who we are.
    """

    def told(job: BulkJob) -> None:
        progress("a bulk job runs", job.processed or 0, job.total or None)

    budget = TeamBudget(store=store, team=team_of(os.environ.get(VENDOR.token_variable, "")))
    with Salesloft(limiter=budget) as salesloft:
        yield salesloft.calendar(
            _named(choice, salesloft),
            policy=by_domains(choice.domains) if choice.domains else private,
            bulk_from=choice.bulk_from,
            progress=told,
        )


def _named(choice: SinkChoice, salesloft: Salesloft) -> str:
    if choice.user and choice.calendar:
        raise UsageError("--user and --calendar-id name the same thing; give one of them")
    named = choice.user or choice.calendar or salesloft.me.get().guid
    if not named:
        raise UsageError("Salesloft does not say who we are; name the user with --user")
    return named
