import asyncio
import gc
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from attrs import evolve
from tests.cases import expect_right, programs
from tests.http.drives import TOKEN_URL, Drive, Script, reading, setting
from tests.http.rotating import ENDPOINT, START, Rotating

from kloudsync.errors import (
    APIError,
    ConsentRequired,
    RateLimited,
    ServiceUnavailable,
    TransportError,
)
from kloudsync.http.auth import Flow
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Awaiting
from kloudsync.http.oauth import RefreshedToken
from kloudsync.http.retry import Retry
from kloudsync.http.token_endpoint import Tokens
from kloudsync.testing.clock import ManualClock


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
