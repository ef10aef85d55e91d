"""Where the notifications of each provider arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from tests.fleet.following import Drive, World, into

from kloudsync import AsyncMicrosoft, Microsoft
from kloudsync.errors import UsageError
from kloudsync.fleet.accounts import Account
from kloudsync.fleet.addresses import Addresses
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeMicrosoft, Reply

NINE = datetime(2026, 1, 5, 9, tzinfo=UTC)
BOTH = {
    "google": "https://hooks.example.com/google",
    "microsoft": "https://hooks.example.com/microsoft",
}


class TwoServices(World):
    """An account at Google, and one at Microsoft."""

    mailbox: FakeMicrosoft

    def connect(self, account: Account) -> Any:
        """Return a client of the account's provider."""
        if account.provider == "google":
            return super().connect(account)
        transport = self.mailbox.transport()
        if self.drive == "blocking":
            client = httpx.Client(transport=transport)
            return Microsoft("t", account=account.name, http_client=client, clock=self.clock)
        awaiting = httpx.AsyncClient(transport=transport)
        return AsyncMicrosoft("t", account=account.name, http_client=awaiting, clock=self.clock)


@pytest.mark.parametrize("drive", ["blocking", "awaiting"])
def test_each_provider_writes_to_its_own_address(drive: Drive) -> None:
    """Accounts of two providers are announced at two addresses of one fleet, handshakes included."""
    world = TwoServices(drive, MemoryStore(), address=BOTH)
    google, microsoft = world.person("ann"), FakeMicrosoft(clock=world.clock)
    world.mailbox = microsoft
    posts = {address: into(world.fleet.intake(name)) for name, address in BOTH.items()}
    handshake = {"Content-Type": "text/plain"}

    def post(address: str, headers: Any, body: bytes) -> Reply:
        page = httpx.URL(address)
        if token := page.params.get("validationToken"):
            to_microsoft = str(page.copy_with(query=None)) == BOTH["microsoft"]
            return Reply(200, handshake, token.encode()) if to_microsoft else Reply(400, {}, b"")
        return posts[address](address, headers, body)

    google.channels.deliveries.receiver = post
    microsoft.subscriptions.deliveries.receiver = post
    for provider in BOTH:
        world.do(world.fleet.enrol(provider, "ann", calendars=["primary"]))
    world.once()
    world.later(6.0)
    google.channels.deliveries.deliver()
    world.later(1.0)
    google.calendar().create("Second", NINE, NINE + timedelta(hours=1))
    microsoft.calendar().create("First", NINE)
    told = [*google.channels.deliveries.deliver(), *microsoft.subscriptions.deliveries.deliver()]
    assert {one.message.address for one in told} == set(BOTH.values())
    world.later(1.0)
    copies = {key.provider: len(list(world.store.events(key))) for key in world.store.calendars()}
    assert copies == {"google": 2, "microsoft": 1}


def test_who_is_not_named_is_polled() -> None:
    """A provider without an address of its own has none; one text is everybody's."""
    assert Addresses.of({"google": BOTH["google"]}).at("microsoft") is None
    assert Addresses.of(BOTH["google"]).at("microsoft") == BOTH["google"]
    assert Addresses.of(None).at("google") is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "by provider"),
        (["https://hooks.example.com"], "by provider"),
        ({"google": "http://hooks.example.com"}, "of google has to be https"),
        ({"google": None}, "of google has to be an http or https address"),
    ],
)
def test_what_is_no_address_is_refused(given: Any, said: str) -> None:
    """What could not work is refused when the fleet is made, and says whose address it is."""
    with pytest.raises(UsageError, match=said):
        Addresses.of(given)
