"""The fake, judged by npm's `@googleapis/calendar`; `nox -s foreign_clients` brings it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.testing.google.caller import la

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.serve import serve

SCRIPT = Path(__file__).with_name("npm_client.mjs")
MODULES = os.environ.get("KLOUDSYNC_NODE_MODULES", "")
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(
    not (MODULES and NODE),
    reason="KLOUDSYNC_NODE_MODULES names no folder with @googleapis/calendar, or node is missing",
)


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """Let the client tour a calendar with ten events, and read what it saw."""
    fake = FakeGoogle()
    for number in range(10):
        fake.calendar().create(f"Event {number}", la("2026-02-01", 9 + number % 3))
    with serve(fake) as url:
        root = url.removesuffix("calendar/v3")
        done = subprocess.run(  # noqa: S603 - our own script
            [str(NODE), str(SCRIPT), MODULES, root],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("listed", 10),
        ("got", "Zürich?"),
        ("patched", "Room 1"),
        ("instances", ["2026-03-02", "2026-03-09", "2026-03-16"]),
        ("updated", "Bern"),
        ("quick", "Lunch"),
        ("twice", [410, "deleted"]),
        ("garbage", [400, "invalid"]),
        ("changed", ["confirmed", "cancelled"]),
        ("ordered", True),
        ("deleted", True),
        ("free", ["primary"]),
        ("masked", {"items": [{"summary": "Event 0"}]}),
        ("unknownField", [400, "invalidParameter"]),
        ("lists", 1),
        ("channel", "api#channel"),
    ],
)
def test_the_client_sees_what_it_expects(said: dict[str, Any], what: str, expected: object) -> None:
    """Each of its calls is answered as the service answers it."""
    assert said[what] == expected
