from datetime import date, timedelta

import pytest
from tests.testing.microsoft.graph_caller import WINDOW, GraphCaller, query_of, utc

from kloudsync.testing.microsoft import FakeCalendar

HOUR = timedelta(hours=1)


@pytest.fixture
def five(calendar: FakeCalendar) -> list[str]:
    """Five events on five days in March 2026."""
    return [
        calendar.create(
            name,
            utc(f"2026-03-{day:02}T09:00"),
            categories=[name[0]],
            importance="high" if day % 2 else "low",
        )
        for day, name in enumerate(("Echo", "delta", "Charlie", "bravo", "Alpha"), 3)
    ]


def subjects(caller: GraphCaller, **query: str | int) -> list[str]:
    """List the subjects of what a query finds."""
    named = {f"${name}": value for name, value in query.items()}
    return [row["subject"] for row in caller.rows("me/events", named)]


def test_a_list_has_pages(caller: GraphCaller, five: list[str]) -> None:
    """`$top` says how many rows, `$skip` where; the link goes on with the same query."""
    pages = caller.pages("me/events", {"$top": 2, "$select": "subject"})
    assert [len(page["value"]) for page in pages] == [2, 2, 1]
    assert query_of(pages[0]["@odata.nextLink"]) == "$top=2&$select=subject&$skip=2"
    assert subjects(caller, skip=3) == ["bravo", "Alpha"]


def test_a_page_has_ten_rows_unless_asked(caller: GraphCaller, calendar: FakeCalendar) -> None:
    """A preferred page size counts as `$top` does."""
    for hour in range(12):
        calendar.create(str(hour), utc(f"2026-03-04T{hour:02}:00"))
    assert len(caller.get("me/events")["value"]) == 10
    assert len(caller.get("me/events", prefer="odata.maxpagesize=3")["value"]) == 3


def test_rows_are_counted(caller: GraphCaller, five: list[str]) -> None:
    """With `$count`, beside the page; or alone, as text."""
    assert caller.get("me/events", {"$count": "true", "$top": 1})["@odata.count"] == 5
    assert caller.send("GET", "me/events/$count").body == b"5"
    assert caller.send("GET", "me/calendars/$count").body == b"1"


def test_rows_are_ordered(caller: GraphCaller, five: list[str]) -> None:
    """By one member or several, without regard to case, both ways."""
    ordered = ["Alpha", "bravo", "Charlie", "delta", "Echo"]
    assert subjects(caller, orderby="subject") == ordered
    assert subjects(caller, orderby="start/dateTime desc") == ordered
    assert subjects(caller, orderby="importance desc,subject") == [
        "bravo", "delta", "Alpha", "Charlie", "Echo",
    ]  # fmt: skip
    assert caller.refusal("GET", "me/events", {"$orderby": "subject up"})[0] == 400


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("subject eq 'echo'", ["Echo"]),
        ("subject ne 'Echo' and importance eq 'high'", ["Charlie", "Alpha"]),
        ("start/dateTime ge '2026-03-06'", ["bravo", "Alpha"]),
        ("start/dateTime lt '2026-03-04T00:00:00Z' or subject eq 'Alpha'", ["Echo", "Alpha"]),
        ("not (importance eq 'high')", ["delta", "bravo"]),
        ("startswith(subject,'Al') or contains(subject, 'HARL')", ["Charlie", "Alpha"]),
        ("endswith(tolower(subject),'o')", ["Echo", "bravo"]),
        ("categories/any(c:c eq 'E')", ["Echo"]),
        ("categories/all(c:c ne 'E')", ["delta", "Charlie", "bravo", "Alpha"]),
        ("reminderMinutesBeforeStart gt 15", []),
        (
            "isAllDay eq false and seriesMasterId eq null",
            ["Echo", "delta", "Charlie", "bravo", "Alpha"],
        ),
        ("subject eq 'O''Hara'", []),
        ("toupper(subject) eq 'ECHO'", ["Echo"]),
    ],
)
def test_rows_are_filtered(
    caller: GraphCaller, five: list[str], text: str, found: list[str]
) -> None:
    """Comparisons, functions and lambdas of OData, as far as events are filtered by them."""
    assert subjects(caller, filter=text) == found


@pytest.mark.parametrize(
    "text",
    ["subject eq", "subject = 'x'", "(subject eq 'x'", "subject eq 'x", "shout(subject)", "1 ]",
     "startswith(subject)", "subject eq 'x' x"],
)  # fmt: skip
def test_filters_that_nobody_can_read_are_refused(
    caller: GraphCaller, five: list[str], text: str
) -> None:
    """Half an expression, another sign, a function that there is not: 400."""
    assert caller.refusal("GET", "me/events", {"$filter": text}) == (400, "BadRequest")


def test_other_options_are_refused(caller: GraphCaller, five: list[str]) -> None:
    """Events are not searched, and only what the metadata has is expanded."""
    assert caller.refusal("GET", "me/events", {"$search": "x"})[0] == 400
    assert caller.refusal("GET", "me/events", {"$expand": "guests"})[0] == 400
    assert caller.refusal("GET", "me/events", {"$top": "many"})[0] == 400


def test_a_view_is_filtered_and_selected_too(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """What stands in a window is a list like any other."""
    calendar.edit_this(weekly, date(2026, 3, 9), subject="Other")
    query = {**WINDOW, "$filter": "type eq 'exception'", "$select": "subject"}
    (row,) = caller.rows("me/calendarView", query)
    assert set(row) == {"@odata.etag", "id", "subject"}
