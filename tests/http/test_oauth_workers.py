import asyncio
from collections.abc import Callable

import httpx
import pytest
from attrs import define, field
from tests.http.drives import TOKEN_URL, Drive, reading, setting
from tests.http.rotating import ENDPOINT, Rotating

from kloudsync.errors import ConsentRequired, LeaseHeld, UsageError
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting
from kloudsync.http.oauth import RefreshedToken, RenewalLease
from kloudsync.http.token_endpoint import Tokens
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.clock import ManualClock


@define
class Vault:
    """Where a login is kept for all workers, and who may renew it."""

    kept: Tokens | str | None = "planted-r0"
    holder: object = None
    steps: list[str] = field(factory=list[str])

    def load(self) -> Tokens | str | None:
        """Return what is kept."""
        self.steps.append("load")
        return self.kept

    def keep(self, tokens: Tokens) -> None:
        """Keep new tokens."""
        self.steps.append("keep")
        self.kept = tokens

    def acquire(self, name: str, owner: str, *, ttl: float, now: float) -> object | None:
        """Let one worker in."""
        self.steps.append(f"acquire {name}")
        if self.holder is not None:
            return None
        self.holder = owner
        return owner

    def release(self, lease: object) -> None:
        """Let the next one in."""
        assert lease == self.holder
        self.steps.append("release")
        self.holder = None


def worker(vault: Vault, *, leased: bool = True) -> RefreshedToken:
    """Return the scheme of one of several workers."""
    lease = RenewalLease(vault, "acme") if leased else None
    return RefreshedToken(ENDPOINT, load=vault.load, keep=vault.keep, lease=lease)


def test_a_renewal_reads_asks_and_keeps_under_its_lease(drive: Drive) -> None:
    """What another worker kept is seen before the refresh token is spent."""
    vault = Vault()
    drive.perform(reading(), setting(worker(vault)), Rotating())
    assert vault.steps == ["acquire token:acme", "load", "keep", "release"]


def test_a_worker_uses_what_another_one_renewed(drive: Drive) -> None:
    """The second worker sends no refresh token at all."""
    vault, service = Vault(), Rotating()
    first, second = worker(vault), worker(vault)
    for auth in (first, second):
        drive.perform(reading(), setting(auth), service)
    assert service.number == 1
    assert service.seen == ["planted-a1", "planted-a1"]


def test_a_token_that_was_refused_is_not_taken_from_where_it_is_kept(drive: Drive) -> None:
    """A revoked access token is renewed, though it would still live long."""
    service = Rotating(number=1, revoked=frozenset({"planted-a1"}))
    vault = Vault(Tokens(access_token="planted-a1", refresh_token="planted-r1"))
    drive.perform(reading(), setting(worker(vault)), service)
    assert service.seen == ["planted-a1", "planted-a2"]


@pytest.mark.parametrize("kept", ["planted-r1", "tokens"])
def test_a_spent_refresh_token_is_looked_up_once_more(drive: Drive, kept: str) -> None:
    """Between reading and asking another worker may have renewed: nobody has to consent again."""
    service = Rotating(number=1)
    vault = Vault()
    news = Tokens(access_token="planted-a1", refresh_token="planted-r1")

    def renew_meanwhile(request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL and vault.kept == "planted-r0":
            vault.kept = news if kept == "tokens" else kept
        return service(request)

    auth = worker(vault, leased=False)
    assert drive.perform(reading(), setting(auth), renew_meanwhile).value == "done"
    assert service.number == (1 if kept == "tokens" else 2)


def test_a_grant_that_is_gone_everywhere_asks_for_a_person(drive: Drive) -> None:
    """The second look finds the same token; the lease is given back."""
    vault = Vault()
    with pytest.raises(ConsentRequired):
        drive.perform(reading(), setting(worker(vault)), Rotating(number=7))
    assert vault.steps == ["acquire token:acme", "load", "load", "release"]
    assert vault.holder is None


def test_a_worker_waits_while_another_one_renews(drive: Drive) -> None:
    """It looks now and then whether the other is done, and takes what that one kept."""
    vault, service, clock = Vault(holder="the other"), Rotating(number=1), ManualClock()
    looks = iter(range(3))

    def load() -> Tokens | str | None:
        if next(looks, None) is None:
            return Tokens(access_token="planted-a1", refresh_token="planted-r1")
        return "planted-r0"

    auth = RefreshedToken(ENDPOINT, load=load, lease=RenewalLease(vault, "acme"))
    assert drive.perform(reading(), setting(auth), service, clock=clock).value == "done"
    assert clock.slept == [0.25] * 4
    assert service.number == 1


def test_a_worker_does_not_wait_for_ever(drive: Drive) -> None:
    """A lease that never ends is told as such."""
    vault, clock = Vault(holder="the other"), ManualClock()
    lease = RenewalLease(vault, "acme", ttl=10, patience=1)
    auth = RefreshedToken(ENDPOINT, "planted-r0", lease=lease)
    with pytest.raises(LeaseHeld, match="acme"):
        drive.perform(reading(), setting(auth), Rotating(), clock=clock)
    assert sum(clock.slept) == 21


@pytest.mark.parametrize("store", [MemoryStore, lambda: SQLiteStore(":memory:")])
def test_stores_keep_workers_apart(drive: Drive, store: Callable[[], MemoryStore]) -> None:
    """Every store is a place where workers agree on who renews."""
    with store() as leases:
        vault = Vault()
        auth = RefreshedToken(
            ENDPOINT, load=vault.load, keep=vault.keep, lease=RenewalLease(leases, "acme")
        )
        drive.perform(reading(), setting(auth), Rotating())
        assert leases.acquire("token:acme", "another", ttl=1, now=0) is not None


def test_an_awaiting_client_awaits_the_loading() -> None:
    """A coroutine function that loads what is kept is finished before it is used."""

    async def main() -> str:
        async def load() -> str:
            await asyncio.sleep(0)
            return "planted-r0"

        async with httpx.AsyncClient(transport=httpx.MockTransport(Rotating())) as client:
            auth = RefreshedToken(ENDPOINT, load=load)
            return await Awaiting(setting(auth), AwaitingPorts(client)).call(reading())

    assert asyncio.run(main()) == "done"


def test_where_nothing_is_kept_there_is_nothing_to_renew(drive: Drive) -> None:
    """The error says that somebody has to log in."""
    auth = RefreshedToken(ENDPOINT, load=lambda: None)
    with pytest.raises(UsageError, match="no login is kept"):
        drive.perform(reading(), setting(auth), Rotating())
    with pytest.raises(UsageError, match="offline access"):
        RefreshedToken(ENDPOINT)
