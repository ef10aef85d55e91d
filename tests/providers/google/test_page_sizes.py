"""Pages that are too long to be read are asked for in halves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from kloudsync.errors import AnswerTooLong
from kloudsync.http.retry import Retry
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.page_sizes import placed
from kloudsync.stores import MemoryStore
from kloudsync.testing.google import FakeGoogle

EVENTS = 40


class Counted:
    """A calendar of events of a kilobyte each, whose pages may hold ten of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, longest: int = 14_000) -> None:
        monkeypatch.setattr("kloudsync.http.body.LARGEST_ANSWER", longest)
        self.fake = FakeGoogle()
        now = self.fake.clock.now()
        for number in range(EVENTS):
            self.fake.calendar().create(f"{number}", now, now, description="x" * 500)
        self.asked: list[int] = []
        carrier = self.fake.transport()

        def serve(request: httpx.Request) -> httpx.Response:
            self.asked.append(int(request.url.params["maxResults"]))
            return carrier.handle_request(request)

        http = httpx.Client(transport=httpx.MockTransport(serve))
        options: dict[str, Any] = {"clock": self.fake.clock, "retry": Retry(attempts=1)}
        google = Google("token", http_client=http, **options)
        self.engine = SyncEngine(google.calendar(page_size=32), MemoryStore())


def test_a_page_that_is_too_long_is_asked_for_in_halves(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run succeeds, and later pages of the listing are asked for like the one that fitted."""
    counted = Counted(monkeypatch)
    report = counted.engine.sync()
    assert (report.added, report.committed) == (EVENTS, True)
    fitting = counted.asked[-1]
    begun = counted.asked.index(fitting)
    assert counted.asked[: begun + 1] == [32 >> n for n in range(begun + 1)]
    assert begun > 0
    assert counted.asked[begun:] == [fitting] * -(-EVENTS // fitting)
    assert {event.id: dict(event.raw) for event in counted.engine.events()} == counted.fake.truth()


def test_a_listing_that_fits_is_asked_for_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sizes are for the listing that needed them."""
    counted = Counted(monkeypatch)
    counted.engine.sync()
    counted.asked.clear()
    now = counted.fake.clock.now()
    counted.fake.calendar().create("new", now, now)
    assert counted.engine.sync().added == 1
    assert counted.asked == [32]


def test_an_event_that_is_too_long_alone_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Below one event there is nothing to ask for."""
    counted = Counted(monkeypatch, longest=400)
    with pytest.raises(AnswerTooLong, match=r"events\.list"):
        counted.engine.sync()
    assert counted.asked == [32, 16, 8, 4, 2, 1]


@pytest.mark.parametrize(
    ("position", "token", "size"),
    [(None, None, 2500), ("abc==", "abc==", 2500), ("maxResults=625&a&b=", "a&b=", 625)],
)
def test_a_position_tells_its_size(position: str | None, token: str | None, size: int) -> None:
    """Positions that were stored before are tokens alone."""
    assert placed(position, 2500) == (token, size)
