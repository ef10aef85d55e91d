import asyncio
import threading
from collections.abc import Callable

import httpx
import pytest
from attrs import define, field
from tests.http.drives import (
    TOKEN_URL,
    Drive,
    Renewing,
    Script,
    awaiting_ports,
    blocking_ports,
    ok,
    reading,
    setting,
)

from kloudsync.errors import Unauthorized, UsageError
from kloudsync.http.auth import CalledToken, FixedToken
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.testing.clock import ManualClock


@define
class Guarded:
    """A service with a token endpoint that accepts only the token it issued last."""

    wanted: str = "t1"
    issued: int = 0
    asked: list[str] = field(factory=list[str])
    meet: Callable[[], object] = lambda: None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Issue a token, or check one."""
        if str(request.url) == TOKEN_URL:
            self.issued += 1
            return httpx.Response(200, text=f"t{self.issued}")
        self.asked.append(request.headers["Authorization"])
        if request.headers["Authorization"] == f"Bearer {self.wanted}":
            return ok()
        self.meet()
        return httpx.Response(401)


def test_a_refused_token_is_renewed_once_and_the_call_repeated(drive: Drive) -> None:
    """The caller of an expired token notices nothing."""
    service = Guarded()
    auth = Renewing(current="t0")
    answer = drive.perform(reading(), setting(auth), service)
    assert (answer.value, answer.attempts) == ("done", 2)
    assert service.asked == ["Bearer t0", "Bearer t1"]
    assert auth.refreshes == 1


def test_a_token_refused_twice_is_the_services_last_word(drive: Drive) -> None:
    """There is one silent repeat, whatever the retry policy says."""
    service = Guarded(wanted="never issued")
    with pytest.raises(Unauthorized):
        drive.perform(reading(), setting(Renewing(current="t0")), service)
    assert service.asked == ["Bearer t0", "Bearer t1"]


def test_a_fixed_token_is_not_tried_again(drive: Drive) -> None:
    """Where there is no other token, 401 is final at once."""
    script = Script([httpx.Response(401), ok()])
    with pytest.raises(Unauthorized):
        drive.perform(reading(), setting(FixedToken("secret")), script)
    assert len(script.asked) == 1


def test_threads_that_are_refused_together_refresh_once() -> None:
    """Eight threads with one expired token cost one request to the token endpoint."""
    meeting = threading.Barrier(8)
    service = Guarded(meet=meeting.wait)
    caller = Blocking(setting(Renewing(current="t0")), blocking_ports(service))
    answers: list[str] = []
    threads = [
        threading.Thread(target=lambda: answers.append(caller.call(reading()))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == ["done"] * 8
    assert service.issued == 1


def test_tasks_that_are_refused_together_refresh_once() -> None:
    """Eight tasks with one expired token cost one request to the token endpoint."""

    async def main() -> tuple[list[str], int]:
        service = Guarded()
        meeting = asyncio.Barrier(8)

        async def serve(request: httpx.Request) -> httpx.Response:
            answer = service(request)
            if answer.status_code == 401:
                await meeting.wait()
            await asyncio.sleep(0)
            return answer

        ports = awaiting_ports(service)
        async with httpx.AsyncClient(transport=httpx.MockTransport(serve)) as client:
            ports = type(ports)(client, ManualClock())
            caller = Awaiting(setting(Renewing(current="t0")), ports)
            answers = await asyncio.gather(*(caller.call(reading()) for _ in range(8)))
        return list(answers), service.issued

    assert asyncio.run(main()) == (["done"] * 8, 1)


def test_a_token_function_is_asked_for_every_try(drive: Drive) -> None:
    """A function that has a newer token after a 401 gets its second chance."""
    tokens = iter(["t0", "t1"])
    service = Guarded()
    drive.perform(reading(), setting(CalledToken(lambda: next(tokens))), service)
    assert service.asked == ["Bearer t0", "Bearer t1"]


def test_an_awaiting_client_awaits_its_token_function() -> None:
    """A coroutine function that suspends is a fine source of tokens for an awaiting client."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "t1"

    caller = Awaiting(setting(CalledToken(token)), awaiting_ports(Guarded()))
    assert asyncio.run(caller.call(reading())) == "done"


def test_a_blocking_client_refuses_an_async_token_function() -> None:
    """The mistake is named, nothing is sent, and no coroutine is left unawaited."""

    async def token() -> str:
        await asyncio.sleep(0)
        return "t1"

    script = Script([])
    caller = Blocking(setting(CalledToken(token)), blocking_ports(script))
    with pytest.raises(UsageError, match="async function"):
        caller.call(reading())


@pytest.mark.parametrize("token", ["", "se cret", "secret\n", "sécret", "Bearer secret"])
def test_a_function_that_returns_no_bare_token_is_refused_without_repeating_it(
    drive: Drive, token: str
) -> None:
    """What can't be sent is the caller's mistake; the message keeps the secret."""
    script = Script([])
    with pytest.raises(UsageError) as caught:
        drive.perform(reading(), setting(CalledToken(lambda: token)), script)
    assert not token or token not in str(caught.value)
