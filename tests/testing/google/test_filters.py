from datetime import date

import pytest
from tests.testing.google.caller import Caller, la

from kloudsync.testing.google import FakeCalendar


def found(caller: Caller, **query: str) -> set[str]:
    """Collect the titles that a list with these parameters holds."""
    return {str(item.get("summary")) for item in caller.items(**query)}


@pytest.fixture(autouse=True)
def events(calendar: FakeCalendar) -> None:
    """Two meetings, a day off, and a weekly series that has ended."""
    calendar.create(
        "Design review",
        la("2019-04-02", 9),
        location="Library",
        attendees=["guest@example.com"],
        extendedProperties={"private": {"k": "1"}, "shared": {"s": "2"}},
    )
    calendar.create("Demo", la("2019-04-03", 9), eventType="focusTime")
    calendar.create("Day off", date(2019, 4, 4))
    rule = "RRULE:FREQ=WEEKLY;UNTIL=20190320T000000Z"
    calendar.create("Old series", la("2019-03-01"), recurrence=[rule])


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({"q": "design"}, {"Design review"}),
        ({"q": "LIBRARY"}, {"Design review"}),
        ({"q": "guest@"}, {"Design review"}),
        ({"eventTypes": "focusTime"}, {"Demo"}),
        ({"privateExtendedProperty": "k=1"}, {"Design review"}),
        ({"privateExtendedProperty": "k=2"}, set[str]()),
        ({"sharedExtendedProperty": "s=2"}, {"Design review"}),
        ({"timeMin": "2019-04-03T16:30:00Z"}, {"Demo", "Day off"}),
        ({"timeMin": "2019-04-03T17:00:00Z"}, {"Day off"}),
        ({"timeMax": "2019-04-02T16:00:00Z"}, {"Old series"}),
        ({"timeMin": "2019-03-20T00:00:00-07:00"}, {"Design review", "Demo", "Day off"}),
        (
            {"timeMin": "2019-04-04T08:00:00-07:00", "timeMax": "2019-04-04T09:00:00-07:00"},
            {"Day off"},
        ),
    ],
)
def test_filters_leave_events_out(caller: Caller, query: dict[str, str], titles: set[str]) -> None:
    """Each parameter keeps what it promises: words, kinds, properties, windows."""
    assert found(caller, **query) == titles


def test_event_types_may_be_repeated(caller: Caller) -> None:
    """Any of the types will do."""
    page = caller.page(eventTypes=["focusTime", "outOfOffice"])
    assert [item["summary"] for item in page["items"]] == ["Demo"]


def test_an_event_is_found_by_its_ical_uid(calendar: FakeCalendar, caller: Caller) -> None:
    """`iCalUID` names one meeting."""
    uid = next(iter(calendar.truth().values()))["iCalUID"]
    assert len(caller.items(iCalUID=uid)) == 1


def test_changes_since_an_instant_include_deletions(calendar: FakeCalendar, caller: Caller) -> None:
    """With `updatedMin` deleted events are listed whatever `showDeleted` says."""
    gone = next(iter(calendar.truth()))
    calendar.delete(gone)
    since = caller.page()["updated"]
    assert [item["id"] for item in caller.items(updatedMin=since)] == [gone]


def test_an_old_updated_min_is_gone(caller: Caller) -> None:
    """Beyond thirty days the service does not remember."""
    assert caller.refusal(updatedMin="2019-02-01T00:00:00Z") == (
        410,
        "updatedMinTooLongAgo",
        "The requested minimum modification time lies too far in the past.",
    )


def test_an_empty_window_is_refused(caller: Caller) -> None:
    """A window must have a length."""
    same = "2019-04-01T00:00:00Z"
    assert caller.refusal(timeMin=same, timeMax=same) == (
        400,
        "timeRangeEmpty",
        "The specified time range is empty.",
    )


@pytest.mark.parametrize("text", ["2019-04-01T00:00:00", "yesterday"])
def test_bounds_need_an_offset(caller: Caller, text: str) -> None:
    """A wall time bounds nothing."""
    assert caller.refusal(timeMin=text)[:2] == (400, "invalid")


def test_ordering_by_start_needs_expansion(caller: Caller) -> None:
    """Series have no place in an order of starts."""
    assert caller.refusal(orderBy="startTime") == (
        400,
        "invalid",
        "The requested ordering is not available for the particular query.",
    )


def test_types_are_honoured_beside_a_sync_token(calendar: FakeCalendar, caller: Caller) -> None:
    """Changes and deletions of other types are not told; another choice needs another token."""
    focus = calendar.create("Focus", la("2019-04-02"), eventType="focusTime")
    gone = calendar.create("Gone", la("2019-04-02"), eventType="focusTime")
    other = calendar.create("Other", la("2019-04-02"))
    token = caller.token_now(eventTypes="focusTime")
    calendar.edit(focus, summary="Deep focus")
    calendar.edit(other, summary="Another")
    calendar.delete(gone)
    calendar.delete(other)
    told = caller.items(syncToken=token, eventTypes="focusTime")
    assert {item["id"] for item in told} == {focus, gone}
    assert caller.refusal(syncToken=token)[0] == 410
