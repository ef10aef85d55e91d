"""What is stored in other words than it came in is read again as it was read first."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from kloudsync.http.json_kinds import is_object
from kloudsync.http.scan import Unreadable, read_item, scan_page
from kloudsync.model.record import EventRecord, Malformed
from kloudsync.providers.kloudless.records import read_record as of_kloudless
from kloudsync.providers.microsoft.records import dumped
from kloudsync.providers.microsoft.records import read_record as of_microsoft

Read = Callable[[Any, str], EventRecord | Malformed]

KLOUDLESS = {"type": "event", "start": "2026-01-05T08:00:00Z", "end": "2026-01-05T09:00:00Z"}
MICROSOFT = {
    "type": "singleInstance",
    "start": {"dateTime": "2026-01-05T08:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-01-05T09:00:00", "timeZone": "UTC"},
}


def as_stored(item: Any, _: str) -> EventRecord | Malformed:
    """Read an event of Microsoft's, of which the compact text is kept."""
    return of_microsoft(item, dumped(item) if is_object(item) else "")


@pytest.mark.parametrize(
    ("read", "event"),
    [(of_kloudless, KLOUDLESS), (as_stored, MICROSOFT)],
    ids=["kloudless", "microsoft"],
)
def test_an_item_that_its_spaces_make_bearable_is_kept_aside(
    read: Read, event: dict[str, Any]
) -> None:
    """Without them it is hardly anything but brackets, and nobody could read it again."""
    kept = list[bool]()
    for nests in range(20, 400, 4):
        item: dict[str, Any] = {
            "id": "a",
            **event,
            "words": "x" * int(nests * 16.5),
            "nests": [[[[]]]] * nests,
        }
        found = scan_page(json.dumps({"items": [item]}).encode(), "items", read).items
        assert found is not None
        kept.append(isinstance(found[0], EventRecord))
        assert not kept[-1] or not isinstance(read_item(found[0].raw), Unreadable)
    assert {True, False} == set(kept)
