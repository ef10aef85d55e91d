"""Clients of Salesloft: blocking and awaiting shells around the same calls."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from types import TracebackType
from typing import Any, Generic, Self, TypedDict, TypeVar, Unpack

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking, Raw
from kloudsync.http.drives import Drive
from kloudsync.http.endpoint import Caller
from kloudsync.http.limits import Limiter
from kloudsync.http.perform import Timeouts
from kloudsync.http.retry import Retry
from kloudsync.http.transport import AwaitingPorts, BlockingPorts
from kloudsync.providers.salesloft.bulk import (
    BulkReport,
    Patience,
    Progress,
    finish_bulk,
    ignore,
    run_bulk,
)
from kloudsync.providers.salesloft.payload import Identity
from kloudsync.providers.salesloft.policy import Policy
from kloudsync.providers.salesloft.resources.bulk_jobs import UPSERT_EVENTS, BulkJobs, Row
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
from kloudsync.providers.salesloft.resources.meeting_settings import MeetingSettings
from kloudsync.providers.salesloft.resources.meetings import Meetings
from kloudsync.providers.salesloft.resources.users import Me, Users
from kloudsync.providers.salesloft.resources.webhook_subscriptions import WebhookSubscriptions
from kloudsync.providers.salesloft.service import salesloft_setting
from kloudsync.providers.salesloft.sink import SalesloftCalendar, calendar_id_of
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.drive import run

C_co = TypeVar("C_co", bound=Caller, covariant=True)


class Choices(TypedDict, total=False):
    """How a calendar is mirrored; `SalesloftCalendar` says what each means."""

    policy: Policy
    identity: Identity
    guarded: bool
    clears: bool
    bulk_from: int
    job_size: int
    patience: Patience
    progress: Progress


class SalesloftResources(Generic[C_co]):
    """Salesloft's calls by resource, as far as calendars need them."""

    def __init__(self, caller: C_co) -> None:
        self.caller = caller

    @property
    def calendar_events(self) -> CalendarEvents[C_co]:
        """Events of calendars."""
        return CalendarEvents(self.caller)

    @property
    def bulk_jobs(self) -> BulkJobs[C_co]:
        """Bulk jobs, call by call."""
        return BulkJobs(self.caller)

    @property
    def me(self) -> Me[C_co]:
        """The user whose token it is."""
        return Me(self.caller)

    @property
    def users(self) -> Users[C_co]:
        """Users of the team."""
        return Users(self.caller)

    @property
    def meetings(self) -> Meetings[C_co]:
        """Meetings that were booked in Salesloft."""
        return Meetings(self.caller)

    @property
    def meeting_settings(self) -> MeetingSettings[C_co]:
        """Users' meeting settings."""
        return MeetingSettings(self.caller)

    @property
    def webhook_subscriptions(self) -> WebhookSubscriptions[C_co]:
        """Subscriptions to webhooks."""
        return WebhookSubscriptions(self.caller)


class Salesloft(SalesloftResources[Blocking]):
    """A blocking client of Salesloft; threads may share it.

    Args:
        token: An API key, an OAuth access token, a function that returns one, or an
            authorisation scheme; `KLOUDSYNC_SALESLOFT_TOKEN` from the environment where None.
        base_url: Where the API's paths begin; `KLOUDSYNC_SALESLOFT_BASE_URL` from the
            environment, or Salesloft itself, where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        team: Names the team whose budget calls are taken from. All clients of this process
            with the same name share 600 points per minute; where None, those with the same
            token. Name the team where a program has several tokens of it.
        limiter: Another budget, such as a `TeamBudget` over a store that several processes use.
        http_client: A client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take.
        retry: When failed tries are repeated.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        base_url: str | None = None,
        insecure: bool = False,
        team: str | None = None,
        limiter: Limiter | None = None,
        http_client: Any = None,
        timeouts: Timeouts = Timeouts(),
        retry: Retry = Retry(),
        clock: Clock | None = None,
    ) -> None:
        setting = salesloft_setting(
            token,
            base_url=base_url,
            insecure=insecure,
            timeouts=timeouts,
            retry=retry,
            team=team,
            limiter=limiter,
        )
        super().__init__(Blocking(setting, BlockingPorts(http_client, clock)))

    def calendar(self, user: str, **choices: Unpack[Choices]) -> SalesloftCalendar[Blocking]:
        """Return a calendar as the target of a mirror.

        Args:
            user: The guid of the calendar's user, as `me.get` tells it, or the calendar's id.
            **choices: How it is mirrored; see `SalesloftCalendar`. Without a policy, no more
                than the times of events is told.
        """
        return SalesloftCalendar(caller=self.caller, calendar_id=calendar_id_of(user), **choices)

    def run_bulk(
        self,
        rows: Iterable[Row],
        *,
        name: str,
        type: str = UPSERT_EVENTS,  # noqa: A002 - the vendor's name
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> BulkReport:
        """Do a bulk job from its creation to the fate of every row; see `bulk.run_bulk`.

        Args:
            rows: The rows, as the job's type wants them; any number.
            name: Names the job; different for every job.
            type: What the rows do.
            progress: Hears how far the job is.
            patience: How long to wait.

        Raises:
            TimedOut: The job was not done in time; `finish_bulk` takes up the waiting.
        """
        ports = Drive(self.caller)
        return run(
            run_bulk(rows, ports, name=name, type=type, progress=progress, patience=patience)
        )

    def finish_bulk(
        self,
        job: int,
        rows: Iterable[Row],
        *,
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> BulkReport:
        """Wait for a bulk job that runs, and read the fate of its rows."""
        ports = Drive(self.caller)
        return run(finish_bulk(job, rows, ports, progress=progress, patience=patience))

    @property
    def with_raw_response(self) -> SalesloftResources[Raw[Blocking]]:
        """The same calls, answering with status, headers and body beside the value."""
        return SalesloftResources(Raw(self.caller))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        other = copy(self)
        other.caller = self.caller.changed(timeouts=timeouts, retry=retry)
        return other

    def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        self.caller.ports.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return _shown(self, self.caller)


class AsyncSalesloft(SalesloftResources[Awaiting]):
    """An awaiting client of Salesloft; tasks of one event loop may share it.

    Args:
        token: An API key, an OAuth access token, a function or coroutine function that returns
            one, or an authorisation scheme; `KLOUDSYNC_SALESLOFT_TOKEN` from the environment
            where None.
        base_url: Where the API's paths begin; `KLOUDSYNC_SALESLOFT_BASE_URL` from the
            environment, or Salesloft itself, where None.
        insecure: Whether `base_url` may be http beyond this machine: for ways that are safe.
        team: Names the team whose budget calls are taken from. All clients of this process
            with the same name share 600 points per minute; where None, those with the same
            token. Name the team where a program has several tokens of it.
        limiter: Another budget, such as a `TeamBudget` over a store that several processes use.
        http_client: An async client of httpx to use; it is not closed with this one.
        timeouts: How long each phase of a try may take.
        retry: When failed tries are repeated.
        clock: Time and chance; tests pass their own.

    Raises:
        UsageError: There is no token, or an argument is not possible.
    """

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        base_url: str | None = None,
        insecure: bool = False,
        team: str | None = None,
        limiter: Limiter | None = None,
        http_client: Any = None,
        timeouts: Timeouts = Timeouts(),
        retry: Retry = Retry(),
        clock: Clock | None = None,
    ) -> None:
        setting = salesloft_setting(
            token,
            base_url=base_url,
            insecure=insecure,
            timeouts=timeouts,
            retry=retry,
            team=team,
            limiter=limiter,
        )
        super().__init__(Awaiting(setting, AwaitingPorts(http_client, clock)))

    def calendar(self, user: str, **choices: Unpack[Choices]) -> SalesloftCalendar[Awaiting]:
        """Return a calendar as the target of a mirror.

        Args:
            user: The guid of the calendar's user, as `me.get` tells it, or the calendar's id.
            **choices: How it is mirrored; see `SalesloftCalendar`. Without a policy, no more
                than the times of events is told.
        """
        return SalesloftCalendar(caller=self.caller, calendar_id=calendar_id_of(user), **choices)

    async def run_bulk(
        self,
        rows: Iterable[Row],
        *,
        name: str,
        type: str = UPSERT_EVENTS,  # noqa: A002 - the vendor's name
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> BulkReport:
        """Do a bulk job from its creation to the fate of every row; see `bulk.run_bulk`.

        Args:
            rows: The rows, as the job's type wants them; any number.
            name: Names the job; different for every job.
            type: What the rows do.
            progress: Hears how far the job is.
            patience: How long to wait.

        Raises:
            TimedOut: The job was not done in time; `finish_bulk` takes up the waiting.
        """
        ports = Drive(self.caller)
        return await run_bulk(
            rows, ports, name=name, type=type, progress=progress, patience=patience
        )

    async def finish_bulk(
        self,
        job: int,
        rows: Iterable[Row],
        *,
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> BulkReport:
        """Wait for a bulk job that runs, and read the fate of its rows."""
        ports = Drive(self.caller)
        return await finish_bulk(job, rows, ports, progress=progress, patience=patience)

    @property
    def with_raw_response(self) -> SalesloftResources[Raw[Awaiting]]:
        """The same calls, answering with status, headers and body beside the value."""
        return SalesloftResources(Raw(self.caller))

    def with_options(self, *, timeouts: Timeouts | None = None, retry: Retry | None = None) -> Self:
        """Return a client over the same connections with other settings; close either."""
        other = copy(self)
        other.caller = self.caller.changed(timeouts=timeouts, retry=retry)
        return other

    async def close(self) -> None:
        """Close the connections, unless the HTTP client was passed in."""
        await self.caller.ports.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def __repr__(self) -> str:
        return _shown(self, self.caller)


def _shown(client: object, caller: Blocking | Awaiting) -> str:
    return f"{type(client).__name__}(base_url={caller.setting.service.base_url!r})"
