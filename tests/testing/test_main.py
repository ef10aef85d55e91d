import signal
import subprocess
import sys

import httpx
import pytest

from kloudsync.testing.__main__ import make_fake, parse_arguments
from kloudsync.testing.fakes import fakes


def test_the_command_serves_until_it_is_stopped() -> None:
    """It prints its base URL, answers any bearer token, and ends on a signal without noise."""
    command = [sys.executable, "-m", "kloudsync.testing", "serve", "google", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [*command, "--events", "30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        headers = {"Authorization": "Bearer any"}
        with httpx.Client(headers=headers) as client:
            page = client.get(f"{url}/calendars/primary/events").json()
        process.send_signal(signal.SIGTERM)
        _, noise = process.communicate(timeout=10)
    assert len(page["items"]) == 30
    assert (process.returncode, noise) == (0, "")


def test_every_service_can_be_served() -> None:
    """Each name of the command line is a fake's."""
    for service in fakes():
        fake = make_fake(parse_arguments(["serve", service]))
        assert fake.handle("GET", "/nowhere/", {}).status >= 400


def test_the_port_has_a_default() -> None:
    """Without options Google is served on port 4010."""
    assert parse_arguments(["serve", "google"]).port == 4010


def test_an_unknown_service_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """The message names what there is."""
    with pytest.raises(SystemExit):
        parse_arguments(["serve", "unknown"])
    assert "google" in capsys.readouterr().err


def test_serving_needs_no_pytest() -> None:
    """Whoever installed kloudsync alone can serve every fake."""
    script = (
        "import sys; sys.modules['pytest'] = None\n"
        "from kloudsync.testing.__main__ import make_fake, parse_arguments\n"
        "from kloudsync.testing.fakes import fakes\n"
        "for name in fakes(): make_fake(parse_arguments(['serve', name]))\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)  # noqa: S603 - our own constant script


def test_a_contract_names_the_extra_that_it_needs() -> None:
    """Without pytest a contract is no bare ModuleNotFoundError."""
    script = (
        "import sys; sys.modules['pytest'] = None\n"
        "import kloudsync.testing\n"
        "from kloudsync.errors import MissingExtra\n"
        "try: kloudsync.testing.StoreContract\n"
        "except MissingExtra as error: print(error)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own constant script
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert "kloudsync[testing]" in done.stdout
