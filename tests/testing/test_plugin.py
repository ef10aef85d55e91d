import subprocess
import sys

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle

_CHECK = """
import sys
before = set(sys.modules)
import kloudsync.testing.plugin
heavy = {"httpx", "dateutil", "http.server", "attrs", "kloudsync.testing.google"}
sys.exit(", ".join(sorted(heavy & (set(sys.modules) - before))) or None)
"""


def test_the_plugin_is_light() -> None:
    """Loading it, as every pytest run does, loads no fake and no HTTP client."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-c", _CHECK], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_the_fixtures_share_a_clock(fake_google: FakeGoogle, manual_clock: ManualClock) -> None:
    """Moving `manual_clock` moves the fake's time."""
    assert fake_google.clock is manual_clock
