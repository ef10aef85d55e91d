"""Clients of Salesloft, of both colours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypedDict, Unpack

from kloudsync.http.auth import Auth, TokenSource
from kloudsync.http.caller import Awaiting, Blocking, K_co, Raw
from kloudsync.http.client import AwaitingClient, BlockingClient, Client, ClientOptions, setting
from kloudsync.http.drives import Drive
from kloudsync.http.endpoint import C_co, Resource
from kloudsync.providers import salesloft
from kloudsync.providers.salesloft import resources
from kloudsync.providers.salesloft.jobs import UPSERT_EVENTS, Patience, Progress, Row, ignore
from kloudsync.providers.salesloft.policy import Policy
from kloudsync.providers.salesloft.service import VENDOR, budget_of
from kloudsync.runtime.twin import twin


class Choices(TypedDict, total=False):
    """How a calendar is mirrored; `SalesloftCalendar` says what each means."""

    policy: Policy
    identity: salesloft.Identity
    guarded: bool
    clears: bool
    bulk_from: int
    job_size: int
    patience: Patience
    progress: Progress


class SalesloftResources(Resource[C_co]):
    """Salesloft's calls by resource, as far as calendars need them."""

    @property
    def calendar_events(self) -> resources.CalendarEvents[C_co]:
        """Events of calendars."""
        return resources.CalendarEvents(self.caller)

    @property
    def bulk_jobs(self) -> resources.BulkJobs[C_co]:
        """Bulk jobs, call by call."""
        return resources.BulkJobs(self.caller)

    @property
    def me(self) -> resources.Me[C_co]:
        """The user whose token it is."""
        return resources.Me(self.caller)

    @property
    def users(self) -> resources.Users[C_co]:
        """Users of the team."""
        return resources.Users(self.caller)

    @property
    def meetings(self) -> resources.Meetings[C_co]:
        """Meetings that were booked in Salesloft."""
        return resources.Meetings(self.caller)

    @property
    def meeting_settings(self) -> resources.MeetingSettings[C_co]:
        """Users' meeting settings."""
        return resources.MeetingSettings(self.caller)

    @property
    def webhook_subscriptions(self) -> resources.WebhookSubscriptions[C_co]:
        """Subscriptions to webhooks."""
        return resources.WebhookSubscriptions(self.caller)


class SalesloftClient(Client[K_co], SalesloftResources[K_co]):
    """A client of Salesloft, in either colour."""

    def __init__(
        self,
        token: str | TokenSource | Auth | None = None,
        *,
        team: str | None = None,
        **options: Unpack[ClientOptions],
    ) -> None:
        """Make a client; nothing is sent yet.

        Args:
            token: An API key, an OAuth access token, a function that returns one (a coroutine
                function, too, on an awaiting client), or an authorisation scheme;
                `KLOUDSYNC_SALESLOFT_TOKEN` from the environment where None.
            team: Names the team whose budget calls are taken from. All clients of this process
                with the same name share 600 points per minute; where None, those with the same
                token. Name the team where a program has several tokens of it. Another `limiter`,
                such as a `TeamBudget` over a store that several processes use, takes its place.
            **options: Address, timeouts and whatever else all clients take; see `ClientOptions`.

        Raises:
            UsageError: There is no token, or an argument is not possible.
        """
        at, insecure = options.get("base_url"), options.get("insecure", False)
        service, auth = VENDOR.service(VENDOR.address(at, insecure=insecure)), VENDOR.auth(token)
        limiter = options.get("limiter") or budget_of(service, auth, team)
        super().__init__(setting(service, auth, options, limiter=limiter), options)

    @property
    def with_raw_response(self) -> SalesloftResources[Raw[K_co]]:
        """The same calls, answering with status, headers and body beside the value."""
        return SalesloftResources(Raw(self.caller))

    def calendar(self, user: str, **choices: Unpack[Choices]) -> salesloft.SalesloftCalendar[K_co]:
        """Return a calendar as the target of a mirror.

        Args:
            user: The guid of the calendar's user, as `me.get` tells it, or the calendar's id.
            **choices: How it is mirrored; see `SalesloftCalendar`. Without a policy, no more
                than the times of events is told.
        """
        calendar_id = salesloft.calendar_id_of(user)
        return salesloft.SalesloftCalendar(caller=self.caller, calendar_id=calendar_id, **choices)

    @twin
    async def run_bulk(
        self,
        rows: Iterable[Row],
        *,
        name: str,
        type: str = UPSERT_EVENTS,  # noqa: A002 - the vendor's name
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> salesloft.BulkReport:
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
        drive = Drive(self.caller)
        return await salesloft.run_bulk(
            rows, drive, name=name, type=type, progress=progress, patience=patience
        )

    @twin
    async def finish_bulk(
        self,
        job: int,
        rows: Iterable[Row],
        *,
        progress: Progress = ignore,
        patience: Patience = Patience(),
    ) -> salesloft.BulkReport:
        """Wait for a bulk job that runs, and read the fate of its rows."""
        drive = Drive(self.caller)
        return await salesloft.finish_bulk(job, rows, drive, progress=progress, patience=patience)


class Salesloft(SalesloftClient[Blocking], BlockingClient):
    """A blocking client of Salesloft; threads may share it."""


class AsyncSalesloft(SalesloftClient[Awaiting], AwaitingClient):
    """An awaiting client of Salesloft; tasks of one event loop may share it."""
