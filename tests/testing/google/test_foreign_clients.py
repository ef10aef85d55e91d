"""The fake, judged by clients that are not ours, on a real port."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

import pytest
from tests.providers.google.discovery import document
from tests.testing.google.caller import la

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve


@pytest.fixture
def fake() -> FakeGoogle:
    """Thirty events and a series."""
    fake = FakeGoogle()
    for number in range(30):
        fake.calendar().create(f"Event {number}", la("2026-02-01") + timedelta(days=number))
    rule = ["RRULE:FREQ=DAILY;COUNT=5"]
    fake.calendar().create("Daily", la("2026-02-01", 9), recurrence=rule, event="daily")
    return fake


@pytest.fixture
def base_url(fake: FakeGoogle) -> Iterator[str]:
    """Where the fake is served."""
    with serve(fake) as url:
        yield url


class TestGooglesOwnClient:
    """`google-api-python-client`, with its own description of the API, its HTTP and its batches."""

    @pytest.fixture
    def service(self, base_url: str) -> Iterator[Any]:
        """The client, pointed at the fake; all else is as it ships."""
        discovery = pytest.importorskip("googleapiclient.discovery")
        credentials = pytest.importorskip("google.oauth2.credentials")
        # The client adds to what it is given.
        described = deepcopy(document()) | {"rootUrl": base_url.removesuffix("calendar/v3")}
        service = discovery.build_from_document(
            described, credentials=credentials.Credentials(token="token")
        )
        with closing(service):
            yield service

    @pytest.fixture
    def refused(self) -> Any:
        """The error that the client raises."""
        return pytest.importorskip("googleapiclient.errors").HttpError

    def synced(self, service: Any, **query: Any) -> tuple[list[Any], str]:
        """Walk a listing as the client's own documentation does."""
        items: list[Any] = []
        request = service.events().list(calendarId="primary", **query)
        while True:
            page = request.execute()
            items += page["items"]
            following = service.events().list_next(request, page)
            if following is None:
                return items, str(page["nextSyncToken"])
            request = following

    def test_it_walks_pages_and_follows_changes(
        self, fake: FakeGoogle, service: Any, refused: Any
    ) -> None:
        """Pages, sync token, delta, and 410 when the token is dead."""
        items, token = self.synced(service, maxResults=7)
        assert {item["id"] for item in items} == set(fake.truth())
        fake.calendar().edit("daily", summary="Renamed")
        changed, token = self.synced(service, syncToken=token)
        assert [item["summary"] for item in changed] == ["Renamed"]
        fake.expire_sync_tokens()
        with pytest.raises(refused) as caught:
            self.synced(service, syncToken=token)
        assert (caught.value.status_code, caught.value.error_details[0]["reason"]) == (
            410,
            "fullSyncRequired",
        )

    def test_it_writes_events(self, fake: FakeGoogle, service: Any, refused: Any) -> None:
        """Insert, get, patch, update, instances, delete; a second delete is 410."""
        events = service.events()
        body = {
            "summary": "Zürich?",
            "start": {"dateTime": "2026-03-02T09:00:00", "timeZone": "Europe/Zurich"},
            "end": {"dateTime": "2026-03-02T10:00:00", "timeZone": "Europe/Zurich"},
            "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=3"],
        }
        made = events.insert(calendarId="primary", body=body, sendUpdates="none").execute()
        name = {"calendarId": "primary", "eventId": made["id"]}
        assert events.get(**name).execute()["summary"] == "Zürich?"
        patched = events.patch(**name, body={"location": "Room 1"}).execute()
        assert (patched["location"], patched["summary"]) == ("Room 1", "Zürich?")
        occurrences = events.instances(**name).execute()["items"]
        assert [one["start"]["dateTime"][:10] for one in occurrences] == [
            "2026-03-02",
            "2026-03-09",
            "2026-03-16",
        ]
        updated = events.update(**name, body=body | {"summary": "Bern"}).execute()
        assert (updated["summary"], updated.get("location")) == ("Bern", None)
        assert events.delete(**name).execute() == ""
        with pytest.raises(refused) as caught:
            events.delete(**name).execute()
        assert caught.value.status_code == 410

    def test_it_sends_batches(self, service: Any) -> None:
        """Its own multipart code reads our answers, part by part."""
        answers: dict[str, Any] = {}

        def keep(name: str, answer: Any, error: Any) -> None:
            answers[name] = answer or error.status_code

        batch = service.new_batch_http_request(callback=keep)
        get = service.events().get
        batch.add(get(calendarId="primary", eventId="daily"), request_id="found")
        batch.add(get(calendarId="primary", eventId="nowhere"), request_id="missing")
        new = {"start": {"date": "2026-03-02"}, "end": {"date": "2026-03-03"}}
        insert = service.events().insert(calendarId="primary", body=new)
        batch.add(insert, request_id="made")
        batch.execute()
        assert answers["found"]["summary"] == "Daily"
        assert answers["missing"] == 404
        assert answers["made"]["start"] == {"date": "2026-03-02"}

    def test_it_watches(self, fake: FakeGoogle, service: Any) -> None:
        """A channel is opened, and stopped by what was answered."""
        body = {"id": "channel-1", "type": "web_hook", "address": "https://hooks.example.com/"}
        channel = service.events().watch(calendarId="primary", body=body).execute()
        assert channel["kind"] == "api#channel"
        assert len(list(fake.channels)) == 1
        stop = {"id": channel["id"], "resourceId": channel["resourceId"]}
        assert service.channels().stop(body=stop).execute() == ""
        assert list(fake.channels) == []

    def test_it_reaches_everything_else(self, service: Any) -> None:
        """Lists, rules, settings, colours, free time, and calendars themselves."""
        made = service.calendars().insert(body={"summary": "Trips"}).execute()
        listed = service.calendarList().list().execute()["items"]
        assert [entry["id"] for entry in listed] == ["owner@example.com", made["id"]]
        rule = {"role": "reader", "scope": {"type": "default"}}
        assert service.acl().insert(calendarId=made["id"], body=rule).execute()["id"] == "default"
        assert service.settings().get(setting="locale").execute()["value"] == "en"
        assert len(service.colors().get().execute()["calendar"]) == 24
        question = {
            "timeMin": "2026-02-01T00:00:00Z",
            "timeMax": "2026-02-02T00:00:00Z",
            "items": [{"id": "primary"}],
        }
        busy = service.freebusy().query(body=question).execute()["calendars"]["primary"]["busy"]
        assert len(busy) == 2
        assert service.calendars().delete(calendarId=made["id"]).execute() == ""

    def test_it_masks_fields(self, service: Any) -> None:
        """A partial answer is what its mask says."""
        get = service.events().get(
            calendarId="primary", eventId="daily", fields="id,start/timeZone"
        )
        assert get.execute() == {"id": "daily", "start": {"timeZone": "America/Los_Angeles"}}

    def test_it_orders_deletions_too(self, fake: FakeGoogle, service: Any) -> None:
        """A list by start holds what was deleted, an occurrence and an event."""
        fake.calendar().cancel_occurrence("daily", la("2026-02-02", 9))
        fake.calendar().delete(next(name for name in fake.truth() if name != "daily"))
        for more in ({"showDeleted": True}, {"updatedMin": "2026-01-01T00:00:00Z"}):
            request = service.events().list(
                calendarId="primary", singleEvents=True, orderBy="startTime", **more
            )
            items = request.execute()["items"]
            assert [one["status"] for one in items].count("cancelled") == 2
            starts = [one["start"]["dateTime"] for one in items if "start" in one]
            assert starts == sorted(starts)

    def test_it_sends_long_questions_as_posts(self, service: Any) -> None:
        """Beyond 2048 characters its GET becomes a POST with an override and a form."""
        request = service.events().list(calendarId="primary", q="x" * 3000)
        assert request.execute()["items"] == []

    def test_it_moves_and_adds_quickly(self, fake: FakeGoogle, service: Any) -> None:
        """Calls whose parameters stand beside an empty body."""
        fake.add_calendar("team@example.com")
        moved = service.events().move(
            calendarId="primary", eventId="daily", destination="team@example.com"
        )
        assert moved.execute()["organizer"]["email"] == "owner@example.com"
        added = service.events().quickAdd(calendarId="primary", text="Lunch").execute()
        assert added["summary"] == "Lunch"

    def test_it_is_told_what_is_wrong(self, service: Any, refused: Any) -> None:
        """Its errors hold the reasons of the fake's refusals."""
        events = service.events()
        day, after = {"date": "2026-03-02"}, {"date": "2026-03-03"}
        bodies = (
            {"start": day, "end": after, "recurrence": ["FREQ=DAILY"]},
            {"start": day, "end": day},
            {"start": day, "end": after, "attendees": [{"email": "nobody"}]},
        )
        reasons: list[str] = []
        for body in bodies:
            with pytest.raises(refused) as caught:
                events.insert(calendarId="primary", body=body).execute()
            reasons.append(caught.value.error_details[0]["message"])
        assert reasons == [
            "Invalid recurrence rule.",
            "The specified time range is empty.",
            "Invalid attendee email.",
        ]


class TestGcsa:
    """`gcsa`, which puts classes of its own over Google's client."""

    @pytest.fixture
    def calendar(self, base_url: str) -> Iterator[Any]:
        """The client, with Google's own beneath it, pointed at the fake."""
        gcsa = pytest.importorskip("gcsa.google_calendar")
        discovery = pytest.importorskip("googleapiclient.discovery")
        credentials = pytest.importorskip("google.oauth2.credentials").Credentials(token="token")
        # The client adds to what it is given.
        described = deepcopy(document()) | {"rootUrl": base_url.removesuffix("calendar/v3")}
        service = discovery.build_from_document(described, credentials=credentials)
        with closing(service):
            calendar = gcsa.GoogleCalendar(credentials=credentials)
            calendar.service.close()
            calendar.service = service
            yield calendar

    def test_it_keeps_events(self, fake: FakeGoogle, calendar: Any) -> None:
        """Add, get, update, delete, and the occurrences of a series."""
        event = pytest.importorskip("gcsa.event")
        rules = pytest.importorskip("gcsa.recurrence")
        start = la("2026-03-02", 9)
        weekly = rules.Recurrence.rule(freq=rules.WEEKLY, count=3)
        added = calendar.add_event(
            event.Event("Review", start=start, timezone="America/Los_Angeles", recurrence=[weekly])
        )
        assert fake.truth()[added.id]["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=3;WKST=SU"]
        found = calendar.get_instances(added.id, la("2026-01-01"), la("2027-01-01"))
        assert len(list(found)) == 3
        added.summary = "Retro"
        assert calendar.update_event(added).summary == "Retro"
        calendar.delete_event(added)
        assert added.id not in fake.truth()

    def test_it_orders_by_start(self, fake: FakeGoogle, calendar: Any) -> None:
        """With what was deleted, as it asks for by itself."""
        fake.calendar().cancel_occurrence("daily", la("2026-02-02", 9))
        found = calendar.get_events(
            la("2026-02-01", 0),
            la("2026-02-05", 0),
            order_by="startTime",
            single_events=True,
            showDeleted=True,
        )
        assert len(list(found)) == 8

    def test_it_asks_for_free_time(self, calendar: Any) -> None:
        """Free/busy of the user's own calendar."""
        answer = calendar.get_free_busy(time_min=la("2026-02-01", 0), time_max=la("2026-02-02", 0))
        assert len(list(answer)) == 2


class TestGcalSync:
    """`gcal-sync`, the client of Home Assistant, with its own models and its own sync."""

    def run(self, base_url: str, tour: Any) -> None:
        """Let a coroutine function use the client."""
        aiohttp = pytest.importorskip("aiohttp")
        auth = pytest.importorskip("gcal_sync.auth")
        api = pytest.importorskip("gcal_sync.api")

        async def token(_: Any) -> str:
            return "token"

        holder = type("Auth", (auth.AbstractAuth,), {"async_get_access_token": token})

        async def travel() -> None:
            async with aiohttp.ClientSession() as session:
                await tour(api.GoogleCalendarService(holder(session, base_url)))

        asyncio.run(travel())

    def test_it_keeps_a_calendar_in_step(self, fake: FakeGoogle, base_url: str) -> None:
        """Its sync manager reads pages, follows the token, and starts anew after 410."""
        sync = pytest.importorskip("gcal_sync.sync")
        store = pytest.importorskip("gcal_sync.store")
        api = pytest.importorskip("gcal_sync.api")

        async def tour(service: Any) -> None:
            held = store.InMemoryCalendarStore()
            manager = sync.CalendarEventSyncManager(service, "primary", held)

            async def titles() -> set[str]:
                await manager.run()
                found = await manager.store_service.async_list_events(
                    api.LocalListEventsRequest(
                        start_time=la("2026-01-01"), end_time=la("2026-12-01")
                    )
                )
                return {event.summary for event in found.events}

            assert await titles() == {"Daily", *(f"Event {number}" for number in range(30))}
            fake.calendar().edit("daily", summary="Renamed")
            assert "Renamed" in await titles()
            fake.calendar().delete("daily")
            fake.expire_sync_tokens()
            assert "Renamed" not in await titles()

        self.run(base_url, tour)

    def test_it_writes_events(self, fake: FakeGoogle, base_url: str) -> None:
        """Calendars, insert, get, patch, delete."""
        model = pytest.importorskip("gcal_sync.model")

        async def tour(service: Any) -> None:
            calendars = await service.async_list_calendars()
            assert [one.id for one in calendars.items] == ["owner@example.com"]
            day = model.DateOrDatetime(date=date(2026, 5, 1))
            after = model.DateOrDatetime(date=date(2026, 5, 2))
            event = model.Event(summary="Day off", start=day, end=after)
            await service.async_create_event("primary", event)
            (name,) = [key for key, one in fake.truth().items() if one["summary"] == "Day off"]
            await service.async_patch_event("primary", name, {"summary": "Holiday"})
            assert (await service.async_get_event("primary", name)).summary == "Holiday"
            await service.async_delete_event("primary", name)
            assert name not in fake.truth()

        self.run(base_url, tour)
