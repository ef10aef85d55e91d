"""The fake, judged by clients that are not ours, on a real port."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.testing.microsoft.graph_caller import utc

from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.microsoft import FakeMicrosoft, recurring
from kloudsync.testing.serve import serve

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
SPRING = (utc("2026-03-01T00:00"), utc("2026-04-01T00:00"))


@pytest.fixture
def base_url(fake: FakeMicrosoft, weekly: str) -> Iterator[str]:
    """Where a fake with a series and a guest is served."""
    fake.accounts.grant("owner", "owner@example.com")
    fake.add_mailbox("ann@example.com")
    with serve(fake) as url:
        yield url


class TestO365:
    """`O365`: a client of requests, with its own model of events and recurrence."""

    @pytest.fixture
    def account(self, base_url: str) -> Iterator[Any]:
        """The client, pointed at the fake; all else is as it ships."""
        library = pytest.importorskip("O365")
        protocol = type(
            "Pointed",
            (library.MSGraphProtocol,),
            {"_protocol_url": base_url.removesuffix("v1.0")},
        )
        account = library.Account("client", auth_flow_type="public", protocol=protocol())
        account.con.session = account.con.get_session()
        account.con.session.headers["Authorization"] = "Bearer owner"
        with closing(account.con.session):
            yield account

    @pytest.fixture
    def mine(self, account: Any) -> Any:
        """The default calendar as the client sees it."""
        return account.schedule().get_default_calendar()

    def found(self, mine: Any, subject: str) -> Any:
        """Find an event of spring by its title."""
        spring = [f"{moment:%Y-%m-%dT%H:%M:%S}" for moment in SPRING]
        events = mine.get_events(limit=50, start_recurring=spring[0], end_recurring=spring[1])
        return next(event for event in events if event.subject == subject)

    def test_it_creates_reads_changes_and_deletes(self, fake: FakeMicrosoft, mine: Any) -> None:
        """What it saves is what it reads, times and guests included."""
        event = mine.new_event("Plan")
        event.start = datetime(2026, 3, 4, 10, tzinfo=BERLIN)
        event.end = datetime(2026, 3, 4, 11, tzinfo=BERLIN)
        event.location = "Room"
        event.body = "<p>Hello</p>"
        event.attendees.add("ann@example.com")
        event.transaction_id = "t-1"
        assert event.save()
        (stored,) = fake.calendar().occurrences(utc("2026-03-04T00:00"), utc("2026-03-05T00:00"))
        assert stored.begins == utc("2026-03-04T09:00")
        read = mine.get_event(event.object_id)
        assert read.start == datetime(2026, 3, 4, 10, tzinfo=BERLIN)
        assert [guest.address for guest in read.attendees] == ["ann@example.com"]
        assert len(fake.mailbox("ann@example.com").default.truth()) == 1
        read.subject = "Other"
        assert read.save()
        assert fake.truth()[event.object_id]["subject"] == "Other"
        assert read.delete()
        assert event.object_id not in fake.truth()

    def test_it_reads_series_and_their_occurrences(
        self, fake: FakeMicrosoft, mine: Any, weekly: str
    ) -> None:
        """A master has its pattern, and its instances are as many as were left."""
        fake.calendar().cancel_occurrence(weekly, date(2026, 3, 9))
        master = mine.get_event(weekly)
        assert (master.event_type.value, master.recurrence.occurrences) == ("series_master", 10)
        days = [one.start.day for one in master.get_occurrences(*SPRING)]
        assert days == [2, 16, 23, 30]

    def test_it_creates_series(self, fake: FakeMicrosoft, mine: Any) -> None:
        """Its patterns are those that the service knows."""
        event = mine.new_event("Monthly")
        event.start = datetime(2026, 1, 31, 9, tzinfo=BERLIN)
        event.end = datetime(2026, 1, 31, 10, tzinfo=BERLIN)
        event.recurrence.set_monthly(1, day_of_month=31, start=date(2026, 1, 31), occurrences=3)
        assert event.save()
        item = fake.calendar().find(event.object_id)
        assert [one.begins.day for one in item.between(utc("2026-01-01T00:00"), SPRING[1])] == [
            31, 28, 31,
        ]  # fmt: skip

    def test_it_accepts_declines_and_cancels(self, fake: FakeMicrosoft, mine: Any) -> None:
        """An invitation is answered; a meeting of one's own is cancelled."""
        ann = fake.mailbox("ann@example.com").default
        theirs = ann.create("Theirs", utc("2026-03-05T09:00"), attendees=["owner@example.com"])
        assert self.found(mine, "Theirs").accept_event("Yes", tentatively=True)
        (told,) = ann.find(theirs).fields["attendees"]
        assert told["status"]["response"] == "tentativelyAccepted"
        assert self.found(mine, "Theirs").decline_event()
        fake.calendar().create("Mine", utc("2026-03-06T09:00"), attendees=["ann@example.com"])
        assert self.found(mine, "Mine").cancel_event()
        assert [item.fields["isCancelled"] for item in ann.book] == [False, True]

    def test_it_lists_and_creates_calendars(self, account: Any) -> None:
        """The default one is among them, and what it makes."""
        schedule = account.schedule()
        assert schedule.new_calendar("Work").name == "Work"
        assert [each.name for each in schedule.list_calendars()] == ["Calendar", "Work"]

    def test_it_asks_who_is_free(self, account: Any) -> None:
        """A busy hour is told as one."""
        start = utc("2026-03-02T09:00")
        (told,) = account.schedule().get_availability(
            ["owner@example.com"], start, start + 3 * HOUR, interval=60
        )
        assert told["availabilityView"] == ["free", "busy", "free"]

    def test_it_waits_when_it_is_told_to(self, fake: FakeMicrosoft, mine: Any) -> None:
        """What comes too often is asked again by its own means."""
        fake.faults.add(Fault(FaultKind.RETRY_AFTER_SECONDS, operation="events.list", seconds=1))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert len(list(mine.get_events(include_recurring=False))) == 1
        statuses = [line.status for line in fake.requests if line.operation == "events.list"]
        assert statuses == [429, 200]


class TestMicrosoftsOwnClient:
    """`msgraph-sdk`, generated from the metadata, with its own models and middleware."""

    @pytest.fixture
    def run(self, base_url: str) -> Callable[[Callable[[Any], Awaitable[Any]]], Any]:
        """Run something with the client, pointed at the fake."""
        library: Any = pytest.importorskip("msgraph")
        anonymous: Any = pytest.importorskip("kiota_abstractions.authentication")

        async def performed(work: Callable[[Any], Awaitable[Any]]) -> Any:
            adapter = library.GraphRequestAdapter(anonymous.AnonymousAuthenticationProvider())
            adapter.base_url = base_url
            async with adapter._http_client as http:
                http.headers["Authorization"] = "Bearer owner"
                return await work(library.GraphServiceClient(request_adapter=adapter))

        return lambda work: asyncio.run(performed(work))

    def test_it_creates_reads_changes_and_deletes(self, fake: FakeMicrosoft, run: Any) -> None:
        """Its models go there and come back."""
        models = pytest.importorskip("msgraph.generated.models.event")
        times = pytest.importorskip("msgraph.generated.models.date_time_time_zone")

        async def work(client: Any) -> None:
            event = models.Event(
                subject="Plan",
                start=times.DateTimeTimeZone(date_time="2026-03-04T09:00:00", time_zone="UTC"),
                end=times.DateTimeTimeZone(date_time="2026-03-04T10:00:00", time_zone="UTC"),
            )
            created = await client.me.events.post(event)
            assert created.show_as.value == "busy"
            one = client.me.events.by_event_id(created.id)
            changed = await one.patch(models.Event(subject="Other"))
            assert changed.subject == "Other"
            assert fake.truth()[created.id]["subject"] == "Other"
            await one.delete()
            assert created.id not in fake.truth()

        run(work)

    def test_it_reads_masters_views_and_instances(self, run: Any, weekly: str) -> None:
        """Enums, recurrence and times are what its models expect."""
        view = pytest.importorskip(
            "msgraph.generated.users.item.calendar_view.calendar_view_request_builder"
        ).CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters
        configured = pytest.importorskip(
            "kiota_abstractions.base_request_configuration"
        ).RequestConfiguration

        async def work(client: Any) -> None:
            (master,) = (await client.me.events.get()).value
            assert (master.id, master.type.value) == (weekly, "seriesMaster")
            assert master.recurrence.pattern.days_of_week[0].value == "monday"
            assert master.recurrence.range.start_date == date(2026, 3, 2)
            spring = view(start_date_time="2026-03-01", end_date_time="2026-04-01", top=2)
            page = await client.me.calendar_view.get(configured(query_parameters=spring))
            assert [one.type.value for one in page.value] == ["occurrence", "occurrence"]
            again = await client.me.calendar_view.with_url(page.odata_next_link).get()
            assert len(again.value) == 2

        run(work)

    def test_it_follows_the_delta_of_a_window(
        self, fake: FakeMicrosoft, run: Any, weekly: str
    ) -> None:
        """Links and removals are where its models look for them."""
        builder = pytest.importorskip(
            "msgraph.generated.users.item.calendar_view.delta.delta_request_builder"
        ).DeltaRequestBuilder
        configured = pytest.importorskip(
            "kiota_abstractions.base_request_configuration"
        ).RequestConfiguration

        async def work(client: Any) -> None:
            spring = builder.DeltaRequestBuilderGetQueryParameters(
                start_date_time="2026-03-01T00:00:00Z", end_date_time="2026-04-01T00:00:00Z"
            )
            delta = client.me.calendar_view.delta
            page = await delta.get(configured(query_parameters=spring))
            assert [row.type.value for row in page.value][:2] == ["seriesMaster", "occurrence"]
            fake.calendar().delete(weekly)
            page = await delta.with_url(page.odata_delta_link).get()
            (row,) = page.value
            assert row.id == weekly
            assert "@removed" in row.additional_data
            assert page.odata_delta_link

        run(work)

    def test_it_forces_an_empty_end_into_the_delta_of_items(self, run: Any, weekly: str) -> None:
        """Its address has both parameters, and the one that was not given is empty."""
        builder = pytest.importorskip(
            "msgraph.generated.users.item.calendars.item.events.delta.delta_request_builder"
        ).DeltaRequestBuilder
        configured = pytest.importorskip(
            "kiota_abstractions.base_request_configuration"
        ).RequestConfiguration

        async def work(client: Any) -> None:
            calendar = (await client.me.calendar.get()).id
            start = builder.DeltaRequestBuilderGetQueryParameters(
                start_date_time="2026-01-01T00:00:00Z"
            )
            delta = client.me.calendars.by_calendar_id(calendar).events.delta
            page = await delta.get(configured(query_parameters=start))
            assert [row.id for row in page.value] == [weekly]

        run(work)

    def test_its_refusals_are_read(self, run: Any) -> None:
        """Code and request id are where its error looks for them."""
        failure = pytest.importorskip("msgraph.generated.models.o_data_errors.o_data_error")

        async def work(client: Any) -> None:
            with pytest.raises(failure.ODataError) as raised:
                await client.me.events.by_event_id("AAMkAAAA").get()
            error = raised.value.error
            assert error.code == "ErrorItemNotFound"
            assert len(error.inner_error.request_id) == 36

        run(work)

    def test_it_asks_for_settings_and_schedules(self, run: Any) -> None:
        """Actions with their capitals, and settings of all kinds."""
        body = pytest.importorskip(
            "msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body"
        ).GetSchedulePostRequestBody
        times = pytest.importorskip("msgraph.generated.models.date_time_time_zone")

        async def work(client: Any) -> None:
            settings = await client.me.mailbox_settings.get()
            assert (settings.time_zone, settings.user_purpose.value) == ("UTC", "user")
            asked = body(
                schedules=["owner@example.com"],
                start_time=times.DateTimeTimeZone(date_time="2026-03-02T09:00", time_zone="UTC"),
                end_time=times.DateTimeTimeZone(date_time="2026-03-02T12:00", time_zone="UTC"),
                availability_view_interval=60,
            )
            told = await client.me.calendar.get_schedule.post(asked)
            assert told.value[0].availability_view == "020"

        run(work)

    def test_it_batches(self, run: Any, weekly: str) -> None:
        """Its batches hold requests that its own builders made."""
        content = pytest.importorskip("msgraph_core.requests.batch_request_content")
        item = pytest.importorskip("msgraph_core.requests.batch_request_item")

        async def work(client: Any) -> None:
            good = client.me.events.by_event_id(weekly).to_get_request_information()
            bad = client.me.events.by_event_id("AAMkAAAA").to_get_request_information()
            batch = content.BatchRequestContent()
            names: list[Any] = []
            for information in (good, bad):
                part = item.BatchRequestItem(request_information=information)
                part.url = part.url.replace("/users/me-token-to-replace", "/me")
                batch.add_request(part.id, part)
                names.append(part.id)
            told = await client.batch.post(batch_request_content=batch)
            assert [told.get_response_by_id(name).status for name in names] == [200, 404]

        run(work)


def test_what_foreign_clients_create_recurs_as_told() -> None:
    """The pattern that tests write is that which clients send."""
    rule = recurring("absoluteMonthly", date(2026, 1, 31), times=3)
    assert rule["pattern"] == {"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 31}
