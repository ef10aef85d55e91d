"""The fake against what the live service sent: shapes, ids, bounds and expansions."""

import json
import os
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from tests.testing.google.caller import Caller

from kloudsync.testing.exchange import Resource
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.rules import bound_of
from kloudsync.testing.google.times import parse_field, until_before

CHICAGO = ZoneInfo("America/Chicago")
FOLDER = Path(
    os.environ.get("KLOUDSYNC_RECORDED") or Path(__file__).parents[3].parent / "shared" / "recorded"
)
pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the recorded payloads are not at {FOLDER}; set KLOUDSYNC_RECORDED"
)


def recorded(name: str) -> list[dict[str, Any]]:
    """Read a file of recorded rows; empty where the recordings are absent."""
    path = FOLDER / name
    return cast("list[dict[str, Any]]", json.loads(path.read_text())) if path.exists() else []


def pages() -> dict[str, Resource]:
    """Collect the pages that came from the live service, by their source's last word."""
    return {
        row["source"].rpartition("#")[2]: row["page"]
        for row in recorded("google_pages.json")
        if row["recorded"]
    }


def shapes(items: list[Resource]) -> list[list[str]]:
    """List the fields of every item in order; texts that one edit added don't count."""
    return [[name for name in item if name != "description"] for item in items]


def dishes(day: int, hour: int = 7, minute: int = 30) -> datetime:
    """Name an instant of March 2025 by its wall time in Chicago."""
    return datetime(2025, 3, day, hour, minute, tzinfo=CHICAGO)


@pytest.fixture
def caller() -> Caller:
    """A client of a calendar with the daily series of the recordings."""
    fake = FakeGoogle("user1@example.com", time_zone="America/Chicago")
    fake.calendar().create(
        "Dishes",
        dishes(24),
        dishes(24, 8, 15),
        recurrence=["RRULE:FREQ=DAILY"],
        event="68k0p6ackplecqs9fuvbs1fju0",
    )
    return Caller(fake)


def test_a_page_has_the_recorded_head(caller: Caller) -> None:
    """The same fields in the same order, around the items."""
    assert list(caller.page()) == list(pages()["createNewRecurringEventPayload"])


def test_a_series_has_the_recorded_shape(caller: Caller) -> None:
    """A new series has the recorded fields in the recorded order, and the same times."""
    page = pages()["createNewRecurringEventPayload"]
    listed = caller.items()
    assert shapes(listed) == shapes(page["items"])
    for name in ("start", "end", "recurrence", "iCalUID", "sequence", "eventType", "reminders"):
        assert listed[0][name] == page["items"][0][name]


def test_an_etag_is_twice_the_microseconds_of_the_change(caller: Caller) -> None:
    """Recorded and fake etags relate to `updated` in the same way."""
    recorded_items = [item for page in pages().values() for item in page["items"]]
    for item in [*caller.items(), *(each for each in recorded_items if "updated" in each)]:
        micros = int(item["etag"].strip('"')) // 2
        updated = datetime.fromisoformat(item["updated"]).timestamp()
        assert micros // 1000 == round(updated * 1000)


def test_an_edited_occurrence_has_the_recorded_shape(caller: Caller) -> None:
    """Series and exception come together; id, original start and times are as recorded."""
    page = pages()["singleInstance1Payload"]
    token = caller.token_now()
    calendar = caller.fake.calendar()
    event = calendar.edit_this(
        "68k0p6ackplecqs9fuvbs1fju0",
        dishes(24),
        summary="Modified",
        start=dishes(24, 12),
        end=dishes(24, 13, 15),
    )
    delta = caller.items(syncToken=token)
    assert shapes(delta) == shapes(page["items"])
    assert event == page["items"][1]["id"]
    assert delta[1]["originalStartTime"] == page["items"][1]["originalStartTime"]
    assert delta[1]["sequence"] == page["items"][1]["sequence"] == 1


def test_a_split_has_the_recorded_form(caller: Caller) -> None:
    """The recorded split of 26 March: ids, bound, rule, sequence, shared stamps, order."""
    page = pages()["thisAndFollowing4Payload"]
    calendar = caller.fake.calendar()
    series = "68k0p6ackplecqs9fuvbs1fju0"
    calendar.edit_this(series, dishes(24), summary="Edited Just This One")
    token = caller.token_now()
    child = calendar.edit_following(series, dishes(26), summary="Dishes, later")
    delta = caller.items(syncToken=token)
    assert shapes(delta) == shapes(page["items"])
    assert child == page["items"][2]["id"]
    for mine, theirs in zip(delta, page["items"], strict=True):
        for name in ("id", "start", "end", "recurrence", "recurringEventId", "iCalUID", "sequence"):
            assert mine.get(name) == theirs.get(name)
    for items in (delta, page["items"]):
        for name in ("created", "updated", "etag"):
            assert len({item[name] for item in items}) == 1


def test_an_edit_of_all_reaches_all_segments_as_recorded(caller: Caller) -> None:
    """After the split an edit of all sends every segment and exception with the new title."""
    page = pages()["allPayload1"]
    calendar = caller.fake.calendar()
    series = "68k0p6ackplecqs9fuvbs1fju0"
    calendar.edit_this(series, dishes(24), summary="Edited Just This One")
    calendar.edit_following(series, dishes(26), summary="Dishes, later")
    token = caller.token_now()
    calendar.edit_all(series, summary="Dishes", description="Changed all occurrences")
    delta = caller.items(syncToken=token)
    assert [item["id"] for item in delta] == [item["id"] for item in page["items"]]
    assert {item["summary"] for item in delta} == {"Dishes"}
    assert len({item["summary"] for item in page["items"]}) == 1
    assert len({item["etag"] for item in delta}) == 1


def test_a_deleted_series_has_the_recorded_stub(caller: Caller) -> None:
    """One bare stub, nothing more."""
    token = caller.token_now()
    caller.fake.calendar().delete("68k0p6ackplecqs9fuvbs1fju0")
    assert shapes(caller.items(syncToken=token)) == shapes(pages()["deleteAllPayload1"]["items"])


def test_a_cancelled_occurrence_has_the_recorded_shape(caller: Caller) -> None:
    """The stub of a cancelled occurrence has the recorded fields."""
    rows = recorded("google_events.json")
    (stub,) = [row["event"] for row in rows if row["id"] == "ge-0007"]
    event = caller.fake.calendar().cancel_occurrence("68k0p6ackplecqs9fuvbs1fju0", dishes(26))
    assert caller.fake.truth()[event].keys() == stub.keys()


def test_refusals_have_the_recorded_bodies(caller: Caller) -> None:
    """A dead sync token, an empty window, an unknown event, an old version, a reused id."""
    bodies = {row["id"]: row["body"] for row in recorded("google_resources.json")}
    token = caller.token_now()
    caller.fake.expire_sync_tokens()
    same = {"timeMin": "2025-01-01T00:00:00Z", "timeMax": "2025-01-01T00:00:00Z"}
    series = "68k0p6ackplecqs9fuvbs1fju0"
    body = {"id": series, "start": {"date": "2025-01-01"}, "end": {"date": "2025-01-02"}}
    answers = {
        "gr-064": caller.call("GET", query={"syncToken": token}),
        "gr-001": caller.call("GET", query=same),
        "gr-010": caller.call("GET", "unknown"),
        "gr-013": caller.call("DELETE", series, If_Match='"1"'),
        "gr-056": caller.call("POST", body=body),
        "gr-059": caller.call("GET", query={"updatedMin": "2020-01-01T00:00:00Z"}),
        "gr-050": caller.fake.handle("GET", "/calendar/v3/calendars/primary/events", {}),
    }
    faults = {
        "gr-004": FaultKind.QUOTA_EXCEEDED,
        "gr-007": FaultKind.RATE_LIMIT,
        "gr-062": FaultKind.TOO_MANY_REQUESTS,
        "gr-065": FaultKind.CURSOR_UNNAMED,
    }
    for name, kind in faults.items():
        caller.fake.faults = Faults([Fault(kind)])
        answers[name] = caller.call("GET", query={"syncToken": token})
    for name, reply in answers.items():
        assert json.loads(reply.body) == bodies[name], name


def pairs(*evidence: str) -> list[Any]:
    """List the splits of recorded calendars whose bound is the day before the child's slot."""
    found: list[Any] = []
    for row in recorded("google_splits.json"):
        events = {event["id"]: event for event in row["events"]}
        found += [
            pytest.param(row, events[pair["from"]], pair, id=f"{row['id']}-{pair['to']}")
            for pair in row["expected"]["pairs"]
            if pair["until_is_end_of_day_before_to_start"]
            and (not evidence or pair["evidence"] in evidence)
        ]
    return found


@pytest.mark.parametrize(("row", "parent", "pair"), pairs())
def test_bounds_are_computed_as_the_live_service_does(
    row: dict[str, Any], parent: Resource, pair: dict[str, Any]
) -> None:
    """UNTIL of the child's slot is the recorded UNTIL of the parent."""
    zone = ZoneInfo(parent["start"].get("timeZone") or row["calendarTimeZone"])
    text = str(pair["to_start"])
    if "T" in text:
        slot: date = datetime.fromisoformat(text).astimezone(zone)
    else:
        slot = date.fromisoformat(text)
    assert until_before(slot) == pair["from_until"]


@pytest.mark.parametrize(("row", "parent", "pair"), pairs("id-suffix"))
def test_recorded_splits_can_be_played_again(
    row: dict[str, Any], parent: Resource, pair: dict[str, Any]
) -> None:
    """The parent without its bound, split where it was split, is the recorded parent again."""
    fake = FakeGoogle(time_zone=row["calendarTimeZone"])
    rule = [line for line in parent["recurrence"] if line.startswith("RRULE")]
    endless = [line.replace(f"UNTIL={pair['from_until']};", "") for line in rule]
    endless = [line.replace(f";UNTIL={pair['from_until']}", "") for line in endless]
    fake.calendar().load([parent | {"recurrence": endless}])
    field = {**parent["start"], _kind(pair): pair["to_start"]}
    slot = parse_field(field, ZoneInfo(row["calendarTimeZone"]))
    child = fake.calendar().edit_following(parent["id"], slot, summary="x")
    assert child == pair["to"]
    assert bound_of(fake.truth()[parent["id"]]["recurrence"]) == bound_of(rule)


def _kind(pair: dict[str, Any]) -> str:
    return "dateTime" if "T" in str(pair["to_start"]) else "date"


def scenarios() -> list[Any]:
    """List the recorded stores, each with its queries, in both forms of exclusion."""
    return [
        pytest.param(row, row[form], query, id=f"{row['id']}-{form}-{number}")
        for row in recorded("google_scenarios.json")
        for form in ("events", "events_with_cancelled_instances")
        # By the values of one a date excludes its day, as software for iCalendar data computed them.
        if form in row and (row["id"], form) != ("sc-096", "events")
        for number, query in enumerate(row["queries"])
    ]


@pytest.mark.parametrize(("row", "events", "query"), scenarios())
def test_the_oracle_shows_what_was_seen(
    row: dict[str, Any], events: list[Resource], query: dict[str, Any]
) -> None:
    """Recorded stores expand to the recorded occurrences."""
    fake = FakeGoogle(time_zone=row["calendarTimeZone"])
    fake.calendar().load(events)
    window = [_instant(query[name], row) for name in ("timeMin", "timeMax")]
    found = fake.calendar().occurrences(window[0], window[1])
    expected = [(_instant(each["start"], row), each["summary"]) for each in query["expected"]]
    order = fake.calendar().book.order
    assert sorted((order(each.start), each.summary) for each in found) == sorted(expected)


def _instant(text: str, row: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(row["calendarTimeZone"]))
    return moment
