import asyncio
import gc
import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import httpx
import pytest
from attrs import define, evolve, field
from tests.cases import expect_right, programs
from tests.http.drives import TOKEN_URL, Drive, Script, blocking_ports, reading, setting

from kloudsync.errors import (
    APIError,
    ConsentRequired,
    LeaseHeld,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    UsageError,
)
from kloudsync.http.auth import Auth, Flow
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.oauth import ClientCredentialsToken, GrantedToken, RefreshedToken, RenewalLease
from kloudsync.http.retry import Retry
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.transport import AwaitingPorts
from kloudsync.stores import MemoryStore, SQLiteStore
from kloudsync.testing.clock import ManualClock

ENDPOINT = TokenEndpoint(
    provider="scripted", url=TOKEN_URL, client_id="the client", client_secret="planted-secret"
)
START = ManualClock().now()


@define
class Rotating:
    """A service whose refresh tokens can be used once, and its protected resource."""

    life: float = 3600
    scope: str = "read write"
    number: int = 0
    revoked: frozenset[str] = frozenset()
    seen: list[str] = field(factory=list[str])
    meet: Callable[[], object] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Grant tokens, or check one."""
        if str(request.url) == TOKEN_URL:
            return self._grant(dict(parse_qsl(request.content.decode())))
        shown = request.headers["Authorization"].removeprefix("Bearer ")
        self.seen.append(shown)
        if shown == f"planted-a{self.number}" and shown not in self.revoked:
            return httpx.Response(200, text="done")
        self.meet()
        return httpx.Response(401)

    def _grant(self, fields: dict[str, str]) -> httpx.Response:
        given = fields.get("refresh_token")
        if given is not None and given != f"planted-r{self.number}":
            return httpx.Response(400, json={"error": "invalid_grant"})
        self.number += 1
        granted = {"access_token": f"planted-a{self.number}", "scope": self.scope}
        if given is not None:
            granted["refresh_token"] = f"planted-r{self.number}"
        return httpx.Response(200, json={**granted, "expires_in": self.life})


OLD = frozenset({"planted-a0"})


def held(expires_in: float | None = None, scopes: frozenset[str] | None = None) -> Tokens:
    """Return the tokens of the last run."""
    end = None if expires_in is None else START + timedelta(seconds=expires_in)
    return Tokens(
        access_token="planted-a0", refresh_token="planted-r0", expires_at=end, scopes=scopes
    )


def test_tokens_are_kept_before_they_are_used(drive: Drive) -> None:
    """When the resource sees a new token, its refresh token is safe already."""
    service = Rotating(revoked=OLD)
    steps: list[str] = []
    service.meet = lambda: steps.append("refused")

    def keep(tokens: Tokens) -> None:
        assert len(service.seen) == 1
        steps.append(f"kept {tokens.access_token} {tokens.refresh_token}")

    auth: Auth = RefreshedToken(ENDPOINT, held(), keep=keep)
    assert drive.perform(reading(), setting(auth), service).value == "done"
    assert steps == ["refused", "kept planted-a1 planted-r1"]
    assert service.seen == ["planted-a0", "planted-a1"]


def test_an_awaiting_client_awaits_the_keeping() -> None:
    """A coroutine function that keeps tokens is finished before they are used."""

    async def main() -> list[str]:
        service = Rotating()
        kept: list[str] = []

        async def keep(tokens: Tokens) -> None:
            await asyncio.sleep(0)
            assert not service.seen
            kept.append(tokens.access_token)

        transport = httpx.MockTransport(service)
        async with httpx.AsyncClient(transport=transport) as client:
            auth = RefreshedToken(ENDPOINT, "planted-r0", keep=keep)
            caller = Awaiting(setting(auth), AwaitingPorts(client, ManualClock()))
            await asyncio.gather(*(caller.call(reading()) for _ in range(5)))
        assert service.number == 1
        return kept

    assert asyncio.run(main()) == ["planted-a1"]


def test_a_blocking_client_refuses_an_async_keeper() -> None:
    """A coroutine that nobody could finish would lose the tokens in silence."""

    async def keep(tokens: Tokens) -> None:
        await asyncio.sleep(0)

    auth = RefreshedToken(ENDPOINT, held(expires_in=0), keep=keep)
    caller = Blocking(setting(auth), blocking_ports(Rotating()))
    with pytest.raises(UsageError, match="async function"):
        caller.call(reading())


def test_where_keeping_fails_the_new_tokens_are_not_used_and_not_lost(drive: Drive) -> None:
    """The failed call ends with the keeper's error; the next one renews with the new token."""
    service = Rotating()
    failures = iter([OSError("disk full")])

    def keep(tokens: Tokens) -> None:
        if failure := next(failures, None):
            raise failure

    auth = RefreshedToken(ENDPOINT, "planted-r0", keep=keep)
    with pytest.raises(OSError, match="disk full"):
        drive.perform(reading(), setting(auth), service)
    assert service.seen == []
    assert drive.perform(reading(), setting(auth), service).value == "done"
    assert service.seen == ["planted-a2"]


@pytest.mark.parametrize(
    ("expires_in", "renewals"), [(None, 0), (61, 0), (60, 1), (0, 1), (-3600, 1)]
)
def test_a_token_is_renewed_a_minute_before_its_end(
    drive: Drive, expires_in: float | None, renewals: int
) -> None:
    """A token without an end is used until it is refused."""
    granted: list[Tokens] = []
    auth = RefreshedToken(ENDPOINT, held(expires_in), keep=granted.append)
    drive.perform(reading(), setting(auth), Rotating())
    assert len(granted) == renewals


@pytest.mark.parametrize("life", [30, 3600])
def test_a_renewed_token_lives_until_shortly_before_its_end(drive: Drive, life: float) -> None:
    """Even one that lives no longer than the margin is used for half of its life."""
    service, clock = Rotating(life=life), ManualClock()
    auth = RefreshedToken(ENDPOINT, "planted-r0")
    drive.perform(reading(), setting(auth), service, clock=clock)
    clock.advance(timedelta(seconds=life / 2 - 1))
    drive.perform(reading(), setting(auth), service, clock=clock)
    assert service.number == 1
    clock.advance(timedelta(seconds=life / 2))
    drive.perform(reading(), setting(auth), service, clock=clock)
    assert service.number == 2


def test_threads_with_a_single_use_refresh_token_renew_once() -> None:
    """Eight threads that are refused together use the refresh token once."""
    meeting = threading.Barrier(8)
    service = Rotating(revoked=OLD, meet=meeting.wait)
    kept: list[Tokens] = []
    auth = RefreshedToken(ENDPOINT, held(), keep=kept.append)
    caller = Blocking(setting(auth), blocking_ports(service))
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(caller.call(reading()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["done"] * 8
    assert [tokens.refresh_token for tokens in kept] == ["planted-r1"]


def test_a_late_refusal_of_an_old_token_leaves_the_new_one_alone() -> None:
    """An answer that was long under way costs no second renewal."""
    auth = RefreshedToken(ENDPOINT, held())
    assert auth.rejected("planted-older")
    assert auth.token(START) == "planted-a0"
    assert auth.rejected("planted-a0")
    assert auth.token(START) is None


def test_a_revoked_grant_asks_for_a_person_and_is_not_repeated(drive: Drive) -> None:
    """One request to the token endpoint, then an error of its own."""
    service = Rotating(number=7)
    auth = RefreshedToken(ENDPOINT, "planted-r0")
    clock = ManualClock()
    with pytest.raises(ConsentRequired, match="a person has to grant access again"):
        drive.perform(reading(), setting(auth), service, clock=clock)
    assert (service.seen, clock.slept) == ([], [])


def test_a_grant_of_less_than_needed_is_kept_and_named(drive: Drive) -> None:
    """People may untick boxes; the error says which one is missing."""
    kept: list[Tokens] = []
    auth = RefreshedToken(
        ENDPOINT, "planted-r0", keep=kept.append, scopes=["read", "write", "admin"]
    )
    with pytest.raises(PermissionDenied, match="without admin;") as caught:
        drive.perform(reading(), setting(auth), Rotating())
    assert caught.value.reason == "insufficient_scope"
    assert len(kept) == 1, "the single-use refresh token is not lost"


def test_held_tokens_that_lack_a_scope_are_refused_at_once() -> None:
    """The mistake shows at the start of the program."""
    with pytest.raises(UsageError, match="do not cover write"):
        RefreshedToken(ENDPOINT, held(scopes=frozenset({"read"})), scopes=["read", "write"])


@pytest.mark.parametrize("nothing", ["", Tokens(access_token="planted")])
def test_without_a_refresh_token_there_is_nothing_to_renew(nothing: Tokens | str) -> None:
    """The message says how to get one."""
    with pytest.raises(UsageError, match="offline access"):
        RefreshedToken(ENDPOINT, nothing)


def test_an_application_fetches_its_own_token(drive: Drive) -> None:
    """Client credentials need no person and no refresh token."""
    service = Rotating()
    auth = ClientCredentialsToken(ENDPOINT, scopes=["read"])
    assert drive.perform(reading(), setting(auth), service).value == "done"
    assert drive.perform(reading(), setting(auth), service).value == "done"
    assert service.number == 1


def test_an_application_without_a_secret_has_no_credentials() -> None:
    """A public client can't prove who it is."""
    public = TokenEndpoint(provider="scripted", url=TOKEN_URL, client_id="the client")
    with pytest.raises(UsageError, match="client secret"):
        ClientCredentialsToken(public)


@pytest.mark.parametrize(
    "make",
    [
        lambda: RefreshedToken(ENDPOINT, held(expires_in=0)),
        lambda: ClientCredentialsToken(ENDPOINT),
    ],
    ids=["refreshed", "client credentials"],
)
def test_no_token_is_in_a_repr_or_a_log_record(
    drive: Drive, make: Callable[[], GrantedToken], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither before nor after a renewal."""
    caplog.set_level(logging.DEBUG)
    auth = make()
    shown = [repr(auth)]
    drive.perform(reading(), setting(auth), Rotating())
    shown += [repr(auth), repr(setting(auth)), repr(vars(auth)["_held"])]
    shown += [record.getMessage() for record in caplog.records]
    assert not [text for text in shown if "planted" in text]


# Several workers


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


# Cancelled and lost


def test_a_renewal_goes_on_when_whoever_needed_it_is_cancelled() -> None:
    """The new tokens are kept, and the next call uses them; the old one was sent once."""

    async def main() -> tuple[list[str | None], int]:
        service, kept = Rotating(), list[str | None]()
        asked, answer = asyncio.Event(), asyncio.Event()

        async def serve(request: httpx.Request) -> httpx.Response:
            granted = service(request)
            if str(request.url) == TOKEN_URL:
                asked.set()
                await answer.wait()
            return granted

        async def keep(tokens: Tokens) -> None:
            await asyncio.sleep(0)
            kept.append(tokens.refresh_token)

        async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
            auth = RefreshedToken(ENDPOINT, "planted-r0", keep=keep)
            caller = Awaiting(setting(auth), AwaitingPorts(client, ManualClock()))
            calls = [asyncio.create_task(caller.call(reading())) for _ in range(3)]
            await asked.wait()
            for call in calls:
                call.cancel()
            await asyncio.wait(calls)
            assert all(call.cancelled() for call in calls)
            answer.set()
            assert await caller.call(reading()) == "done"
        return kept, service.number

    assert asyncio.run(main()) == (["planted-r1"], 1)


def test_a_renewal_that_nobody_waits_for_fails_in_silence(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """No warning of an event loop says what the next call will find out by itself."""

    async def main() -> None:
        asked = asyncio.Event()

        async def serve(_: httpx.Request) -> httpx.Response:
            asked.set()
            await asyncio.sleep(0)
            return httpx.Response(400, json={"error": "invalid_grant"})

        async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
            ports = AwaitingPorts(client, ManualClock())
            caller = Awaiting(setting(RefreshedToken(ENDPOINT, "planted-r0")), ports)
            call = asyncio.create_task(caller.call(reading()))
            await asked.wait()
            call.cancel()
            await asyncio.wait([call])
            with pytest.raises(ConsentRequired):
                await caller.call(reading())
        gc.collect()

    asyncio.run(main())
    assert "never retrieved" not in caplog.text


Lost = Callable[[], httpx.Response | Exception]
LOST = httpx.ReadTimeout("lost on the way back")


def exchanging() -> Flow[Tokens]:
    """Exchange the code of a person's consent."""
    return ENDPOINT.exchange("c0", redirect_uri="http://127.0.0.1/", verifier="v0", now=START)


def refreshing() -> Flow[Tokens]:
    """Spend a refresh token."""
    return ENDPOINT.refresh("planted-r0", START)


@pytest.mark.parametrize("flow", [exchanging, refreshing])
@pytest.mark.parametrize(
    ("lost", "sent"),
    [
        (lambda: LOST, 1),
        (lambda: httpx.ReadError("reset"), 1),
        (lambda: httpx.Response(500), 1),
        (lambda: httpx.Response(503), 1),
        (lambda: httpx.ConnectError("refused"), 2),
        (lambda: httpx.ConnectTimeout("slow"), 2),
        (lambda: httpx.PoolTimeout("busy"), 2),
        (lambda: httpx.Response(429), 2),
        (lambda: httpx.Response(503, headers={"Retry-After": "1"}), 2),
        (lambda: httpx.Response(400, json={"error": "temporarily_unavailable"}), 2),
    ],
    ids=[
        "lost",
        "reset",
        "500",
        "503",
        "refused",
        "no connection in time",
        "no connection free",
        "429",
        "503 with Retry-After",
        "for a while",
    ],
)
def test_what_is_good_once_is_sent_again_only_where_it_surely_was_not_used(
    drive: Drive, flow: Callable[[], Flow[Tokens]], lost: Lost, sent: int
) -> None:
    """Services that see a code or token twice may revoke all that they issued."""
    script = Script([lost(), httpx.Response(200, json={"access_token": "planted-a1"})])
    try:
        drive.follow(flow(), setting(), script)
    except (TransportError, ServiceUnavailable):
        assert sent == 1
    assert len(script.asked) == sent


@pytest.mark.parametrize("lost", [lambda: LOST, lambda: httpx.Response(500)], ids=["lost", "500"])
def test_what_is_good_for_long_is_sent_again(drive: Drive, lost: Lost) -> None:
    """Where a refresh token outlives its use, a lost answer costs a retry and no more."""
    script = Script([lost(), httpx.Response(200, json={"access_token": "planted-a1"})])
    flow = evolve(ENDPOINT, single_use=False).refresh("planted-r0", START)
    assert drive.follow(flow, setting(), script).access_token == "planted-a1"
    credentials = Script(
        [httpx.ReadError("reset"), httpx.Response(200, json={"access_token": "a"})]
    )
    granted = drive.follow(ENDPOINT.client_credentials([], START), setting(), credentials)
    assert granted.access_token == "a"


@pytest.mark.parametrize("status", [400, 403, 500, 503])
@pytest.mark.parametrize(
    ("code", "leaf"),
    [
        ("internal_failure", ServiceUnavailable),
        ("server_error", ServiceUnavailable),
        ("temporarily_unavailable", ServiceUnavailable),
        ("rate_limit_exceeded", RateLimited),
        ("slow_down", RateLimited),
    ],
)
def test_codes_that_pass_are_waited_out_whatever_their_status(
    drive: Drive, status: int, code: str, leaf: type[APIError]
) -> None:
    """A token endpoint may say with 400 what others say with 503; tries are not multiplied."""
    service, clock = Rotating(), ManualClock()
    failing = [httpx.Response(status, json={"error": code}) for _ in range(4)]
    script = Script([*failing])
    auth = RefreshedToken(ENDPOINT, "planted-r0")
    with pytest.raises(leaf) as caught:
        drive.perform(reading(), setting(auth), script, clock=clock)
    assert (caught.value.reason, len(script.asked), len(clock.slept)) == (code, 4, 3)
    assert drive.perform(reading(), setting(auth), service).value == "done"


def test_a_failing_token_endpoint_is_asked_as_often_as_the_policy_says(drive: Drive) -> None:
    """Tries for a token are not repeated by the tries of the call that needs it."""
    script = Script([httpx.Response(503, headers={"Retry-After": "1"}) for _ in range(20)])
    auth = RefreshedToken(ENDPOINT, "planted-r0")
    with pytest.raises(ServiceUnavailable):
        drive.perform(reading(), setting(auth, retry=Retry(attempts=3)), script)
    assert len(script.asked) == 3


@pytest.mark.parametrize("secret", ["r", "i", "nt"])
def test_a_secret_of_a_letter_hides_no_code(drive: Drive, secret: str) -> None:
    """What is in many a word is not taken for a quotation of it."""
    script = Script([httpx.Response(400, json={"error": "invalid_grant"})])
    endpoint = evolve(ENDPOINT, client_secret=secret)
    with pytest.raises(ConsentRequired):
        drive.follow(endpoint.refresh(secret, START), setting(), script)


@pytest.mark.parametrize(
    "program",
    programs(
        "security/refresh_cancelled", "security/code_sent_twice", "security/guard_renewal_shared"
    ),
)
def test_what_was_found_stays_mended(program: Path) -> None:
    """Renewals that are cancelled, codes whose answer is lost, one renewal for all."""
    expect_right(program)
