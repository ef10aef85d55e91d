import signal
import subprocess
import sys

import httpx

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless


def test_the_command_serves_until_it_is_stopped() -> None:
    """It prints its base URL, answers any bearer token, and ends on a signal without noise."""
    command = [sys.executable, "-m", "kloudsync.testing", "serve", "kloudless", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--events", "30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with httpx.Client(headers={"Authorization": "Bearer any"}) as client:
            page = client.get(f"{url}/accounts/me/cal/calendars/primary/events/").json()
        process.send_signal(signal.SIGTERM)
        _, noise = process.communicate(timeout=10)
    assert page["count"] == 30
    assert (process.returncode, noise) == (0, "")


def test_the_fixtures_share_upstream_and_clock(
    fake_kloudless: FakeKloudless, fake_google: FakeGoogle, manual_clock: ManualClock
) -> None:
    """What is edited in `fake_google` is seen through `fake_kloudless`, at the same time."""
    assert fake_kloudless.google is fake_google
    assert fake_kloudless.clock is manual_clock


def test_a_served_fake_answers_on_its_address(fake_kloudless_url: str) -> None:
    """The fixture's base URL ends with the version, and is good for any client."""
    assert fake_kloudless_url.endswith("/v1")
    answer = httpx.get(
        f"{fake_kloudless_url}/accounts/me/subscriptions/", headers={"Authorization": "Bearer x"}
    )
    assert answer.json()["total"] == 1
