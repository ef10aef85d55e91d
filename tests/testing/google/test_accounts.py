import pytest
from tests.testing.google.caller import Caller, why

from kloudsync.testing.google import FakeGoogle

PATH = "/calendar/v3/calendars/primary/events"
REFUSED = (401, "authError", "Invalid Credentials")


@pytest.mark.parametrize("header", [{}, {"Authorization": "Basic x"}, {"Authorization": "Bearer "}])
def test_requests_without_token_are_refused(fake: FakeGoogle, header: dict[str, str]) -> None:
    """Anonymous requests are 401."""
    assert why(fake.handle("GET", PATH, header)) == REFUSED


def test_any_token_is_good_unless_tokens_are_given(fake: FakeGoogle) -> None:
    """Without a list of tokens each acts for the first account."""
    assert fake.handle("GET", PATH, {"authorization": "bearer anything"}).status == 200


def test_unknown_tokens_are_refused_where_tokens_are_given() -> None:
    """With a list of tokens only those are good, each for its account."""
    fake = FakeGoogle(tokens={"mine": "owner@example.com", "theirs": "second@example.com"})
    assert Caller(fake, "theirs").page()["summary"] == "second@example.com"
    assert why(Caller(fake, "unknown").call("GET")) == REFUSED


def test_a_revoked_token_is_refused() -> None:
    """Revoking takes effect at once; another grant undoes it."""
    fake = FakeGoogle(tokens={"mine": "owner@example.com"})
    fake.accounts.revoke("mine")
    assert why(Caller(fake, "mine").call("GET")) == REFUSED
    fake.accounts.grant("mine", "owner@example.com")
    assert Caller(fake, "mine").page()["items"] == []
