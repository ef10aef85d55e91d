import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from tests.providers.kloudless.world import BASE_URL, always, client_of, described, scripted

from kloudsync.errors import (
    APIError,
    ConsentRequired,
    DecodeError,
    NotFound,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    Unauthorized,
    UsageError,
)
from kloudsync.http.unset import UNSET
from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
from kloudsync.providers.kloudless.monitored import monitoring
from kloudsync.providers.kloudless.resources.accounts import Accounts
from kloudsync.providers.kloudless.resources.activity import ActivityStream, EventStream
from kloudsync.providers.kloudless.resources.availability import AvailabilityQueries, iso_duration
from kloudsync.providers.kloudless.resources.calendars import Calendars
from kloudsync.providers.kloudless.resources.events import Events
from kloudsync.providers.kloudless.resources.subscriptions import Subscriptions
from kloudsync.providers.kloudless.resources.team import Groups, Users
from kloudsync.providers.kloudless.wire.availability import TimeWindow
from kloudsync.providers.kloudless.wire.calendar import Calendar
from kloudsync.providers.kloudless.wire.event import Event, RecurrenceLine
from kloudsync.providers.kloudless.wire.people import Attendee, AttendeeStatus
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind
from kloudsync.testing.kloudless import FakeKloudless

PACIFIC = ZoneInfo("America/Los_Angeles")
NINE = datetime(2026, 1, 6, 9, tzinfo=PACIFIC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("operation", "line"),
    [
        (Accounts.list(admin=True, page=2), "GET accounts/?admin=true&page=2"),
        (Accounts.get(), "GET accounts/me/"),
        (Accounts.delete(7), "DELETE accounts/7/"),
        (Calendars.list(account=[1, 2, 3]), "GET accounts/1,2,3/cal/calendars/"),
        (Calendars.get("a/b=", account="9"), "GET accounts/9/cal/calendars/a%2Fb%3D/"),
        (Events.list(page_size=5), "GET accounts/me/cal/calendars/primary/events/?page_size=5"),
        (
            Events.list("c", instances="m", extra={"order": "start"}),
            "GET accounts/me/cal/calendars/c/events/?instances=m&order=start",
        ),
        (
            Events.list("c", start=datetime(2026, 1, 5, tzinfo=UTC)),
            "GET accounts/me/cal/calendars/c/events/?start=2026-01-05T00%3A00%3A00Z",
        ),
        (Subscriptions.list(account=5), "GET accounts/5/subscriptions/"),
        (Subscriptions.delete("99"), "DELETE accounts/me/subscriptions/99/"),
        (
            ActivityStream.list(99, cursor=0),
            "GET accounts/me/subscriptions/99/activity/?cursor=0",
        ),
        (ActivityStream.list(), "GET accounts/me/subscriptions/default/activity/"),
        (EventStream.list(cursor="7"), "GET accounts/me/events/?cursor=7"),
        (EventStream.latest(), "GET accounts/me/events/latest/"),
        (Users.memberships("u"), "GET accounts/me/team/users/u/memberships/"),
        (Groups.members("g", page="x"), "GET accounts/me/team/groups/g/members/?page=x"),
    ],
)
def test_calls_are_described_with_a_trailing_slash(operation: Any, line: str) -> None:
    """Every path ends with a slash, ids are encoded whole, and accounts may be several."""
    assert described(operation) == line


def test_posts_are_not_repeatable_unless_they_read() -> None:
    """A create may not be sent twice; a question for free time may."""
    event = Event(name="Lunch", start=NINE, end=NINE + HOUR)
    assert not Events.create(event).repeatable
    assert not Subscriptions.create().repeatable
    assert AvailabilityQueries.query([(NINE, NINE + HOUR)], duration=HOUR).repeatable
    assert Events.update("e", event).repeatable


def test_calendars_are_kept_under_the_id_behind_the_alias(client: Kloudless) -> None:
    """Whatever is asked for by `primary` answers with the calendar's own id."""
    own = client.calendars.get("primary").id
    assert own == next(iter(client.calendars.iterate())).id
    assert own is not UNSET
    created = client.events.create(Event(name="Lunch", start=NINE, end=NINE + HOUR))
    assert created.calendar_id == own
    assert client.calendars.get(own).name == "owner@example.com"


def test_calendars_are_created_changed_and_deleted(client: Kloudless) -> None:
    """A calendar lives from its create to its delete, under an opaque id."""
    made = client.calendars.create(Calendar(name="Rooms", timezone="Europe/Paris"))
    assert made.timezone == "Europe/Paris"
    assert isinstance(made.id, str)
    assert client.calendars.update(made.id, Calendar(name="Halls")).name == "Halls"
    assert client.calendars.delete(made.id) is None
    with pytest.raises(NotFound):
        client.calendars.get(made.id)


def test_events_are_created_read_changed_and_deleted(client: Kloudless) -> None:
    """An event goes through its whole life in typed values."""
    made = client.events.create(
        Event(
            name="Stand-up",
            start=NINE,
            end=NINE + HOUR,
            start_time_zone=PACIFIC.key,
            recurrence=[RecurrenceLine(rrule="RRULE:FREQ=DAILY;COUNT=3")],
            attendees=[Attendee(email="bo@example.com", required=False)],
        )
    )
    assert isinstance(made.id, str)
    assert made.recurrence_type == "recurring_master"
    assert made.attendees
    assert made.attendees[0].status is AttendeeStatus.PENDING
    assert len(client.events.list(instances=made.id).items) == 3
    assert client.events.update(made.id, Event(name="Sit-down")).name == "Sit-down"
    assert client.events.get(made.id).start == NINE
    client.events.delete(made.id)
    with pytest.raises(NotFound):
        client.events.get(made.id)


def test_a_wall_time_belongs_to_the_zone_beside_it(client: Kloudless) -> None:
    """A start without offset is taken in its zone, and dates are all-day."""
    wall = datetime(2026, 7, 1, 9)
    made = client.events.create(
        Event(name="Call", start=wall, end=wall + HOUR, start_time_zone="Europe/Paris")
    )
    assert made.start == wall.replace(tzinfo=ZoneInfo("Europe/Paris"))
    whole = client.events.create(Event(name="Day", start=date(2026, 7, 1), end=date(2026, 7, 2)))
    assert whole.all_day


def test_an_incomplete_event_is_refused_before_it_is_sent(client: Kloudless) -> None:
    """What the service requires is required here, in words that name what is missing."""
    with pytest.raises(UsageError, match="end"):
        client.events.create(Event(name="Lunch", start=NINE))
    with pytest.raises(UsageError, match="not after"):
        client.events.list(start=NINE, end=NINE)
    with pytest.raises(UsageError, match="zone"):
        client.events.list(start=datetime(2026, 1, 5))


def test_subscriptions_are_listed_created_and_deleted(client: Kloudless) -> None:
    """A subscription watches ids in version 1 and objects in version 2; both are read alike."""
    own = client.calendars.get().id
    assert isinstance(own, str)
    made = client.subscriptions.create([monitoring(own, 1)])
    assert isinstance(made.id, str)
    assert made.resource_ids == (own,)
    assert client.subscriptions.get("default").default
    assert [one.id for one in client.subscriptions.iterate()] == ["99", made.id]
    assert client.subscriptions.update(made.id, active=False).disable_reason
    client.subscriptions.delete(made.id)
    assert len(client.subscriptions.list().items) == 1


def test_version_2_lists_objects(fake: FakeKloudless) -> None:
    """The switch changes the address and how resources are written, and nothing else here."""
    client = client_of(fake, version=2)
    own = client.calendars.get().id
    assert isinstance(own, str)
    made = client.subscriptions.create([monitoring(own, 2)])
    assert made.monitored_resources == ({"resource": own},)
    assert made.resource_ids == (own,)
    assert fake.requests[-1].path == "/v2/accounts/me/subscriptions/"


@pytest.mark.parametrize("older_form", [True, False])
def test_free_time_is_found_in_either_form(
    older_form: bool, fake: FakeKloudless, client: Kloudless
) -> None:
    """Both places of the windows are understood; the spans are the longest, not slots."""
    fake.google.calendar().create("Lunch", NINE + HOUR)
    found = client.availability.query(
        [(NINE, NINE + 4 * HOUR)], duration=HOUR, older_form=older_form
    )
    assert found.time_windows == (
        TimeWindow(start=NINE, end=NINE + HOUR),
        TimeWindow(start=NINE + 2 * HOUR, end=NINE + 4 * HOUR),
    )


def test_free_time_over_several_accounts_goes_with_several_tokens() -> None:
    """Accounts in the path and tokens in the header are separated by commas."""
    fake = FakeKloudless(tokens={"one": 4242, "two": 4243})
    fake.connect("other@example.com")
    fake.google.add_calendar("other@example.com", account="other@example.com")
    fake.google.calendar("other@example.com").create("Away", NINE, NINE + HOUR)
    client = client_of(fake, token=["one", "two"])
    found = client.availability.query(
        [(NINE, NINE + 2 * HOUR)], duration=HOUR, account=[4242, 4243]
    )
    assert found.time_windows == (TimeWindow(start=NINE + HOUR, end=NINE + 2 * HOUR),)


def test_availability_needs_a_window_and_a_duration() -> None:
    """Questions that have no answer are refused before they are sent."""
    with pytest.raises(UsageError):
        AvailabilityQueries.query([], duration=HOUR)
    with pytest.raises(UsageError):
        AvailabilityQueries.query([(NINE, NINE)], duration=timedelta())
    assert iso_duration(timedelta(minutes=90, seconds=1)) == "PT1H30M1S"


def test_an_admin_acts_for_a_user_of_the_team(fake: FakeKloudless, client: Kloudless) -> None:
    """The team is listed by an admin, who reads a user's calendar by acting as the user."""
    with pytest.raises(PermissionDenied):
        client.users.list()
    fake.accounts[4242].admin = True
    fake.google.add_calendar("ana@example.com", account="ana@example.com")
    fake.connect("ana@example.com")
    user = next(one for one in client.users.iterate() if one.email == "ana@example.com")
    assert isinstance(user.id, str)
    assert client.users.get(user.id).email == "ana@example.com"
    group = next(iter(client.groups.iterate()))
    assert isinstance(group.id, str)
    assert group == client.groups.get(group.id)
    assert [one.id for one in client.users.iterate_memberships(user.id)] == [group.id]
    assert len(list(client.groups.iterate_members(group.id))) == 2
    assert client.acting_as(user.id).calendars.get().name == "ana@example.com"
    assert client.calendars.get().name == "owner@example.com"


@pytest.mark.parametrize("version", [1, 2])
def test_the_upstream_object_comes_where_it_is_asked_for(version: int, fake: FakeKloudless) -> None:
    """With `raw_data` an event carries the upstream object and tells the upstream id."""
    event = fake.google.calendar().create("Lunch", NINE)
    plain = client_of(fake, version=version).events.get(fake.event_id(event))
    assert plain.raw is UNSET
    found = client_of(fake, version=version, raw_data=True).events.get(fake.event_id(event))
    assert found.upstream_id == event
    assert found.raw
    assert found.raw["object"]["summary"] == "Lunch"


def test_requests_are_passed_through_unread(fake: FakeKloudless, client: Kloudless) -> None:
    """The upstream answer comes back as it is, with the credentials that Kloudless holds."""
    fake.google.calendar().create("Lunch", NINE)
    answer = client.raw.send("GET", "/calendar/v3/calendars/primary/events")
    assert answer.json()["items"][0]["summary"] == "Lunch"


def test_upstream_headers_travel_as_json() -> None:
    """Header fields for the upstream service are handed over in one field."""
    seen: list[httpx.Headers] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, json={"id": "calendar_1"})

    scripted(answer).with_upstream_headers({"X-Zone": "UTC"}).calendars.get()
    scripted(answer, raw_data=False).raw.send("GET", "/x", headers={"A": "b"})
    assert seen[0]["X-Kloudless-Raw-Headers"] == '{"X-Zone": "UTC"}'
    assert seen[1]["X-Kloudless-Raw-Data"] == "false"
    assert seen[1]["X-Kloudless-Raw-URI"] == "/x"


def test_an_accepted_request_is_not_taken_for_done(client: Kloudless) -> None:
    """A 202 says that the work comes later, which is told and not mistaken for an answer."""
    with pytest.raises(DecodeError, match="202"):
        always(202, {"id": "task"}).events.get("e")
    with pytest.raises(DecodeError, match="202"):
        always(202).events.delete("e")


def test_the_body_of_a_204_is_not_read() -> None:
    """Some 204 answers come with a body, which says nothing."""
    assert always(204).events.delete("e") is None
    assert always(200, "<html>ok</html>").events.delete("e") is None


@pytest.mark.parametrize(
    ("status", "body", "leaf"),
    [
        (502, "<html>Bad Gateway</html>", ServiceUnavailable),
        (200, "<html>Welcome</html>", DecodeError),
        (301, None, APIError),
        (401, {"error_code": "service_unauthorized"}, ConsentRequired),
        (200, {"objects": {"id": 1}}, DecodeError),
    ],
)
def test_bad_answers_become_errors_of_kloudsync(
    status: int, body: object, leaf: type[Exception]
) -> None:
    """HTML, redirects and nonsense never escape as somebody else's error."""
    with pytest.raises(leaf):
        always(status, body).calendars.list()


@pytest.mark.parametrize(
    "kind", [FaultKind.RETRY_AFTER_DATE, FaultKind.HTML_502, FaultKind.RATE_LIMIT]
)
def test_transient_faults_are_waited_out(
    kind: FaultKind, fake: FakeKloudless, client: Kloudless
) -> None:
    """Limits of either service and a gateway's HTML are tried again after a wait."""
    fake.faults.add(Fault(kind, times=2, seconds=20))
    assert client.calendars.list().items
    assert isinstance(fake.clock, ManualClock)
    assert len(fake.clock.slept) == 2


def test_a_user_who_withdrew_consent_has_to_reconnect(
    fake: FakeKloudless, client: Kloudless
) -> None:
    """An upstream refusal asks for the user; a bad token of our own does not."""
    fake.revoke_upstream()
    with pytest.raises(ConsentRequired):
        client.events.list()
    guarded = FakeKloudless(tokens={"good": 4242})
    with pytest.raises(Unauthorized):
        client_of(guarded, token="bad").events.list()


def test_a_lost_create_is_not_sent_again(fake: FakeKloudless, client: Kloudless) -> None:
    """Whether a create whose answer was cut took place is for the caller to see."""
    fake.faults.add(Fault(FaultKind.CUT_BODY, operation="events.create"))
    with pytest.raises(Exception, match=r"events\.create"):
        client.events.create(Event(name="Lunch", start=NINE, end=NINE + HOUR))
    assert len(list(client.events.iterate())) == 1


def test_upstream_limits_are_told_apart(fake: FakeKloudless) -> None:
    """Both limits are the same leaf; the reason says whose it is."""
    fake.google.faults.add(Fault(FaultKind.RATE_LIMIT, times=None))
    with pytest.raises(RateLimited) as caught:
        client_of(fake).events.list()
    assert caught.value.reason == "too_many_service_requests"


def test_both_colours_perform_the_same_calls(fake: FakeKloudless) -> None:
    """The awaiting client answers as the blocking one does, listings and raw answers included."""
    fake.google.calendar().create("Lunch", NINE)

    async def ask() -> tuple[list[Event], int, str]:
        http_client = httpx.AsyncClient(transport=fake.transport())
        async with AsyncKloudless("t", base_url=BASE_URL, http_client=http_client) as client:
            events = [event async for event in client.events.iterate()]
            raw = await client.with_raw_response.calendars.get()
            fake.credentials.tokens["t"] = 4242
            verified = await client.with_options().oauth.verify("t")
            client.calendar("primary", account=7)
            client.acting_as("user").with_upstream_headers({"A": "b"})
            assert repr(client) == f"AsyncKloudless(base_url='{BASE_URL}/v1')"
            return events, raw.status, verified.client_id

    events, status, application = asyncio.run(ask())
    assert events == list(client_of(fake).events.iterate())
    assert (status, application) == (200, fake.application)
    assert client_of(fake).with_raw_response.calendars.get().status == 200


def test_accounts_are_read_changed_and_disconnected(fake: FakeKloudless, client: Kloudless) -> None:
    """An account tells its service, can be switched off, and is gone once disconnected."""
    assert client.accounts.get().service == "google_calendar"
    assert client.accounts.update(active=False).enabled is False
    assert client.accounts.encode_raw_id(raw_id="m1", type="event").id == "event_bTE"
    client.accounts.delete()
    with pytest.raises(NotFound):
        client.accounts.get()
