"""A pass of the Kloudless source, place by place: what was read there, and where it leads."""

from __future__ import annotations

import json
from typing import Any

from attrs import evolve
from tests.providers.kloudless.world import client_of

from kloudsync.http.caller import Blocking
from kloudsync.http.message import Response
from kloudsync.model.page import SourcePage
from kloudsync.providers.kloudless.place import Phase, Place
from kloudsync.providers.kloudless.rules import Rules
from kloudsync.providers.kloudless.source import KloudlessCalendar
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.kloudless import FakeKloudless

NOW = ManualClock().now().timestamp()
NOTHING: dict[str, Any] = {}
ITEM = {"id": "event_a", "start": "2020-11-02T08:00:00Z", "end": "2020-11-02T09:00:00Z"}


def source(calendar: str = "primary", **rules: Any) -> KloudlessCalendar[Blocking]:
    """Return a calendar on a clock that stands still."""
    return client_of(FakeKloudless()).calendar(calendar, rules=Rules(**rules))


def place(phase: Phase = Phase.READ, **members: Any) -> Place:
    """Return a place in a pass of the current time."""
    held = Place(phase=phase, issued=NOW, subscription="9", cursor="5", zoned=NOW)
    return evolve(held, **members)


def read(at: Place, body: object, calendar: str = "primary", **rules: Any) -> SourcePage:
    """Read an answer to the request of a place."""
    operation = source(calendar, **rules).page(None, at.encode())
    return operation.decode(Response(status=200, body=json.dumps(body).encode()))


def going(page: SourcePage) -> Place:
    """Return where a page leads to."""
    text = page.next or page.cursor
    assert text is not None
    return Place.decode(text)
