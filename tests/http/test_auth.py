from datetime import UTC, datetime

import pytest

from kloudsync.errors import UsageError
from kloudsync.http.auth import Auth, CalledToken, FixedToken, as_auth, expect_bare

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("token", ["", " ", "Bearer x", "x\n", "x\x00", "x\x7f", "ключ"])
def test_a_token_that_could_never_be_sent_is_refused_at_once(token: str) -> None:
    """The mistake shows where the token is given, and the message does not repeat it."""
    with pytest.raises(UsageError, match="bare token") as caught:
        FixedToken(token)
    assert not token.strip() or token not in str(caught.value)


def test_tokens_of_all_shapes_that_services_issue_are_taken() -> None:
    """Punctuation of RFC 6750 and beyond is no reason to refuse."""
    expect_bare("ya29.a0AfB_by-x~+/==|$")


def test_a_token_a_function_and_a_scheme_are_all_ways_to_authorise() -> None:
    """Each is accepted where a client takes a token."""
    scheme = FixedToken("secret", "APIKey")
    assert as_auth(scheme) is scheme
    assert as_auth("secret", "APIKey") == scheme
    assert as_auth(lambda: "called").token(NOW) == "called"


@pytest.mark.parametrize(
    ("auth", "again"),
    [(FixedToken("secret"), False), (CalledToken(lambda: "secret"), True)],
    ids=["fixed", "called"],
)
def test_only_a_function_may_know_a_newer_token(auth: Auth, again: bool) -> None:
    """Neither has anything to fetch."""
    assert auth.rejected("secret") is again
    assert list(auth.refresh(NOW)) == []


@pytest.mark.parametrize("auth", [FixedToken("secret"), CalledToken("secret".strip)])
def test_a_repr_keeps_the_secret(auth: Auth) -> None:
    """Printing a client's settings shows the scheme only."""
    assert "secret" not in repr(auth)
    assert "Bearer" in repr(auth)
