"""What an operation says beside its request."""

from __future__ import annotations

import httpx
import pytest
from attrs import evolve
from tests.http.drives import BASE_URL, TOKEN_URL, Drive, Renewing, Script, reading, setting

from kloudsync.errors import APIError, BadRequest, ConnectFailed
from kloudsync.http.message import Response
from kloudsync.http.operation import Answer, Operation
from kloudsync.http.retry import Retry


def refused() -> httpx.Response:
    """Return an answer that no repetition mends."""
    return httpx.Response(409)


def leave(_error: APIError, _attempt: int) -> None:
    """Leave an error as it is."""


class TestSettle:
    """Finding out what became of a call that ended in an error."""

    def test_another_call_answers_in_its_place(self, drive: Drive) -> None:
        """What settles a call may be a call: its answer is the answer."""
        script = Script([refused(), httpx.Response(200, text="there")])

        def settle(_error: APIError, _attempt: int) -> Operation[str]:
            return reading("things/2")

        operation = reading("things", settle=settle)

        answer = drive.perform(operation, setting(), script)

        assert answer.value == "there"
        assert [request.url.path for request in script.asked] == ["/v1/things", "/v1/things/2"]

    def test_an_answer_stands_for_the_call(self, drive: Drive) -> None:
        """What settles a call may be its answer itself, without another request."""

        def settle(error: APIError, attempt: int) -> Answer[str]:
            assert isinstance(error, BadRequest)
            return Answer(value="gone", response=Response(status=409), attempts=attempt)

        answer = drive.perform(reading(settle=settle), setting(), Script([refused()]))

        assert (answer.value, answer.attempts) == ("gone", 1)

    def test_errors_stand_where_nothing_settles_them(self, drive: Drive) -> None:
        """None leaves the error as it is."""
        with pytest.raises(BadRequest):
            drive.perform(reading(settle=leave), setting(), Script([refused()]))

    def test_it_is_asked_only_of_answers(self, drive: Drive) -> None:
        """Where no answer came, there is nothing to conclude from."""

        def settle(_error: APIError, _attempt: int) -> Operation[str] | None:
            raise AssertionError("not to be asked")

        with pytest.raises(ConnectFailed):
            drive.perform(
                reading(settle=settle),
                setting(retry=Retry(attempts=1)),
                Script([httpx.ConnectError("refused")]),
            )


class TestServiceQuery:
    """Query pairs that go along with every request."""

    def test_they_follow_the_calls_own(self, drive: Drive) -> None:
        """The service's pairs come after those of the call."""
        held = setting()
        held = evolve(held, service=evolve(held.service, query=(("pretty", "false"),)))
        script = Script([httpx.Response(200, text="")])

        drive.perform(reading("things?x=1"), held, script)

        assert str(script.asked[0].url) == f"{BASE_URL}/things?x=1&pretty=false"

    def test_other_hosts_do_not_get_them(self, drive: Drive) -> None:
        """A token endpoint elsewhere is asked without the service's pairs."""
        held = setting(Renewing())
        held = evolve(held, service=evolve(held.service, query=(("pretty", "false"),)))
        script = Script([httpx.Response(200, text="t1"), httpx.Response(200, text="")])

        drive.perform(reading(), held, script)

        assert str(script.asked[0].url) == TOKEN_URL
        assert "pretty=false" not in repr(held.service)
