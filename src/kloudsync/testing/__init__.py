"""Fake services, faults, clocks and contract suites for your own tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.testing.clock import ManualClock
    from kloudsync.testing.deliveries import Mishap
    from kloudsync.testing.exchange import Reply
    from kloudsync.testing.faults import Fault, FaultKind, Faults
    from kloudsync.testing.google import FakeGoogle, populate
    from kloudsync.testing.kloudless import FakeKloudless
    from kloudsync.testing.microsoft import FakeMicrosoft, recurring
    from kloudsync.testing.oauth import FakeAuthorisationServer
    from kloudsync.testing.plans import PlannedCalendar
    from kloudsync.testing.salesloft import FakeSalesloft
    from kloudsync.testing.sinks import SinkContract, Target
    from kloudsync.testing.sources import SourceContract, World
    from kloudsync.testing.stores import DurableStoreContract, StoreContract
    from kloudsync.testing.tariff import Tariff

__all__ = [
    "DurableStoreContract",
    "FakeAuthorisationServer",
    "FakeGoogle",
    "FakeKloudless",
    "FakeMicrosoft",
    "FakeSalesloft",
    "Fault",
    "FaultKind",
    "Faults",
    "ManualClock",
    "Mishap",
    "PlannedCalendar",
    "Reply",
    "SinkContract",
    "SourceContract",
    "StoreContract",
    "Target",
    "Tariff",
    "World",
    "populate",
    "recurring",
]

_HOMES: Final = {
    "DurableStoreContract": "kloudsync.testing.stores",
    "FakeAuthorisationServer": "kloudsync.testing.oauth",
    "FakeGoogle": "kloudsync.testing.google",
    "FakeKloudless": "kloudsync.testing.kloudless",
    "FakeMicrosoft": "kloudsync.testing.microsoft",
    "FakeSalesloft": "kloudsync.testing.salesloft",
    "Fault": "kloudsync.testing.faults",
    "FaultKind": "kloudsync.testing.faults",
    "Faults": "kloudsync.testing.faults",
    "ManualClock": "kloudsync.testing.clock",
    "Mishap": "kloudsync.testing.deliveries",
    "PlannedCalendar": "kloudsync.testing.plans",
    "Reply": "kloudsync.testing.exchange",
    "SinkContract": "kloudsync.testing.sinks",
    "SourceContract": "kloudsync.testing.sources",
    "StoreContract": "kloudsync.testing.stores",
    "Target": "kloudsync.testing.sinks",
    "Tariff": "kloudsync.testing.tariff",
    "World": "kloudsync.testing.sources",
    "populate": "kloudsync.testing.google",
    "recurring": "kloudsync.testing.microsoft",
}

_load = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)


def __getattr__(name: str) -> object:
    """Import a name on first use.

    Raises:
        MissingExtra: A contract was asked for without the extra `testing`.
    """
    try:
        return _load(name)
    except ModuleNotFoundError as error:
        if error.name != "pytest":
            raise
        from kloudsync.errors import MissingExtra  # noqa: PLC0415 - the shelf loads nothing

        raise MissingExtra(
            f"{name} needs pytest; install it with: pip install 'kloudsync[testing]'"
        ) from error
