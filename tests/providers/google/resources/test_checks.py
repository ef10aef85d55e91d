"""What cannot succeed is refused before it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.providers.google.resources.acl import Acl
from kloudsync.providers.google.resources.calendar_list import CalendarList
from kloudsync.providers.google.resources.calendars import Calendars
from kloudsync.providers.google.resources.channels import Channels
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.resources.freebusy import Freebusy
from kloudsync.providers.google.resources.settings import Settings
from kloudsync.providers.google.wire.calendar import Calendar
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.event import Event, EventAttachment, EventExtendedProperties
from kloudsync.providers.google.wire.freebusy import FreeBusyRequest
from kloudsync.providers.google.wire.reminders import EventReminder, EventReminders
from kloudsync.providers.google.wire.times import EventDateTime

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
TEN = NINE + timedelta(hours=1)
NAIVE = datetime(2026, 1, 5, 9)

MEETING = Event(start=EventDateTime(date_time=NINE), end=EventDateTime(date_time=TEN))


def day(number: int) -> EventDateTime:
    """Return a day of January 2026."""
    return EventDateTime(date=date(2026, 1, number))


def at(time: datetime, zone: str | None = None) -> EventDateTime:
    """Return a time, and the zone beside it."""
    return EventDateTime(date_time=time, time_zone=zone) if zone else EventDateTime(date_time=time)


def with_properties(properties: dict[str, str | None]) -> Event:
    """Return a change of an application's own properties."""
    return Event(extended_properties=EventExtendedProperties(private=properties))


def with_reminders(*minutes: int) -> Event:
    """Return a change of reminders."""
    held = [EventReminder(method="popup", minutes=m) for m in minutes]
    return Event(reminders=EventReminders(use_default=False, overrides=held))


def untyped(described: Any) -> Any:
    """Return a method whose arguments nobody has checked."""
    return described


def unchecked(**wrong: Any) -> Event:
    """Return an event whose types nobody has checked."""
    return Event(**wrong)


BAD_EVENTS: list[tuple[str, Event]] = [
    ("before it starts", Event(start=at(TEN), end=at(NINE))),
    ("before it starts", Event(start=day(6), end=day(5))),
    ("ends are exclusive", Event(start=day(5), end=day(5))),
    ("both dates or both times", Event(start=day(5), end=at(TEN))),
    ("has a date and a time", Event(start=evolve(day(5), date_time=NINE))),
    ("neither an offset nor a time_zone", Event(start=at(NAIVE))),
    (
        "before it starts",
        Event(start=at(NAIVE, "Europe/Paris"), end=at(NAIVE.replace(hour=8), "Europe/Paris")),
    ),
    ("needs time_zone", Event(start=at(NINE), recurrence=["RRULE:FREQ=DAILY"])),
    ("no DTSTART", Event(recurrence=["DTSTART:20260105T090000Z", "RRULE:FREQ=DAILY"])),
    ("a list, even of one, found str", Event(recurrence="RRULE:FREQ=DAILY")),
    ("26 attachments", Event(attachments=[EventAttachment(file_url="https://example.com")] * 26)),
    ("6 reminders", with_reminders(1, 2, 3, 4, 5, 6)),
    ("40321 minutes", with_reminders(40321)),
    ("-1 minutes", with_reminders(-1)),
    ("too long", with_properties({"k" * 45: "v"})),
    ("too long", with_properties({"k": "v" * 1025})),
    ("301 extended properties", with_properties({str(n): "" for n in range(301)})),
    ("33000 bytes", with_properties({f"{n:03}": "v" * 997 for n in range(33)})),
    ("expected a string", unchecked(summary=5)),
    ("Event.start: expected a value of EventDateTime, found datetime", unchecked(start=NINE)),
    ("Event.start: expected a value of EventDateTime, found date", unchecked(start=NINE.date())),
    ("Event.start: expected a value of EventDateTime, found dict", unchecked(start={"date": "x"})),
    ("Event.reminders: expected a value of EventReminders, found list", unchecked(reminders=[5])),
    ("expected a value of EventExtendedProperties", unchecked(extended_properties={"private": {}})),
    ("private.*expected a string, found int", with_properties(untyped({"crm": 42}))),
]

GOOD_EVENTS: list[Event] = [
    Event(summary=None),
    Event(start=at(NINE), end=at(NINE)),
    Event(start=day(5), end=day(6)),
    Event(start=at(NAIVE, "Europe/Paris"), end=at(TEN)),
    Event(start=evolve(at(NINE), date=None), end=at(TEN)),
    Event(start=at(NINE, "UTC"), recurrence=["RRULE:FREQ=DAILY", "EXDATE;VALUE=DATE:20260106"]),
    Event(start=day(5), end=day(6), recurrence=("RRULE:FREQ=DAILY",)),
    Event(attachments=[EventAttachment(file_url="https://example.com")] * 25),
    with_reminders(0, 40320),
    with_properties({"k" * 44: "v" * 1024, "cleared": None}),
    with_properties({f"{n:03}": "v" for n in range(300)}),
]


@pytest.mark.parametrize(("message", "event"), BAD_EVENTS)
def test_impossible_events_are_refused(message: str, event: Event) -> None:
    """An event beyond the documented limits, or whose times contradict, is not sent."""
    with pytest.raises(UsageError, match=message):
        Events.patch("primary", "e1", event)


@pytest.mark.parametrize("event", GOOD_EVENTS)
def test_possible_events_pass(event: Event) -> None:
    """The limits themselves are allowed."""
    assert Events.patch("primary", "e1", event).request.body


@pytest.mark.parametrize("key", ["abcd", "a" * 1025, "ABCDEF", "with-dash", "wxyz0", "", "übung"])
def test_impossible_event_ids_are_refused(key: str) -> None:
    """A client's own id has 5 to 1024 characters of base32hex."""
    with pytest.raises(UsageError, match="cannot be an event's id"):
        Events.insert("primary", evolve(MEETING, id=key))


@pytest.mark.parametrize("key", ["abcde", "0" * 1024, "v9" * 3])
def test_possible_event_ids_pass(key: str) -> None:
    """Ids at the limits are allowed, and make the insert repeatable."""
    assert Events.insert("primary", evolve(MEETING, id=key)).repeatable


REFUSED: list[tuple[str, Callable[[], Any]]] = [
    ("max_results is 0", lambda: Events.list("p", max_results=0)),
    ("1 to 2500", lambda: Events.list("p", max_results=2501)),
    ("1 to 2500", lambda: Events.instances("p", "s", max_results=2501)),
    ("1 to 250", lambda: CalendarList.list(max_results=251)),
    ("1 to 250", lambda: Acl.list("p", max_results=251)),
    ("1 to 250", lambda: Settings.list(max_results=-1)),
    ("max_attendees is 0", lambda: Events.get("p", "e", max_attendees=0)),
    ("time_min is .*; pass an aware", lambda: Events.list("p", time_min=NAIVE)),
    ("time_max is .*; pass an aware", lambda: Events.instances("p", "s", time_max=NAIVE)),
    ("updated_min is .*; pass an aware", lambda: Events.list("p", updated_min=NAIVE)),
    ("is not before", lambda: Events.list("p", time_min=TEN, time_max=NINE)),
    ("is not before", lambda: Events.list("p", time_min=NINE, time_max=NINE)),
    ("order_by is 'start'", lambda: untyped(Events.list)("p", order_by="start")),
    (
        "private_extended_property is {'crm': '42'}; pass a list",
        lambda: untyped(Events.list)("p", private_extended_property={"crm": "42"}),
    ),
    ("shared_extended_property", lambda: Events.list("p", shared_extended_property=["crm"])),
    ("one of 'all', ", lambda: untyped(Events.insert)("p", MEETING, send_updates=True)),
    ("one of 'all', ", lambda: untyped(Events.delete)("p", "e", send_updates="everyone")),
    (
        "one of 0, 1",
        lambda: untyped(Events.patch)("p", "e", Event(), conference_data_version=True),
    ),
    ("needs single_events", lambda: Events.list("p", order_by="startTime")),
    (
        "cannot go with orderBy, q",
        lambda: Events.list("p", sync_token="t", q="x", order_by="updated"),
    ),
    ("cannot go with showDeleted", lambda: Events.list("p", sync_token="t", show_deleted=False)),
    ("cannot go with showHidden", lambda: CalendarList.list(sync_token="t", show_hidden=False)),
    (
        "cannot go with minAccessRole",
        lambda: CalendarList.list(sync_token="t", min_access_role="owner"),
    ),
    ("cannot go with showDeleted", lambda: Acl.list("p", sync_token="t", show_deleted=False)),
    ("needs start and end", lambda: Events.insert("p", Event(summary="x"))),
    ("needs start and end", lambda: Events.update("p", "e", Event(summary="x"))),
    ("needs ical_uid", lambda: Events.import_("p", MEETING)),
    ("'' is not an id", lambda: Events.get("p", "")),
    ("'..' is not an id", lambda: Events.get("..", "e")),
    ("is not an etag", lambda: Events.delete("p", "e", if_match='"1"\r\nX: y')),
    ("is not an etag", lambda: Events.delete("p", "e", if_match="")),
    ("needs a summary", lambda: Calendars.insert(Calendar(time_zone="UTC"))),
    ("needs id, type and address", lambda: Events.watch(Channel(id="c"), "p")),
    ("needs id and resource_id", lambda: Channels.stop(Channel(id="c"))),
    ("needs time_min and time_max", lambda: Freebusy.query(FreeBusyRequest())),
    ("pass an aware", lambda: Freebusy.query(FreeBusyRequest(time_min=NAIVE, time_max=TEN))),
    ("is not before", lambda: Freebusy.query(FreeBusyRequest(time_min=TEN, time_max=NINE))),
    (
        "1 to 50",
        lambda: Freebusy.query(
            FreeBusyRequest(time_min=NINE, time_max=TEN, calendar_expansion_max=51)
        ),
    ),
    (
        "1 to 100",
        lambda: Freebusy.query(FreeBusyRequest(time_min=NINE, time_max=TEN, group_expansion_max=0)),
    ),
]


@pytest.mark.parametrize(("message", "describe"), REFUSED)
def test_impossible_calls_are_refused(message: str, describe: Callable[[], Any]) -> None:
    """A call beyond the documented limits raises before there is a request."""
    with pytest.raises(UsageError, match=message):
        describe()


def test_features_follow_what_the_event_uses() -> None:
    """Attachments, labels and conferences are switched on where they are written, or as told."""
    event = Event(attachments=[], event_label_id="l1", conference_data=None)

    implied = dict(Events.patch("p", "e", event).request.query)
    told = dict(Events.patch("p", "e", event, conference_data_version=0).request.query)

    assert implied == {
        "conferenceDataVersion": "1",
        "eventLabelVersion": "1",
        "supportsAttachments": "true",
    }
    assert told["conferenceDataVersion"] == "0"
    assert Events.patch("p", "e", Event(summary="x")).request.query == ()
