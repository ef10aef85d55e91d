"""Errors travel: copied, pickled, and out of other processes."""

from __future__ import annotations

import copy
import inspect
import json
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from kloudsync import errors
from kloudsync.errors import (
    ConnectFailed,
    DecodeError,
    KloudsyncError,
    MissingExtra,
    NotFound,
    PermissionDenied,
    RecurrenceError,
    UsageError,
)
from kloudsync.http.message import Headers, Response
from kloudsync.http.retry import Retry
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.push.report import ChannelReport, Failure
from kloudsync.recurrence.recurrence import Recurrence
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle
from tests.cases import expect_right, programs

SECRET = "planted-secret"

ANSWER = Response(status=418, headers=Headers((("Set-Cookie", SECRET),)), body=SECRET.encode())

Way = Callable[[Any], Any]


def pickled(protocol: int) -> Way:
    """Return the way through a pickle of a protocol."""
    return lambda value: pickle.loads(pickle.dumps(value, protocol))  # noqa: S301 - our own


WAYS: dict[str, Way] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": pickled(n) for n in range(2, pickle.HIGHEST_PROTOCOL + 1)},
}


def classes() -> list[type[KloudsyncError]]:
    """Return every class of the tree."""
    members = inspect.getmembers(errors, inspect.isclass)
    return [kind for _, kind in members if issubclass(kind, KloudsyncError)]


SAID: dict[str, Any] = {
    "status": 418,
    "retry_after": 2.5,
    "column": 7,
    "response": ANSWER,
    "problems": ("expected a text @ id",),
    "fields": MappingProxyType({"name": ("is odd",)}),
}
"""What an error says beside texts, by argument."""


def made(kind: type[KloudsyncError]) -> KloudsyncError:
    """Make an error of a class, with everything that it can hold."""
    error = kind("told", **{name: SAID.get(name, name) for name in taken(kind)})
    error.add_note("noted")
    return error


def taken(kind: type[KloudsyncError]) -> Iterator[str]:
    """Yield the names of the keyword arguments of a class and its parents."""
    for ancestor in kind.__mro__:
        if ancestor.__module__ == errors.__name__ and "__init__" in vars(ancestor):
            parameters = inspect.signature(vars(ancestor)["__init__"]).parameters.values()
            yield from (one.name for one in parameters if one.kind is one.KEYWORD_ONLY)


def content(error: KloudsyncError) -> dict[str, Any]:
    """Return all that an error says, but for the answer that it came from."""
    return {
        **vars(error),
        "response": None,
        "type": type(error),
        "args": error.args,
        "text": str(error),
    }


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_every_error_travels_with_what_it_says(kind: type[KloudsyncError], way: Way) -> None:
    """Class, message, attributes and notes arrive, whatever the class's arguments are."""
    error = made(kind)
    again = way(error)
    assert content(again) == content(error)
    assert again is not error


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_the_answer_stays_behind(kind: type[KloudsyncError]) -> None:
    """What a service sent is not written down with the error that it led to."""
    error = made(kind)
    error.__cause__ = ValueError(SECRET)
    assert SECRET.encode() not in pickle.dumps(error)
    assert getattr(copy.deepcopy(error), "response", None) is None
    assert "response" not in vars(error) or vars(error)["response"] is ANSWER


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_class_and_message_make_an_error(kind: type[KloudsyncError]) -> None:
    """Whoever writes JSON hands over no more; what is not known is no obstacle."""
    error = kind("told")
    assert (type(error), str(error)) == (kind, "told")
    assert set(vars(error)) == {name for name in vars(made(kind)) if name != "__notes__"}


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_an_error_arrives_through_celery_as_what_it_is(kind: type[KloudsyncError]) -> None:
    """Its results are JSON unless somebody says otherwise, and `except NotFound` is to work there."""
    celery = pytest.importorskip("celery", reason="celery is not installed")
    backend = celery.Celery(backend="cache+memory://").backend
    with pytest.raises(kind) as caught:
        raise made(kind)
    written = json.dumps(backend.prepare_exception(caught.value, "json"))
    assert SECRET not in written
    arrived = backend.exception_to_python(json.loads(written))
    assert (type(arrived), str(arrived)) == (kind, "told")


class TenantFailed(NotFound):
    """A caller's own leaf, with arguments of its own."""

    def __init__(self, tenant: str, found: NotFound) -> None:
        super().__init__(f"{tenant}: {found}", status=found.status, provider=found.provider)
        self.tenant = tenant


class Labelled(UsageError):
    """A caller's own leaf whose message is made by `__str__`."""

    def __init__(self, label: str, *, column: int) -> None:
        super().__init__()
        self.label, self.column = label, column

    def __str__(self) -> str:
        return f"{self.label}:{self.column}"


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
def test_a_callers_own_leaves_travel_too(way: Way) -> None:
    """Subclasses may take what arguments they like."""
    found = NotFound("gone", status=404, provider="google", response=ANSWER)
    for error in (TenantFailed("acme", found), Labelled("rule", column=3)):
        assert content(way(error)) == content(error)


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
def test_a_missing_extra_is_an_import_error_still(way: Way) -> None:
    """Name and path, which Python keeps elsewhere than other attributes, travel as well."""
    error = MissingExtra("install the extra", name="psycopg", path="/somewhere")
    again = way(error)
    assert (again.name, again.path, str(again)) == ("psycopg", "/somewhere", "install the extra")


def raised() -> Iterator[KloudsyncError]:
    """Yield errors as clients, decoders and rules really raise them."""
    refused = httpx.ConnectError("refused", request=httpx.Request("GET", "https://example.com"))
    answers: list[httpx.Response | Exception] = [
        refused,
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"id": 5, "summary": []}),
        httpx.Response(429, headers={"Retry-After": "600"}),
        httpx.Response(403, json={"error": {"errors": [{"reason": "forbidden"}]}}),
    ]
    for answer in answers:
        with pytest.raises(KloudsyncError) as caught:
            client(answer).events.get("primary", "abcde")
        yield caught.value
    with pytest.raises(RecurrenceError) as odd:
        Recurrence.parse(["RRULE:FREQ=OFTEN"], start=FakeGoogle().clock.now())
    yield odd.value


def client(answer: httpx.Response | Exception) -> Google:
    """Return a client whose service always gives the same answer."""

    def serve(_: httpx.Request) -> httpx.Response:
        if isinstance(answer, Exception):
            raise answer
        return answer

    http = httpx.Client(transport=httpx.MockTransport(serve))
    return Google(SECRET, http_client=http, retry=Retry(attempts=1))


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
def test_errors_travel_as_they_are_really_raised(way: Way) -> None:
    """Causes of other libraries, decoders' problems and vendors' reasons are no obstacle."""
    met = list(raised())
    assert {type(error) for error in met} >= {ConnectFailed, DecodeError, PermissionDenied}
    for error in met:
        assert content(way(error)) == content(error)
        assert SECRET.encode() not in pickle.dumps(error)


def work(tenant: str) -> str:
    """Do one tenant's work; one of them may not."""
    if tenant == "mallory":
        client(httpx.Response(403)).calendars.get("primary")
    return tenant


def fail(tenant: str) -> None:
    """Fail with a caller's own error."""
    raise TenantFailed(tenant, NotFound("gone", status=404, provider="google", response=ANSWER))


def test_one_tenants_refusal_does_not_break_a_pool_of_processes() -> None:
    """The one gets its error, the others their results, and the pool goes on."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        futures = [pool.submit(work, tenant) for tenant in ("alice", "mallory", "bob")]
        refused = pool.submit(fail, "eve").exception(timeout=60)
        assert [f.result(timeout=60) for f in futures[::2]] == ["alice", "bob"]
        assert isinstance(futures[1].exception(timeout=60), PermissionDenied)
        assert isinstance(refused, TenantFailed)
        assert refused.tenant == "eve"


def test_a_pool_of_multiprocessing_hands_the_error_over() -> None:
    """`get` raises what the worker raised, instead of waiting for ever."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with pytest.raises(TenantFailed, match="eve: gone"):
            pool.apply_async(fail, ("eve",)).get(timeout=60)
        assert pool.apply_async(work, ("alice",)).get(timeout=60) == "alice"


@pytest.mark.parametrize("way", list(WAYS.values()), ids=list(WAYS))
def test_what_a_worker_returns_travels(way: Way) -> None:
    """Reports, states, events, changes and answers come back equal."""
    fake = FakeGoogle()
    now = fake.clock.now()
    fake.calendar().create("standup", now, now, recurrence=["RRULE:FREQ=DAILY;COUNT=3"])
    google = Google("t", http_client=httpx.Client(transport=fake.transport()))
    engine = SyncEngine(google.calendar("primary"), MemoryStore())
    values: list[Any] = [engine.sync(), engine.state(), *engine.events(), *engine.changes("c")]
    values += [*engine.busy(now, now.replace(year=2030)), google.calendars.get("primary")]
    for value in values:
        assert way(value) == value


def test_a_report_with_failures_travels() -> None:
    """The errors in it come along."""
    error = NotFound("gone", status=404, provider="google", response=ANSWER)
    topic: Any = "events"
    report = ChannelReport(failures=(Failure(topic, error),))
    again = pickled(5)(report)
    assert content(again.failures[0].error) == content(error)


@pytest.mark.parametrize("program", programs("security/errors_travel"))
def test_what_was_found_stays_mended(program: Path) -> None:
    """Each class of the tree, through every protocol."""
    expect_right(program)
