"""An application of a provider's, before the fakes that grant and take away access."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest
from werkzeug.datastructures import MultiDict

from kloudsync import AsyncOAuthApp, Google, Kloudless, OAuthApp
from kloudsync.calls import Tokens
from kloudsync.errors import (
    APIError,
    ConsentRequired,
    PermissionDenied,
    UsageError,
)
from kloudsync.http.consent import Consent
from kloudsync.microsoft import microsoft_sign_in
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.kloudless import FakeKloudless
from kloudsync.testing.oauth import FakeAuthorisationServer, RegisteredClient

BACK = "https://app.example.com/back"
SECRET = "planted-app-secret"


class Consenting(Protocol):
    """A fake that shows the page which asks."""

    def consent(self, url: str) -> str:
        """Answer with the redirect."""
        ...

    def transport(self) -> Any:
        """Carry requests."""
        ...


def server(provider: str) -> Consenting:
    """Return what stands for a provider's way in."""
    if provider == "kloudless":
        return FakeKloudless(application="app", tokens={})
    known = RegisteredClient(id="app", secret=SECRET, redirects=(BACK,))
    return FakeAuthorisationServer([known], rotating=provider == "salesloft")


class Closed:
    """A service that refuses everything."""

    def consent(self, url: str) -> str:
        """Ask nobody."""
        raise NotImplementedError

    def transport(self) -> httpx.MockTransport:
        """Carry requests."""
        return httpx.MockTransport(lambda _: httpx.Response(403))


class Blocking:
    """Drives the blocking application."""

    def __init__(self, provider: Any, fake: Consenting, **options: Any) -> None:
        client = httpx.Client(transport=fake.transport())
        self.app = OAuthApp(
            provider, "app", SECRET, redirect_uri=BACK, http_client=client, **options
        )

    def complete(self, *args: Any) -> Tokens:
        """Complete a consent."""
        return self.app.complete(*args)

    def revoke(self, tokens: Tokens | str) -> bool:
        """Give it back."""
        return self.app.revoke(tokens)


class Awaiting:
    """Drives the awaiting application."""

    def __init__(self, provider: Any, fake: Consenting, **options: Any) -> None:
        client = httpx.AsyncClient(transport=fake.transport())
        self.app = AsyncOAuthApp(
            provider, "app", SECRET, redirect_uri=BACK, http_client=client, **options
        )

    def complete(self, *args: Any) -> Tokens:
        """Complete a consent."""
        return asyncio.run(self.app.complete(*args))

    def revoke(self, tokens: Tokens | str) -> bool:
        """Give it back."""
        return asyncio.run(self.app.revoke(tokens))


Drive = Callable[..., Blocking | Awaiting]
colours = pytest.mark.parametrize("drive", [Blocking, Awaiting])
PROVIDERS = ("google", "kloudless", "microsoft", "salesloft")


@colours
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_person_is_asked_and_the_answer_completed(provider: str, drive: Drive) -> None:
    """Question and tokens pass through the session and the database as text."""
    fake = server(provider)
    driven = drive(provider, fake)
    question = driven.app.begin()
    tokens = driven.complete(fake.consent(question.url), question.kept())
    assert tokens.access_token
    assert (tokens.refresh_token is None) == (provider == "kloudless")
    assert Tokens.of(tokens.kept()) == tokens


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_parameters_of_the_query_do_as_well(provider: str) -> None:
    """Frameworks have them at hand, behind whatever proxy the URL came."""
    fake = server(provider)
    driven = Blocking(provider, fake)
    question = driven.app.begin()
    brought = dict(parse_qsl(urlsplit(fake.consent(question.url)).query))
    assert driven.complete(MultiDict(brought), question).access_token


@colours
@pytest.mark.parametrize(
    ("provider", "ends"),
    [("google", True), ("kloudless", True), ("microsoft", False), ("salesloft", False)],
)
def test_a_grant_is_given_back_where_the_provider_takes_it(
    provider: str, ends: bool, drive: Drive
) -> None:
    """What was given back before, or taken away by the person, counts as given back."""
    fake = server(provider)
    driven = drive(provider, fake)
    question = driven.app.begin()
    tokens = driven.complete(fake.consent(question.url), question)
    assert driven.revoke(tokens.kept()) is ends
    assert driven.revoke(tokens) is ends
    if isinstance(fake, FakeAuthorisationServer):
        assert (fake.user_of(tokens.access_token) is None) is ends
    if isinstance(fake, FakeKloudless):
        assert fake.accounts == {}


def test_a_client_lives_on_what_was_granted_and_ends_with_it() -> None:
    """Renewed tokens are kept before they are used; a grant taken away asks for consent again."""
    clock = ManualClock()
    fake = FakeAuthorisationServer(clock=clock, rotating=False)
    app = Blocking("google", fake, clock=clock).app
    service = FakeGoogle(clock=clock)
    service.accounts.trust(fake.user_of)
    both = httpx.Client(mounts={
        "https://oauth2.googleapis.com": fake.transport(),
        "https://www.googleapis.com": service.transport(),
    })  # fmt: skip
    question = app.begin()
    rows = {"ann": app.complete(fake.consent(question.url), question).kept()}

    def keep(tokens: Tokens) -> None:
        rows["ann"] = tokens.kept()

    auth = app.token(load=lambda: rows["ann"], keep=keep)
    google = Google(auth, http_client=both, clock=clock)
    assert google.calendars.get("primary").id
    first = rows["ann"]
    clock.sleep(7200)
    assert google.calendars.get("primary").id
    assert rows["ann"] != first
    fake.withdraw()
    clock.sleep(7200)
    with pytest.raises(ConsentRequired):
        google.calendars.get("primary")
    again = app.begin(login_hint="owner@example.com")
    rows["ann"] = app.complete(fake.consent(again.url), again).kept()
    assert google.calendars.get("primary").id


def test_coroutine_functions_load_for_awaiting_clients() -> None:
    """A database that is awaited is no trouble, nor at a provider whose grants last."""

    async def told() -> list[str]:
        kloudless = server("kloudless")
        app = Awaiting("kloudless", kloudless).app
        question = app.begin()
        kept = (await app.complete(kloudless.consent(question.url), question)).kept()

        async def load() -> str:
            return kept

        token = app.token(load=load)
        source: Any = token
        return [await source.token(None)]

    assert asyncio.run(told())[0].startswith("connected-")


def test_a_lasting_grant_is_used_as_it_is_kept() -> None:
    """Kloudless's tokens are not renewed; where none is kept any more, somebody has to consent."""
    fake = server("kloudless")
    app = Blocking("kloudless", fake).app
    question = app.begin()
    rows: dict[str, str] = {"ann": app.complete(fake.consent(question.url), question).kept()}
    client = httpx.Client(transport=fake.transport())
    kloudless = Kloudless(app.token(load=lambda: rows.get("ann")), http_client=client)
    assert kloudless.accounts.get("me").id
    assert Kloudless(app.token(rows["ann"]), http_client=client).accounts.get("me").id
    del rows["ann"]
    with pytest.raises(ConsentRequired, match="grant access again"):
        kloudless.accounts.get("me")


@colours
def test_an_answer_to_another_question_is_refused(drive: Drive) -> None:
    """State and redirect belong to one session; nothing is sent."""
    fake = server("google")
    driven = drive("google", fake)
    mine, theirs = driven.app.begin(), driven.app.begin()
    assert mine.state != theirs.state
    with pytest.raises(UsageError, match="does not answer this question"):
        driven.complete(fake.consent(theirs.url), mine.kept())
    assert isinstance(fake, FakeAuthorisationServer)
    assert fake.granted == {}


@pytest.mark.parametrize(
    ("kept", "says"),
    [(None, "answer came twice"), ("", "answer came twice"), ("{}", "no question"), ("[]", "no q"),
     ("{", "no question"), ('{"redirect_uri": 1, "verifier": "", "state": "s"}', "no question"),
     ('{"redirect_uri": "r", "verifier": "", "state": ""}', "no question")],
)  # fmt: skip
def test_a_session_without_the_question_is_refused(kept: str | None, says: str) -> None:
    """A reload of the page, an expired session and somebody else's text say what to do."""
    app = Blocking("google", server("google")).app
    with pytest.raises(UsageError, match=says):
        app.complete(f"{BACK}?code=1&state=s", kept)


@pytest.mark.parametrize("callback", [b"code=1", {"code": 1}, {"state": "\ud800"}, None, 3])
def test_a_callback_that_is_none_is_refused(callback: Any) -> None:
    """Neither a URL nor parameters of text."""
    app = Blocking("google", server("google")).app
    with pytest.raises(UsageError, match="redirect"):
        app.complete(callback, app.begin())


@colours
def test_a_refusal_and_half_a_consent_are_told_apart(drive: Drive) -> None:
    """Who says no is left alone; who leaves a box empty is asked again."""
    fake = server("google")
    assert isinstance(fake, FakeAuthorisationServer)
    driven = drive("google", fake)
    fake.person.willing = False
    question = driven.app.begin()
    with pytest.raises(PermissionDenied) as caught:
        driven.complete(fake.consent(question.url), question)
    assert caught.value.reason == "access_denied"
    fake.person.willing, fake.person.ticked = True, frozenset()
    question = driven.app.begin()
    with pytest.raises(PermissionDenied, match="every box"):
        driven.complete(fake.consent(question.url), question)


@colours
def test_a_code_is_good_once(drive: Drive) -> None:
    """The second time a person has to be asked anew."""
    fake = server("google")
    driven = drive("google", fake)
    question = driven.app.begin()
    back = fake.consent(question.url)
    driven.complete(back, question)
    with pytest.raises(ConsentRequired):
        driven.complete(back, question)


def test_a_grant_that_cannot_be_renewed_is_refused_at_once() -> None:
    """Not an hour later, when nobody is there to ask."""
    fake = FakeAuthorisationServer(rotating=False, offline_only=True)
    app = Blocking("salesloft", fake).app
    question = app.begin()
    with pytest.raises(UsageError, match="no refresh token"):
        app.complete(fake.consent(question.url), question)


@colours
def test_a_revocation_that_is_refused_says_what_is_left(drive: Drive) -> None:
    """The secret of the application is in no message."""
    fake = server("google")
    driven = drive("google", fake)
    question = driven.app.begin()
    tokens = driven.complete(fake.consent(question.url), question)
    again = drive("google", Closed())
    with pytest.raises(APIError, match="settings of their account") as caught:
        again.revoke(tokens)
    assert tokens.access_token not in str(caught.value)


def test_scopes_hints_and_addresses_are_the_programs_choice() -> None:
    """A whole word may hold several scopes; a hint goes where it is known."""
    app = OAuthApp(
        "google", "app", redirect_uri=BACK, scopes="a b", base_url="https://oauth.example.com"
    )
    url = app.begin(login_hint="ann@example.com").url
    asked = parse_qs(urlsplit(url).query)
    assert url.startswith("https://oauth.example.com/o/oauth2/v2/auth?")
    assert (asked["scope"], asked["login_hint"]) == (["a b"], ["ann@example.com"])
    assert asked["code_challenge_method"] == ["S256"]
    salesloft = OAuthApp("salesloft", "app", redirect_uri=BACK)
    assert "login_hint" not in salesloft.begin(login_hint="ann@example.com").url
    kloudless = OAuthApp("kloudless", "app", redirect_uri=BACK).begin()
    assert "code_challenge" not in kloudless.url
    assert kloudless.verifier == ""


def test_one_organisation_of_microsofts_is_named() -> None:
    """Its people are asked at its own page."""
    app = OAuthApp(microsoft_sign_in(tenant="example.com"), "app", redirect_uri=BACK)
    assert "/example.com/oauth2/v2.0/authorize?" in app.begin().url


@pytest.mark.parametrize(
    ("provider", "client", "options", "says"),
    [
        ("gogle", "app", {}, "no provider is called 'gogle'"),
        (None, "app", {}, "no provider is called None"),
        ("google", "", {}, "client_id has to be text"),
        ("google", None, {}, "client_id has to be text"),
        ("google", "app", {"redirect_uri": "http://app.example.com/"}, "redirect_uri has to be"),
        ("google", "app", {"redirect_uri": None}, "redirect_uri has to be"),
        ("google", "app", {"base_url": "nowhere"}, "base_url has to be"),
        ("google", "app", {"timeouts": "soon"}, "timeouts has to be"),
        ("google", "app", {"http_client": 3}, "http_client"),
    ],
)
def test_an_application_that_cannot_work_is_refused_when_it_is_made(
    provider: Any, client: Any, options: dict[str, Any], says: str
) -> None:
    """In a sentence that says what to pass."""
    given: dict[str, Any] = {"redirect_uri": BACK, **options}
    with pytest.raises(UsageError, match=says):
        OAuthApp(provider, client, **given)


def test_tokens_have_to_come_from_somewhere() -> None:
    """Neither held nor loaded, or no tokens at all."""
    app = OAuthApp("google", "app", redirect_uri=BACK)
    with pytest.raises(UsageError, match="load="):
        app.token()
    for odd in ("{}", "refresh-1", '{"access_token": 1, "refresh_token": null}', "null"):
        with pytest.raises(UsageError, match=r"are no tokens; .*access_token="):
            app.token(odd)


def test_nothing_shows_a_secret() -> None:
    """Neither the application nor what it hands out, but for the text that is to be kept."""
    fake = server("google")
    app = Blocking("google", fake).app
    question = app.begin()
    tokens = app.complete(fake.consent(question.url), question)
    shown = f"{app!r} {question!r} {tokens!r} {app.token(tokens)!r} {tokens.kept()!r}"
    assert SECRET not in shown
    for secret in (question.state, question.verifier, tokens.access_token, tokens.refresh_token):
        assert str(secret) not in shown
    assert json.loads(tokens.kept())["access_token"] == tokens.access_token
    assert Consent.of(question.kept()).verifier == question.verifier
