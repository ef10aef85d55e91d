import asyncio

import httpx
from tests.http.drives import Script, awaiting_ports, blocking_ports, reading, setting

from kloudsync.http.auth import Flow
from kloudsync.http.caller import Awaiting, Blocking
from kloudsync.http.clocks import Timeouts
from kloudsync.http.message import Request, Response
from kloudsync.http.retry import Retry
from kloudsync.http.setting import Attempt


def service() -> Script:
    """Return a service that answers once."""
    return Script([httpx.Response(200, text="done")])


def greeting() -> Flow[str]:
    """Describe a flow of one request."""
    answer: Response = yield Request(method="POST", path="https://login.example.com/token")
    return answer.text


def test_callers_return_the_value_and_tell_the_watch() -> None:
    """Both colours perform the same call."""
    heard: list[Attempt] = []
    assert Blocking(setting(), blocking_ports(service())).call(reading(), heard.append) == "done"
    awaiting = Awaiting(setting(), awaiting_ports(service()))
    assert asyncio.run(awaiting.call(reading(), heard.append)) == "done"
    assert [attempt.status for attempt in heard] == [200, 200]


def test_callers_follow_flows() -> None:
    """A flow needs no credentials and returns its own result."""
    assert Blocking(setting(), blocking_ports(service())).follow(greeting()) == "done"
    assert asyncio.run(Awaiting(setting(), awaiting_ports(service())).follow(greeting())) == "done"


def test_a_changed_caller_shares_connections_and_leaves_the_first_as_it_was() -> None:
    """Other timeouts and retries hold for the copy only."""
    for first in (
        Blocking(setting(), blocking_ports(service())),
        Awaiting(setting(), awaiting_ports(service())),
    ):
        second = first.changed(timeouts=Timeouts(read=1), retry=Retry(attempts=1))
        assert second.ports is first.ports
        assert (second.setting.timeouts.read, second.setting.retry.attempts) == (1, 1)
        assert (first.setting.timeouts.read, first.setting.retry.attempts) == (30, 4)
        assert second.changed().setting == second.setting
