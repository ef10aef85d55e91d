import httpx
import pytest
from attrs import evolve
from tests.http.drives import TOKEN_URL, Drive, Script, ok, setting

from kloudsync.errors import ServiceUnavailable
from kloudsync.http.auth import Flow
from kloudsync.http.message import Headers, Request, Response
from kloudsync.testing.clock import ManualClock


def asking(url: str = TOKEN_URL) -> Flow[str]:
    """Describe a flow of one request that returns the text of its answer."""
    answer: Response = yield Request(method="POST", path=url)
    return answer.text


def test_a_flow_takes_no_header_of_the_service_to_another_host(drive: Drive) -> None:
    """A token endpoint elsewhere learns nothing of what calls to the service carry."""
    held = setting()
    service = evolve(held.service, headers=Headers.of({"X-Acts-For": "planted"}))
    script = Script([ok()])
    drive.follow(asking("https://login.example.org/token"), evolve(held, service=service), script)
    assert "planted" not in str(script.asked[0].headers.raw)


def test_a_flow_is_retried_like_a_call(drive: Drive) -> None:
    """A token endpoint that fails for a moment does not end a sync."""
    clock = ManualClock()
    script = Script(
        [
            httpx.Response(503),
            httpx.Response(429, headers={"Retry-After": "3"}),
            httpx.ConnectError("reset"),
            ok("granted"),
        ]
    )
    assert drive.follow(asking(), setting(), script, clock=clock) == "granted"
    assert clock.slept == [0.375, 3.0, 1.5]


def test_a_flow_ends_with_the_token_endpoints_own_error(drive: Drive) -> None:
    """A token endpoint that stays down is an error of the service, named as such."""
    script = Script([httpx.Response(502, text="<html>") for _ in range(4)])
    with pytest.raises(ServiceUnavailable) as caught:
        drive.follow(asking(), setting(), script)
    assert (caught.value.status, caught.value.operation) == (502, "oauth.token")


def test_an_answer_of_the_caller_kind_reaches_the_flow(drive: Drive) -> None:
    """What a 400 of the token endpoint means is the flow's business."""
    script = Script([httpx.Response(400, text="invalid_grant")])
    assert drive.follow(asking(), setting(), script) == "invalid_grant"
