"""Many calls of Graph in one request."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from tests.providers.microsoft.world import NOW, client_of

from kloudsync.errors import NotFound, TransportError, UsageError
from kloudsync.http.operation import Operation
from kloudsync.providers.microsoft.client import Microsoft
from kloudsync.providers.microsoft.resources.events import Events
from kloudsync.providers.microsoft.wire.event import Event
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.microsoft import USUAL, FakeMicrosoft, Habit


@pytest.mark.parametrize("habits", [USUAL, USUAL | {Habit.BATCH_OVERFLOWS}])
def test_calls_travel_together_and_fail_alone(habits: frozenset[Habit]) -> None:
    """Trouble 18: a part that is throttled within an answer of 200 is sent again."""
    fake = FakeMicrosoft(clock=ManualClock(NOW), habits=habits)
    made = [
        fake.calendar().create(f"Event {number}", datetime(2026, 3, 4, 9, tzinfo=UTC))
        for number in range(23)
    ]
    client = client_of(fake)
    gets = [Events.get(name) for name in (*made, "AAMkGONE=")]
    answers = client.batch([*gets, Events.patch(made[0], Event(subject="Patched"))])
    assert [answer.value.subject for answer in answers[:3]] == [f"Event {n}" for n in range(3)]
    assert isinstance(answers[23].error, NotFound)
    assert answers[24].value.subject == "Patched"
    assert all(answer.error is None for answer in (*answers[:23], answers[24]))


def test_parts_have_paths_below_the_version_and_preferences_of_their_own() -> None:
    """A batch is JSON; a body is JSON within it."""
    seen: list[Any] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(json.loads(request.content))
        return httpx.Response(
            200, json={"responses": [{"id": "0", "status": 200, "body": {"id": "e"}}]}
        )

    client = Microsoft(
        "token",
        http_client=httpx.Client(transport=httpx.MockTransport(answer)),
        clock=ManualClock(NOW),
    )
    calls: list[Operation[Any]] = [Events.patch("e", Event(subject="x")), Events.cancel("f")]
    got, lost = client.batch(calls)
    assert got.value.id == "e"
    assert isinstance(lost.error, TransportError)
    (first, second), *_ = [one["requests"] for one in seen]
    assert first["url"] == "/me/calendar/events/e"
    assert first["body"] == {"subject": "x"}
    assert "ImmutableId" in second["headers"]["Prefer"]


def test_a_link_is_no_part_of_a_batch() -> None:
    """It leads to an address of its own."""
    client = client_of(FakeMicrosoft(clock=ManualClock(NOW)))
    with pytest.raises(UsageError, match="address of its own"):
        client.batch([Events.follow("https://graph.microsoft.com/v1.0/me/events?$skip=1")])
