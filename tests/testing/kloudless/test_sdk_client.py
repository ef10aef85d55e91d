"""The fake, judged by the vendor's own client; `nox -s foreign_clients` brings it."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.testing.google.caller import la

from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.serve import serve

SCRIPT = Path(__file__).with_name("sdk_client.py")
PYTHON = os.environ.get("KLOUDSYNC_KLOUDLESS_PYTHON", "")

pytestmark = pytest.mark.skipif(
    not PYTHON, reason="KLOUDSYNC_KLOUDLESS_PYTHON names no interpreter that has kloudless 2.0.1"
)
TOKEN, APPLICATION = "held", "test-application"


@pytest.fixture(scope="module", params=[False, True], ids=["named pages", "numbered pages"])
def said(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Let the client tour an account with eleven events, and read what it saw."""
    google = FakeGoogle()
    for number in range(11):
        google.calendar().create(f"Event {number}", la("2026-02-01") + timedelta(days=number))
    google.add_calendar("team@example.com", summary="Team")
    fake = FakeKloudless(google, tokens={TOKEN: 4242}, application=APPLICATION)
    fake.numbered = request.param
    with serve(fake) as url:
        done = subprocess.run(  # noqa: S603 - our own script, an interpreter of the developer's
            [PYTHON, str(SCRIPT), url.removesuffix("/v1"), TOKEN, APPLICATION],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


def test_it_reads_calendars_and_events_page_by_page(said: dict[str, Any]) -> None:
    """By paths without a slash, with the parameters kept by the redirects."""
    assert said["accounts"] == [4242]
    assert said["calendars"] == ["owner@example.com", "Team"]
    assert said["primary"].startswith("calendar_")
    assert said["events"] == [f"Event {number}" for number in range(11)]
    assert said["window"] == ["Event 0", "Event 1"]


def test_its_objects_lead_back_to_the_fake(said: dict[str, Any]) -> None:
    """They patch, refresh and delete themselves by the address that they came with."""
    assert said["patched"] == ["Patched", True]
    assert said["raw"] == "Patched"
    assert said["deleted"] == 404


def test_it_follows_the_activity(said: dict[str, Any]) -> None:
    """From the newest cursor on; the older stream one record a page, to its new end."""
    assert said["activity"] == ["add", "update"]
    assert (said["news"], said["news end"]) == (["add", "update"], True)


def test_it_reaches_what_lies_behind(said: dict[str, Any]) -> None:
    """The upstream service as it is, and the time that is free."""
    assert said["upstream"] == "calendar#calendarList"
    assert said["free"] == 2


def test_it_knows_the_refusals(said: dict[str, Any]) -> None:
    """By the classes that it has for them."""
    assert said["refused"] == [
        "APIException",
        "TokenVerificationFailed",
        "AuthorizationException",
        "NotFoundException",
    ]
