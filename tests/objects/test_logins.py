"""Logins in a store, closed with keys, and clients that live on them."""

from __future__ import annotations

import asyncio
import sys
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from kloudsync import (
    AsyncFleet,
    AsyncLogins,
    AsyncOAuthApp,
    Fleet,
    Kloudless,
    Logins,
    OAuthApp,
)
from kloudsync.calls import Tokens
from kloudsync.errors import ConsentRequired, MissingExtra, UsageError
from kloudsync.fleet.accounts import Account
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.oauth import FakeAuthorisationServer, RegisteredClient

BACK = "https://app.example.com/back"
SECRET = "planted-app-secret"
OLD, NEW = (urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
ANN = Account("google", "ann")


class World:
    """A service whose refresh tokens are good for one use, and logins in a store."""

    def __init__(self, drive: str, store: Any = None, keys: Any = NEW) -> None:
        self.clock = ManualClock()
        registered = [RegisteredClient(id="app", secret=SECRET, redirects=(BACK,))]
        self.pages = FakeAuthorisationServer(registered, rotating=True, clock=self.clock)
        self.calendars = FakeGoogle(clock=self.clock)
        self.calendars.accounts.trust(self.pages.user_of)
        self.calendars.calendar().create("Stand-up", self.clock.now())
        self.store = MemoryStore() if store is None else store
        self.runner = asyncio.Runner() if drive == "awaiting" else None
        self.keys = keys
        self.logins = self.another()

    def another(self, keys: Any = None) -> Any:
        """Return the logins as another worker has them."""
        pages, calendars = self.pages.transport(), self.calendars.transport()
        mounts = {"https://oauth2.googleapis.com": pages, "all://": calendars}
        awaits = self.runner is not None
        http: Any = (httpx.AsyncClient if awaits else httpx.Client)(mounts=mounts)
        options = {"http_client": http, "clock": self.clock}
        app_of: Any = AsyncOAuthApp if awaits else OAuthApp
        self.app = app_of("google", "app", SECRET, redirect_uri=BACK, **options)
        logins_of: Any = AsyncLogins if awaits else Logins
        return logins_of(self.store, self.app, keys or self.keys, **options)

    def done(self, work: Any) -> Any:
        """Return what work comes to, in either colour."""
        return work if self.runner is None else self.runner.run(work)

    def consent(self) -> Tokens:
        """Let the person say yes."""
        question = self.app.begin()
        tokens: Tokens = self.done(self.app.complete(self.pages.consent(question.url), question))
        return tokens

    def signed_in(self) -> Tokens:
        """Let the person say yes, and keep it."""
        tokens = self.consent()
        self.done(self.logins.keep("google", "ann", tokens))
        return tokens

    def ask(self, client: Any) -> str:
        """Ask something of the service."""
        return str(self.done(client.calendars.get("primary")).id)

    def kept(self) -> Tokens:
        """Return what is kept."""
        kept: Tokens = self.done(self.logins.load("google", "ann"))
        return kept

    def states_of(self, fleet: Any) -> list[Any]:
        """Return how the account's topics stand."""
        asked = fleet.status("google", "ann")
        if self.runner is None:
            return list(asked)

        async def collected() -> list[Any]:
            return [one async for one in asked]

        return self.runner.run(collected())

    def lapse(self) -> None:
        """Let every access token lapse."""
        self.clock.sleep(7200)


@pytest.fixture(params=["blocking", "awaiting"])
def drive(request: pytest.FixtureRequest) -> str:
    """Each fact is shown in both colours."""
    return str(request.param)


@pytest.fixture
def world(drive: str) -> Iterator[World]:
    """A world with nobody signed in."""
    world = World(drive)
    yield world
    if world.runner is not None:
        world.runner.close()


def test_what_is_kept_is_read_with_the_key_alone(world: World, tmp_path: Path) -> None:
    """The file of the store holds no token, and the key brings it back."""
    path = tmp_path / "calendars.db"
    with SQLiteStore(path) as store:
        world.store = store
        world.logins = world.another()
        tokens = world.signed_in()
        assert world.kept() == tokens
        held = b"".join(one.read_bytes() for one in tmp_path.iterdir())
    assert tokens.access_token.encode() not in held
    assert str(tokens.refresh_token).encode() not in held
    assert SECRET.encode() not in held


def test_a_client_lives_on_what_is_kept(world: World) -> None:
    """Each renewal is in the store before the new token is used."""
    first = world.signed_in()
    client = world.done(world.logins.connect(ANN))
    assert client.account == "ann"
    assert world.ask(client) == "owner@example.com"
    assert world.kept() == first
    world.lapse()
    assert world.ask(client) == "owner@example.com"
    assert world.kept() != first


def test_a_worker_takes_what_another_one_renewed(world: World) -> None:
    """Refresh tokens are good once: the second worker spends none."""
    world.signed_in()
    clients = [world.done(logins.connect(ANN)) for logins in (world.logins, world.another())]
    world.lapse()
    world.pages.requests.clear()
    for client in clients:
        assert world.ask(client) == "owner@example.com"
    assert len(world.pages.requests) == 1
    world.lapse()
    for client in reversed(clients):
        assert world.ask(client) == "owner@example.com"


def test_a_renewal_does_not_replace_a_new_consent(world: World) -> None:
    """Who was asked anew while the old grant was renewed is kept with the new one."""
    world.signed_in()
    login = world.logins._login(ANN)
    world.done(login.load())
    fresh = world.signed_in()
    world.done(login.keep(world.consent()))
    assert world.kept() == fresh


def test_a_renewal_brings_nobody_back_who_left(world: World) -> None:
    """What was forgotten meanwhile stays forgotten."""
    world.signed_in()
    login = world.logins._login(ANN)
    world.done(login.load())
    world.store.forget_account("google", "ann")
    world.done(login.keep(world.consent()))
    assert world.kept() is None


def test_a_renewal_is_kept_although_the_login_was_closed_anew(world: World) -> None:
    """The same grant under another key is no other grant: its refresh token was spent."""
    world.signed_in()
    login = world.logins._login(ANN)
    world.done(login.load())
    assert world.done(world.logins.reseal("google", "ann"))
    renewed = world.consent()
    world.done(login.keep(renewed))
    assert world.kept() == renewed


def test_keys_are_changed_by_putting_the_new_one_first(world: World) -> None:
    """What the old one closed is read, and closed with the new one by and by."""
    world.logins = world.another(keys=[OLD])
    tokens = world.signed_in()
    both = world.another(keys=[NEW, OLD])
    assert world.done(both.load("google", "ann")) == tokens
    assert world.done(both.reseal("google", "ann"))
    assert world.done(world.another(keys=NEW).load("google", "ann")) == tokens
    with pytest.raises(UsageError, match=r"no key of `keys` opens .* that of google:ann"):
        world.done(world.another(keys=OLD).load("google", "ann"))
    assert not world.done(both.reseal("google", "bob"))


def test_a_login_is_good_for_its_account_alone(world: World) -> None:
    """Whoever can write to the table lets nobody in as somebody else."""
    world.signed_in()
    kept: Any = world.store.token("google", "ann")
    world.store.keep_token("google", "bob", kept.body)
    with pytest.raises(UsageError, match="google:bob is another account's"):
        world.done(world.logins.connect(Account("google", "bob")))


@pytest.mark.parametrize("body", [b"", b"planted", b"\xff\xfe", b"{}"])
def test_what_is_no_login_is_named_by_its_account(world: World, body: bytes) -> None:
    """The message quotes nothing of it."""
    world.store.keep_token("google", "ann", body)
    with pytest.raises(UsageError, match="google:ann") as refused:
        world.done(world.logins.load("google", "ann"))
    assert "planted" not in str(refused.value)


def test_nobody_is_let_in_who_never_consented(world: World) -> None:
    """The fleet calls that `needs consent`, and asks nothing of the service."""
    with pytest.raises(ConsentRequired, match="a person has to grant access"):
        world.done(world.logins.connect(ANN))
    assert world.pages.requests == []


def test_a_disconnected_account_is_gone_at_both_ends(world: World) -> None:
    """The grant has ended at the service, and nothing is kept."""
    tokens = world.signed_in()
    assert world.done(world.logins.disconnect("google", "ann"))
    assert world.pages.user_of(tokens.access_token) is None
    assert world.kept() is None
    assert not world.done(world.logins.disconnect("google", "ann"))


def test_forgetting_an_account_forgets_its_login(world: World) -> None:
    """There is no second place to erase."""
    world.signed_in()
    world.store.forget_account("google", "ann")
    assert world.kept() is None


def test_a_fleet_connects_with_it(world: World) -> None:
    """An account without login needs consent; once it is kept, its calendars are followed."""
    fleet_of: Any = Fleet if world.runner is None else AsyncFleet
    fleet = fleet_of(world.store, world.logins.connect, clock=world.clock)

    def states() -> set[str]:
        world.done(fleet.run_once())
        return {one.state.value for one in world.states_of(fleet)}

    world.done(fleet.enrol("google", "ann", calendars=["primary"]))
    assert "needs consent" in states()
    assert world.pages.requests == []
    world.signed_in()
    world.done(fleet.resume("google", "ann"))
    assert states() == {"healthy"}
    world.done(fleet.close())


def test_grants_that_are_never_renewed_are_kept_too() -> None:
    """Kloudless's tokens last; the client takes what is kept."""
    fake = FakeKloudless(application="app", tokens={})
    http = httpx.Client(transport=fake.transport())
    app = OAuthApp("kloudless", "app", SECRET, redirect_uri=BACK, http_client=http)
    logins = Logins(MemoryStore(), app, NEW, http_client=http)
    question = app.begin()
    logins.keep("kloudless", "ann", app.complete(fake.consent(question.url), question))
    client: Kloudless = logins.connect(Account("kloudless", "ann"))
    assert [one.id for one in client.accounts.iterate()]
    assert logins.disconnect("kloudless", "ann")


@pytest.mark.parametrize(
    ("apps", "keys", "says"),
    [
        ("google", NEW, "apps have to be OAuthApp"),
        ([OAuthApp("google", "a", redirect_uri=BACK)] * 2, NEW, "two applications of 'google'"),
        (AsyncOAuthApp("google", "a", redirect_uri=BACK), NEW, "needs an OAuthApp"),
        (OAuthApp("google", "a", redirect_uri=BACK), [], "there is no key"),
        (OAuthApp("google", "a", redirect_uri=BACK), "planted", "is no key"),
    ],
)
def test_what_cannot_keep_logins_is_refused_when_it_is_made(
    apps: Any, keys: Any, says: str
) -> None:
    """Before anybody is asked for consent; the message quotes no key."""
    with pytest.raises(UsageError, match=says) as refused:
        Logins(MemoryStore(), apps, keys)
    assert "planted" not in str(refused.value)


def test_a_provider_without_application_is_named() -> None:
    """With those that there are."""
    logins = Logins(MemoryStore(), OAuthApp("google", "a", redirect_uri=BACK), NEW)
    with pytest.raises(UsageError, match="no application of 'microsoft'; there are google"):
        logins.connect(Account("microsoft", "ann"))
    with pytest.raises(UsageError, match="a store, such as"):
        Logins(object(), OAuthApp("google", "a", redirect_uri=BACK), NEW)


def test_without_the_package_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept in clear instead."""
    absent: Any = None
    monkeypatch.setitem(sys.modules, "cryptography.fernet", absent)
    with pytest.raises(MissingExtra, match=r"kloudsync\[encryption\]"):
        Logins(MemoryStore(), OAuthApp("google", "a", redirect_uri=BACK), NEW)
