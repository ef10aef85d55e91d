"""What the answer to a write says of it, as a function of values."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kloudsync.providers.salesloft.answers import taken
from kloudsync.providers.salesloft.wire.event import CalendarEvent, Upserted

NINE, TEN = datetime(2026, 2, 1, 9, tzinfo=UTC), datetime(2026, 2, 1, 10, tzinfo=UTC)
SENT = {"start_time": "2026-02-01T09:00:00Z", "end_time": "2026-02-01T10:00:00Z"}
SHOWN: dict[str, Any] = {"start_time": NINE, "end_time": TEN, "status": "confirmed"}


def answered(sent: dict[str, Any], shown: dict[str, Any], *changed: str) -> bool:
    """Tell whether a row was taken, by the answer to it."""
    fields: dict[str, Any] = {"extended_properties": {"changed_attributes": list(changed)}}
    event = CalendarEvent(**{**SHOWN, **fields, **shown})
    return taken({**SENT, "status": "confirmed", **sent}, Upserted(event=event))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({}, {"status": "cancelled"}),
        ({"status": "cancelled"}, {}),
        ({}, {"start_time": TEN}),
        ({}, {"end_time": NINE}),
    ],
)
def test_an_answer_that_contradicts_was_not_taken(
    sent: dict[str, Any], shown: dict[str, Any]
) -> None:
    """Nothing changed, and status or times are not those sent; what changed was taken."""
    assert not answered(sent, shown)
    assert answered(sent, shown, "title")


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({}, {}),
        ({"title": " One "}, {"title": "One"}),
        ({}, {"status": None, "start_time": None, "end_time": None}),
        ({"status": "cancelled"}, {"status": "cancelled", "start_time": TEN}),
        ({"all_day": True}, {"start_time": TEN}),
        ({"status": "tentative"}, {}),
    ],
)
def test_a_repeated_write_was_taken(sent: dict[str, Any], shown: dict[str, Any]) -> None:
    """Nothing changed, since it was there already; what a service may adapt does not count."""
    assert answered(sent, shown)
