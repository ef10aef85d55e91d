from datetime import timedelta
from typing import Any

import pytest
from tests.testing.oauth.browser import Application

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.oauth import FakeAuthorisationServer
from kloudsync.testing.oauth.consents import Person
from kloudsync.testing.oauth.service import DEVICE_GRANT


@pytest.fixture
def app(fake_oauth: FakeAuthorisationServer) -> Application:
    """A device's application."""
    return Application(fake_oauth)


def poll(app: Application, code: str) -> tuple[int, dict[str, Any]]:
    """Ask whether the person has answered."""
    return app.token(grant_type=DEVICE_GRANT, device_code=code)


def test_a_device_waits_for_a_person(app: Application, manual_clock: ManualClock) -> None:
    """Pending until the code is typed in, then tokens, once."""
    _, shown = app.post("/device/code", scope="read write")
    assert poll(app, shown["device_code"])[1]["error"] == "authorization_pending"
    app.server.answer_device(shown["user_code"], Person(ticked=frozenset(["read"])))
    manual_clock.advance(timedelta(seconds=shown["interval"]))
    status, tokens = poll(app, shown["device_code"])
    assert (status, tokens["scope"]) == (200, "read")
    assert app.refresh(tokens["refresh_token"])[0] == 200
    assert poll(app, shown["device_code"])[1]["error"] == "invalid_grant"


def test_who_asks_too_often_waits_longer(app: Application, manual_clock: ManualClock) -> None:
    """Each hurry costs five seconds more (RFC 8628, section 3.5)."""
    _, shown = app.post("/device/code")
    errors: list[str] = []
    for pause in (0, 4, 9, 15):
        manual_clock.advance(timedelta(seconds=pause))
        errors.append(poll(app, shown["device_code"])[1]["error"])
    assert errors == ["authorization_pending", "slow_down", "slow_down", "authorization_pending"]


def test_a_device_may_be_denied(app: Application) -> None:
    """The person says no."""
    _, shown = app.post("/device/code")
    app.server.answer_device(shown["user_code"], Person(willing=False))
    assert poll(app, shown["device_code"])[1]["error"] == "access_denied"


def test_nobody_waits_for_ever(app: Application, manual_clock: ManualClock) -> None:
    """The code lapses, and another application's code is none."""
    _, shown = app.post("/device/code")
    assert poll(Application(app.server, "other"), shown["device_code"])[1]["error"] == (
        "invalid_grant"
    )
    manual_clock.advance(timedelta(seconds=shown["expires_in"]))
    assert poll(app, shown["device_code"])[1]["error"] == "expired_token"


def test_a_code_that_no_device_shows_is_the_tests_own_mistake(app: Application) -> None:
    """The error names it."""
    with pytest.raises(LookupError, match="ABCD"):
        app.server.answer_device("ABCD-EFGH")
