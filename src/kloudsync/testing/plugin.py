"""Pytest fixtures: the fake services, ready to use in your own tests.

The plugin loads in every pytest run of whoever has kloudsync installed, so it imports the fakes
only for the tests that ask for them.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from kloudsync.testing.clock import ManualClock
    from kloudsync.testing.google import FakeGoogle
    from kloudsync.testing.kloudless import FakeKloudless
    from kloudsync.testing.microsoft import FakeMicrosoft
    from kloudsync.testing.oauth import FakeAuthorisationServer
    from kloudsync.testing.salesloft import FakeSalesloft


@pytest.fixture
def manual_clock() -> "ManualClock":
    """A clock that stands still at Monday, 5 January 2026, 9:00 UTC until it is moved."""
    from kloudsync.testing.clock import ManualClock  # noqa: PLC0415 - see the module

    return ManualClock()


@pytest.fixture
def fake_google(manual_clock: "ManualClock") -> "FakeGoogle":
    """An empty fake Google on the manual clock; every bearer token is good."""
    from kloudsync.testing.google import FakeGoogle  # noqa: PLC0415 - see the module

    return FakeGoogle(clock=manual_clock)


@pytest.fixture
def fake_google_url(fake_google: "FakeGoogle") -> Iterator[str]:
    """The base URL of `fake_google` on a loopback port, for any client."""
    from kloudsync.testing.serve import serve  # noqa: PLC0415 - see the module

    with serve(fake_google) as url:
        yield url


@pytest.fixture
def fake_kloudless(fake_google: "FakeGoogle") -> "FakeKloudless":
    """A fake Kloudless before `fake_google`; every bearer token is good."""
    from kloudsync.testing.kloudless import FakeKloudless  # noqa: PLC0415 - see the module

    return FakeKloudless(fake_google)


@pytest.fixture
def fake_kloudless_url(fake_kloudless: "FakeKloudless") -> Iterator[str]:
    """The base URL of `fake_kloudless` on a loopback port, for any client."""
    from kloudsync.testing.serve import serve  # noqa: PLC0415 - see the module

    with serve(fake_kloudless) as url:
        yield url


@pytest.fixture
def fake_microsoft(manual_clock: "ManualClock") -> "FakeMicrosoft":
    """An empty fake Microsoft on the manual clock; every bearer token is good."""
    from kloudsync.testing.microsoft import FakeMicrosoft  # noqa: PLC0415 - see the module

    return FakeMicrosoft(clock=manual_clock)


@pytest.fixture
def fake_microsoft_url(fake_microsoft: "FakeMicrosoft") -> Iterator[str]:
    """The base URL of `fake_microsoft` on a loopback port, for any client."""
    from kloudsync.testing.serve import serve  # noqa: PLC0415 - see the module

    with serve(fake_microsoft) as url:
        yield url


@pytest.fixture
def fake_oauth(manual_clock: "ManualClock") -> "FakeAuthorisationServer":
    """A fake authorisation server on the manual clock; it knows and believes every client."""
    from kloudsync.testing.oauth import FakeAuthorisationServer  # noqa: PLC0415 - see the module

    return FakeAuthorisationServer(clock=manual_clock)


@pytest.fixture
def fake_oauth_url(fake_oauth: "FakeAuthorisationServer") -> Iterator[str]:
    """The base URL of `fake_oauth` on a loopback port, for any client."""
    from kloudsync.testing.serve import serve  # noqa: PLC0415 - see the module

    with serve(fake_oauth) as url:
        yield url


@pytest.fixture
def fake_salesloft(manual_clock: "ManualClock") -> "FakeSalesloft":
    """An empty fake Salesloft on the manual clock; every bearer token is good."""
    from kloudsync.testing.salesloft import FakeSalesloft  # noqa: PLC0415 - see the module

    return FakeSalesloft(clock=manual_clock)


@pytest.fixture
def fake_salesloft_url(fake_salesloft: "FakeSalesloft") -> Iterator[str]:
    """The base URL of `fake_salesloft` on a loopback port, for any client."""
    from kloudsync.testing.serve import serve  # noqa: PLC0415 - see the module

    with serve(fake_salesloft) as url:
        yield url
