"""Pages that nobody promised would not come: in any order, twice, or dead half-way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.providers.microsoft.world import BASE_URL, NOW, World

from kloudsync.http.retry import Retry
from kloudsync.model.event import CancelledOccurrence, Series, SingleEvent
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.rules import Rules
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.faults import Fault, FaultKind

Item = dict[str, Any]
SERIES: Item = {
    "id": "S",
    "type": "seriesMaster",
    "subject": "Weekly",
    "isAllDay": False,
    "start": {"dateTime": "2026-03-02T10:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-02T11:00:00.0000000", "timeZone": "UTC"},
    "recurrence": {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["monday"]},
        "range": {"type": "noEnd", "startDate": "2026-03-02", "recurrenceTimeZone": "UTC"},
    },
    "cancelledOccurrences": [],
    "exceptionOccurrences": [],
}
STUB: Item = {
    "id": "S.1",
    "type": "occurrence",
    "seriesMasterId": "S",
    "start": {"dateTime": "2026-03-09T10:00:00.0000000", "timeZone": "UTC"},
    "end": {"dateTime": "2026-03-09T11:00:00.0000000", "timeZone": "UTC"},
}
MASTER = {name: value for name, value in SERIES.items() if not name.endswith("Occurrences")}
FOLLOWED = f"{BASE_URL}/me/calendarView/delta"


def single(subject: str, **members: Any) -> Item:
    """Return an event of its own, always the same one."""
    times = {name: SERIES[name] for name in ("start", "end", "isAllDay")}
    return {"id": "E", "type": "singleInstance", "subject": subject, **times, **members}


def page(*rows: Item, following: int | None = None) -> Item:
    """Return a page of the feed: the last one, unless another follows."""
    if following is not None:
        return {"value": rows, "@odata.nextLink": f"{FOLLOWED}?$skiptoken={following}"}
    return {"value": rows, "@odata.deltaLink": f"{FOLLOWED}?$deltatoken=end"}


FIRST: list[Item] = [{"id": "C"}, {}, page(), {"value": []}, page()]
"""What a full pass of an empty calendar is answered with."""


class Scripted:
    """A calendar that was synced empty, whose next answers follow a script."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._answers: list[Item | int] = [*FIRST]
        client = Microsoft(
            "token",
            http_client=httpx.Client(transport=httpx.MockTransport(self._answer)),
            clock=ManualClock(NOW),
            retry=Retry(attempts=1),
        )
        self.engine = SyncEngine(client.calendar(), MemoryStore())
        self.engine.sync()
        self.asked.clear()

    def sync(self, *answers: Item | int) -> list[Any]:
        """Let the service answer so, and return what is held afterwards."""
        self._answers += answers
        self.engine.sync()
        assert not self._answers
        return sorted(self.engine.events(), key=lambda event: event.id)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path.partition("/me/")[2])
        answer = self._answers.pop(0)
        if isinstance(answer, int):
            return httpx.Response(answer, json={"error": {"code": "ErrorItemNotFound"}})
        return httpx.Response(200, content=json.dumps(answer))


def test_a_series_that_a_later_page_names_again_is_asked_for_again() -> None:
    """It may have changed since it was read, and the next round would not say so."""
    scripted = Scripted()
    later = SERIES | {"cancelledOccurrences": ["OID.S.2026-03-09"]}
    held = scripted.sync(page(MASTER, following=1), SERIES, page(MASTER), later)
    assert [type(one) for one in held] == [CancelledOccurrence, Series]


def test_a_series_that_one_page_names_often_is_asked_for_once() -> None:
    """Its occurrences come before it, after it and twice."""
    scripted = Scripted()
    held = scripted.sync(page(STUB, STUB, MASTER, STUB | {"id": "S.2"}), SERIES)
    assert [type(one) for one in held] == [Series]
    assert scripted.asked == ["calendarView/delta", "calendar/events/S"]


def test_an_occurrence_may_come_pages_before_its_series() -> None:
    """Each names the series, and what it says of itself counts."""
    scripted = Scripted()
    held = scripted.sync(page(STUB, following=1), SERIES, page(following=2), page(MASTER), SERIES)
    assert [type(one) for one in held] == [Series]


def test_a_stub_never_takes_the_place_of_content() -> None:
    """Trouble 3: a row with neither subject nor members is a hint, for singles as well."""
    scripted = Scripted()
    bare = {name: value for name, value in single("").items() if name in ("id", "type", "start")}
    held = scripted.sync(page(single("Whole"), following=1), page(bare), single("Whole"))
    assert [one.title for one in held] == ["Whole"]
    held = scripted.sync(page(STUB), SERIES)
    assert [one.title for one in held] == ["Whole", "Weekly"]


def test_partial_rows_lead_to_the_whole_event() -> None:
    """Trouble 25: a row that lacks members, such as the zone, is asked for whole."""
    scripted = Scripted()
    held = scripted.sync(page({"id": "S", "type": "seriesMaster"}), SERIES)
    assert [one.zone for one in held] == ["UTC"]
    held = scripted.sync(page({"id": "E"}), single("Whole"))
    assert [one.title for one in held] == ["Whole", "Weekly"]


def test_the_last_of_several_rows_counts() -> None:
    """Items come more than once in a round, over pages and within one."""
    scripted = Scripted()
    pages = page(single("1"), single("2"), following=1), page(single("3"))
    assert [one.title for one in scripted.sync(*pages)] == ["3"]


@pytest.mark.parametrize("there", [True, False])
def test_a_row_and_its_removal_are_decided_by_asking(there: bool) -> None:
    """One round says both, in either order of pages; where the event is says which."""
    scripted = Scripted()
    removed: Item = {"id": "E", "@removed": {"reason": "deleted"}}
    answers = ({"id": "C"}, single("Now")) if there else (404,)
    held = scripted.sync(page(single("Once"), following=1), page(removed), *answers)
    assert [one.title for one in held] == (["Now"] if there else [])


def test_removals_of_series_and_occurrences_in_one_page_are_decided_each() -> None:
    """A series that is gone takes its occurrences with it, whichever row comes first."""
    scripted = Scripted()
    left_out = SERIES | {"cancelledOccurrences": ["OID.S.2026-03-09"]}
    assert len(scripted.sync(page(MASTER), left_out)) == 2
    removed = [{"id": one, "@removed": {"reason": "deleted"}} for one in ("S.1", "S", "S.2")]
    assert scripted.sync(page(*removed), 404, 404, 404) == []


def test_an_empty_page_in_the_middle_ends_nothing() -> None:
    """It has a link, and the round goes on."""
    scripted = Scripted()
    held = scripted.sync(page(following=1), page(following=2), page(single("Last")))
    assert [type(one) for one in held] == [SingleEvent]


@pytest.mark.parametrize("operation", ["calendarView.delta", "events.list"])
@pytest.mark.parametrize("nth", [2, 3])
def test_a_full_pass_that_dies_in_the_middle_begins_anew(operation: str, nth: int) -> None:
    """410 on a page of the walk or of the listing: nothing is deleted, and nothing told twice."""
    world = World(rules=Rules(page_size=4))
    for day in range(1, 20):
        world.calendar.create(f"Day {day}", datetime(2026, 3, day, 9, tzinfo=UTC))
    world.sync()
    world.changes()
    world.fake.expire_tokens()
    world.commit(Fault(FaultKind.CURSOR_GONE, operation=operation, nth=nth))
    assert world.sync(full=True).committed
    assert world.told() == []
    world.assert_in_step()


def test_a_list_of_occurrences_that_dies_begins_the_pass_anew() -> None:
    """The link of a series' own list is refused, which is no fault of the series."""
    scripted = Scripted()
    silent = {name: SERIES[name] for name in SERIES if name != "cancelledOccurrences"}
    listed: Item = {"value": [], "@odata.nextLink": f"{BASE_URL}/me/events/S/instances?$skip=1"}
    assert scripted.sync(page(MASTER), silent, listed, 410, *FIRST) == []
