"""Values travel: pickled, copied, and into other processes."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import Any, get_type_hints

import httpx
import pytest
from attrs import NOTHING, fields, frozen, has
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kloudsync import Google, Kloudless, SyncEngine
from kloudsync.http.caller import Blocking
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.event import Held
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.record import EventRecord
from kloudsync.model.view import CalendarView
from kloudsync.recurrence import ICALENDAR, Reading
from kloudsync.stores import MemoryStore
from kloudsync.sync.source import Source
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from tests.security.modules import modules

WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deep copy": copy.deepcopy,
    "pickle": lambda value: pickle.loads(pickle.dumps(value)),  # noqa: S301 - our own
    "pickle 2": lambda value: pickle.loads(pickle.dumps(value, 2)),  # noqa: S301 - our own
}
way = pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)

DATA = (
    "kloudsync.model.",
    "kloudsync.sync.report",
    "kloudsync.mirror.report",
    "kloudsync.push.report",
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2)
    ),
    max_leaves=4,
)

OTHERWISE = {
    "kloudsync.model.reader.Reader": "it holds a provider's reader, which is a protocol: below",
    "kloudsync.model.view.CalendarView": "its source is a protocol: below",
    "kloudsync.model.occurrence.Occurrence": "it holds a view: below",
    "kloudsync.push.report.Failure": "it holds an error, which is like none: test_errors",
    "kloudsync.model.occurrence.Unexpanded": "it holds an error, which is like none: test_errors",
}
"""Values that cannot be drawn or compared like the others, and why."""


def value_types() -> Iterator[type[Any]]:
    """Yield the classes of values that a program is given: the model, reports, and what is on the wire."""
    for module in modules():
        name = module.__name__
        if name.startswith(DATA) or ".wire." in name:
            for one in list(vars(module).values()):
                if isinstance(one, type) and one.__module__ == name and _is_value(one):
                    yield one


def _is_value(cls: type[Any]) -> bool:
    named = f"{cls.__module__}.{cls.__qualname__}"
    is_data = has(cls) or "_fields" in vars(cls)
    return is_data and not issubclass(cls, BaseException) and named not in OTHERWISE


def drawn(cls: type[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy of a class's values, with any JSON where it takes any."""
    if not has(cls):
        return st.from_type(cls)
    hints = get_type_hints(cls)
    members: dict[str, st.SearchStrategy[Any]] = {}
    for one in fields(cls):
        loose = _loose(str(hints[one.name]))
        if one.init and (loose is not None or one.default is NOTHING):
            members[one.alias] = st.from_type(hints[one.name]) if loose is None else loose
    return st.builds(cls, **members)


def _loose(hint: str) -> st.SearchStrategy[Any] | None:
    if hint == "<class 'float'>":
        return st.floats(allow_nan=False)  # what is no number is like nothing, itself included
    if "Any" not in hint:
        return None
    if "apping" in hint or "dict" in hint:
        return st.dictionaries(st.text(max_size=5), JSON, max_size=3)
    return st.lists(JSON, max_size=2).map(tuple) if "equence" in hint or "tuple" in hint else JSON


for _cls in value_types():
    if has(_cls):
        st.register_type_strategy(_cls, drawn)


@pytest.mark.parametrize(
    "cls", list(value_types()), ids=lambda cls: f"{cls.__module__}.{cls.__name__}"
)
def test_every_value_travels(cls: type[Any]) -> None:
    """What arrives is equal to what left, whatever the value holds."""

    @settings(max_examples=5, suppress_health_check=[HealthCheck.too_slow], database=None)
    @given(drawn(cls))
    def check(value: Any) -> None:
        for name, go in WAYS.items():
            assert go(value) == value, name

    check()


START = datetime(2026, 1, 5, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def fill(fake: FakeGoogle) -> FakeGoogle:
    """Put a series into a calendar, of which one occurrence was moved."""
    rule = ["RRULE:FREQ=DAILY;COUNT=3"]
    series = fake.calendar().create("Standup", START, START + HOUR, recurrence=rule)
    fake.calendar().edit_this(series, START, start=START + HOUR, end=START + 2 * HOUR)
    return fake


def at_google() -> tuple[Source[Blocking], Source[Blocking]]:
    """Return the calendar and a window of it."""
    clock = ManualClock()
    http_client = httpx.Client(transport=fill(FakeGoogle(clock=clock)).transport())
    client = Google("planted", http_client=http_client, clock=clock)
    return client.calendar(), client.window()


def at_kloudless() -> tuple[Source[Blocking], Source[Blocking]]:
    """Return the same through Kloudless."""
    clock = ManualClock()
    fake = FakeKloudless(FakeGoogle(clock=clock))
    fill(fake.google)
    fake.pull()
    http_client = httpx.Client(transport=fake.transport())
    client = Kloudless("planted", http_client=http_client, clock=clock)
    return client.calendar(), client.window()


def shown_of(source: Source[Blocking]) -> list[Occurrence]:
    """Return the occurrences of a calendar after a first sync."""
    engine = SyncEngine(source, MemoryStore())
    engine.sync()
    return list(engine.occurrences(START, START + timedelta(days=9)))


def told(occurrence: Occurrence) -> list[Any]:
    """Return all that an occurrence says."""
    one = occurrence
    known = [one.id, one.slot_id, one.start, one.end, one.all_day, one.series, one.original_start]
    return [*known, one.zone_known, one.repairs, one.event, one.calendar, repr(one)]


@way
@pytest.mark.parametrize("sources", [at_google, at_kloudless])
def test_occurrences_travel_without_their_client(
    sources: Callable[[], tuple[Source[Blocking], Source[Blocking]]], way: Callable[[Any], Any]
) -> None:
    """What arrives says the same of itself, and holds no connection and no token."""
    for source in sources():
        shown = shown_of(source)
        assert shown
        again = way(shown)
        assert again == shown
        assert [told(one) for one in again] == [told(one) for one in shown]
        assert hash(way(shown[0].view)) == hash(shown[0].view)
        assert b"planted" not in pickle.dumps(shown)


def test_occurrences_are_shown_by_other_processes() -> None:
    """A worker that was handed an occurrence knows its event and its id."""
    source, _ = at_google()
    shown = shown_of(source)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(told, shown)) == [told(one) for one in shown]


def test_a_source_of_another_maker_travels_as_it_is() -> None:
    """Where a source cannot say how it reads without its client, it is the reader."""
    view = CalendarView(CalendarKey("own", "a", "b"), Own(), "UTC")
    assert isinstance(copy.copy(view).source, Own)
    assert copy.copy(view) == view


@frozen
class Own:
    """A reader that somebody else has written."""

    reading: Reading = ICALENDAR

    def event(self, record: EventRecord) -> Held:
        """Refuse; nobody asks."""
        raise NotImplementedError

    def occurrence_id(self, series: str, start: int, all_day: bool) -> str:
        """Name it."""
        return f"{series}-{start}-{all_day}"
