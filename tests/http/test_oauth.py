import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from tests.http.drives import TOKEN_URL, Drive, blocking_ports, reading, setting
from tests.http.rotating import ENDPOINT, OLD, START, Rotating, held

from kloudsync.errors import ConsentRequired, PermissionDenied, UsageError
from kloudsync.http.auth import Auth
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.oauth import ClientCredentialsToken, GrantedToken, RefreshedToken
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.testing.clock import ManualClock


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
    with pytest.raises(UsageError, match=r"do not cover write; .* or name in scopes="):
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
