"""What Google sent goes back as it came, and what we make survives the wire."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import EnumMeta
from typing import Any, cast, get_args, get_origin

import pytest
from attrs import fields, resolve_types
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.google.wire.test_schemas import classes, is_marker, plain
from tests.recorded import cases

from kloudsync.http.codec import JSONObject
from kloudsync.http.scalars import Int64, WallTime
from kloudsync.http.unset import UNSET
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.conference import ConferenceData, EntryPoint
from kloudsync.providers.google.wire.event import Event, EventsPage, EventStatus
from kloudsync.providers.google.wire.times import EventDateTime

TEXTED_BOOLEAN = "ge-0136"
"""The one recorded event whose `self` came as the text `False`."""

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=5),
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31),
    Int64: st.integers(0, 2**63),
    date: st.dates(),
    datetime: st.datetimes(timezones=ZONES),
    WallTime: st.datetimes(timezones=st.one_of(st.none(), ZONES)),
    Any: st.just({}),
}


def values(annotation: Any) -> st.SearchStrategy[Any]:
    """Return a strategy of values that a field may hold."""
    members = get_args(annotation)
    markers = [m for m in members if is_marker(m)] if plain(annotation) is not annotation else []
    held = [_plain_values(plain(annotation))]
    held += [st.sampled_from(list(m)) for m in members if isinstance(m, EnumMeta)]
    held += [st.just(UNSET if get_args(m) else None) for m in markers]
    return st.one_of(held)


def _plain_values(type_: Any) -> st.SearchStrategy[Any]:
    if get_origin(type_) is Sequence:
        return st.lists(values(get_args(type_)[0]), max_size=2).map(tuple)
    if get_origin(type_) is Mapping:
        return st.dictionaries(st.text(max_size=5), values(get_args(type_)[1]), max_size=2)
    if isinstance(type_, type) and issubclass(type_, JSONObject):
        return objects(type_)
    return SCALARS[type_]


def objects(cls: type[JSONObject]) -> st.SearchStrategy[JSONObject]:
    """Return a strategy of instances of a wire class, some fields unset and some unknown."""
    resolve_types(cls)
    named = {a.name: values(a.type) for a in fields(cls)}
    named["extra"] = st.dictionaries(st.just("novel"), st.integers(), max_size=1)
    return st.fixed_dictionaries({}, optional=named).map(lambda given: cls(**given))


def as_instants(value: Any) -> Any:
    """Return JSON in which texts of one instant are equal, as their precision may differ."""
    if isinstance(value, dict):
        return {name: as_instants(held) for name, held in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [as_instants(held) for held in cast("list[object]", value)]
    if isinstance(value, str) and "T" in value:
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return (moment.isoformat(), str(moment.utcoffset()))
    return value


@pytest.mark.parametrize("row", cases("google_events.json"))
def test_recorded_events_go_back_as_they_came(row: dict[str, Any]) -> None:
    """Nothing that live services sent is lost or changed, but for how instants are written."""
    received = row["event"]
    if row["id"] == TEXTED_BOOLEAN:
        received = {**received, "creator": {**received["creator"], "self": False}}

    event = codec.load(Event, row["event"])

    assert as_instants(codec.dump(event)) == as_instants(received)


@pytest.mark.parametrize("row", cases("google_pages.json"))
def test_recorded_pages_go_back_as_they_came(row: dict[str, Any]) -> None:
    """The same for whole pages."""
    page = codec.load(EventsPage, row["page"])

    assert as_instants(codec.dump(page)) == as_instants({"items": [], **row["page"]})


@pytest.mark.parametrize("name", sorted(classes()))
def test_whatever_is_made_survives_the_wire(name: str) -> None:
    """Every value that the types allow is written as JSON and read back as itself."""
    cls = classes()[name]

    @settings(max_examples=30)
    @given(objects(cls))
    def survives(value: JSONObject) -> None:
        sent = json.loads(json.dumps(codec.dump(value)))
        assert codec.load(cls, sent) == value

    survives()


def test_tombstones_are_events_with_almost_nothing() -> None:
    """Of a deleted event two members are sure, and all others stay unset."""
    stub = codec.load(Event, {"id": "e1", "status": "cancelled"})

    assert stub == Event(id="e1", status=EventStatus.CANCELLED)
    assert stub.start is UNSET


def test_a_patch_holds_what_was_set() -> None:
    """Null clears, absence leaves alone."""
    change = Event(summary="New", location=None, start=EventDateTime(date=date(2026, 1, 5)))

    assert codec.dump(change) == {
        "summary": "New",
        "location": None,
        "start": {"date": "2026-01-05"},
    }


def test_secrets_of_channels_and_conferences_are_not_shown() -> None:
    """Tokens, pass codes, seals and passwords in addresses stay out of reprs."""
    channel = Channel(id="c1", token="s3cret")
    entry = EntryPoint(uri="https://x/j/1?pwd=pw1", pin="12345", password="pw0")
    dialled = EntryPoint(uri="tel:+1-555-0100,,123;pin=4567#")
    conference = ConferenceData(signature="seal", notes="Passcode: 1234", entry_points=[entry])

    assert repr(channel) == "Channel(id='c1')"
    assert repr(entry) == "EntryPoint(uri='https://x/j/1')"
    assert repr(dialled) == "EntryPoint(uri='tel:+1-555-0100')"
    assert repr(conference) == f"ConferenceData(entry_points=[{entry!r}])"


def test_an_event_shows_none_of_what_opens_its_conference() -> None:
    """The repr of a whole event as received holds neither codes nor members of unknown meaning."""
    event = codec.load(
        Event,
        {
            "id": "e1",
            "conferenceData": {
                "signature": "planted-1",
                "entryPoints": [{"uri": "https://x?pwd=planted-2", "pin": "planted-3"}],
            },
            "newSecret": "planted-4",
        },
    )

    assert "planted" not in repr(event)
    assert "newSecret" in repr(event)


def test_times_are_aware() -> None:
    """Instants come with their offset; an event's wall time as it was sent."""
    event = codec.load(
        Event,
        {
            "updated": "2026-01-05T09:00:00.123Z",
            "start": {"dateTime": "2026-01-05T09:00:00", "timeZone": "Europe/Paris"},
        },
    )

    assert event.updated == datetime(2026, 1, 5, 9, 0, 0, 123000, tzinfo=UTC)
    assert event.start
    assert event.start.date_time == datetime(2026, 1, 5, 9)
