from datetime import timedelta

import pytest
from tests.testing.oauth.browser import Application

from kloudsync.testing.clock import ManualClock
from kloudsync.testing.oauth import FakeAuthorisationServer


@pytest.fixture
def app(fake_oauth: FakeAuthorisationServer) -> Application:
    """An application that the server believes."""
    return Application(fake_oauth)


def test_refresh_tokens_rotate(app: Application) -> None:
    """Each renewal brings the next one."""
    first = app.server.grant(scopes=["read"])
    _, second = app.refresh(first)
    _, third = app.refresh(second["refresh_token"])
    assert len({first, second["refresh_token"], third["refresh_token"]}) == 3
    assert app.server.granted["refresh_token"] == 2


def test_a_spent_refresh_token_ends_the_grant(app: Application) -> None:
    """The living tokens of the family die with it, and the server remembers why."""
    first = app.server.grant(scopes=["read"])
    _, tokens = app.refresh(first)
    status, answer = app.refresh(first)
    assert (status, answer["error"]) == (400, "invalid_grant")
    assert app.refresh(tokens["refresh_token"])[0] == 400
    assert app.server.user_of(tokens["access_token"]) is None
    assert app.server.grants.reused == 1


def test_a_repetition_may_be_forgiven(app: Application, manual_clock: ManualClock) -> None:
    """Within the leeway the answer that was lost comes again."""
    app.server.grants.leeway = timedelta(seconds=30)
    first = app.server.grant()
    _, tokens = app.refresh(first)
    manual_clock.advance(timedelta(seconds=29))
    assert app.refresh(first)[1]["refresh_token"] == tokens["refresh_token"]
    manual_clock.advance(timedelta(seconds=1))
    assert app.refresh(first)[0] == 400


def test_refresh_tokens_may_last() -> None:
    """By a switch, as at Google: renewals bring no new one, and the old one stays good."""
    app = Application(FakeAuthorisationServer(rotating=False))
    _, bought = app.exchange(app.brought()["code"])
    for _ in range(2):
        status, tokens = app.refresh(bought["refresh_token"])
        assert (status, "refresh_token" in tokens) == (200, False)


def test_a_renewal_may_ask_for_less_but_not_for_more(app: Application) -> None:
    """What is asked in vain spends nothing."""
    token = app.server.grant(scopes=["read", "write"])
    assert app.refresh(token, scope="read admin")[1]["error"] == "invalid_scope"
    assert app.refresh(token, scope="read")[1]["scope"] == "read"


def test_another_application_cannot_use_a_token(app: Application) -> None:
    """A refresh token is bound to whom it was granted."""
    token = app.server.grant("somebody else")
    assert app.refresh(token)[1]["error"] == "invalid_grant"


def test_access_tokens_lapse(app: Application, manual_clock: ManualClock) -> None:
    """After their time, or all at once."""
    _, tokens = app.refresh(app.server.grant())
    manual_clock.advance(timedelta(minutes=59))
    assert app.server.user_of(tokens["access_token"])
    manual_clock.advance(timedelta(minutes=1))
    assert app.server.user_of(tokens["access_token"]) is None
    _, tokens = app.refresh(tokens["refresh_token"])
    app.server.grants.lapse()
    assert app.server.user_of(tokens["access_token"]) is None


def test_revocation_ends_a_token(app: Application) -> None:
    """An access token dies alone, a refresh token with all that it bought; the unknown are gone."""
    _, tokens = app.refresh(app.server.grant())
    assert app.post("/revoke", token=tokens["access_token"])[0] == 200
    assert app.server.user_of(tokens["access_token"]) is None
    _, tokens = app.refresh(tokens["refresh_token"])
    assert app.post("/revoke", token=tokens["refresh_token"])[0] == 200
    assert app.server.user_of(tokens["access_token"]) is None
    assert app.refresh(tokens["refresh_token"])[0] == 400
    assert app.post("/revoke", token="unknown")[0] == 200
    assert app.post("/revoke")[1]["error"] == "invalid_request"


def test_a_person_takes_access_back(app: Application) -> None:
    """Their grants end, those of others go on."""
    theirs, other = app.server.grant(), app.server.grant(user="other@example.com")
    app.server.withdraw("owner@example.com")
    assert app.refresh(theirs)[1]["error"] == "invalid_grant"
    assert app.refresh(other)[0] == 200


def test_the_same_seed_draws_the_same_tokens() -> None:
    """Runs can be compared, servers cannot be mistaken for each other."""
    tokens = [FakeAuthorisationServer(seed=seed).grant() for seed in (1, 1, 2)]
    assert tokens[0] == tokens[1] != tokens[2]
