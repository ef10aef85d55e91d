from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from attrs import evolve

from kloudsync.errors import PermissionDenied, UsageError
from kloudsync.http.consent import ENTROPY, Consent, ask_consent, challenge


def asked(entropy: bytes = bytes(range(ENTROPY))) -> Consent:
    """Put a question with entropy that is no secret."""
    return ask_consent(
        "https://login.example.com/authorize",
        client_id="the client",
        redirect_uri="http://127.0.0.1:8400/",
        scopes=["read", "write"],
        entropy=entropy,
        extra={"access_type": "offline"},
    )


def redirect(consent: Consent, **parameters: str) -> str:
    """Return where the browser is sent with the answer to a question."""
    return f"{consent.redirect_uri}?{urlencode({'state': consent.state, **parameters})}"


def test_the_proof_key_matches_the_standards_example() -> None:
    """RFC 7636, appendix B."""
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
    assert challenge(verifier) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_the_url_asks_for_a_code_with_scopes_state_and_challenge() -> None:
    """The page gets everything that it has to show and to bring back, and no secret."""
    consent = asked()
    assert parse_qs(urlsplit(consent.url).query) == {
        "response_type": ["code"],
        "client_id": ["the client"],
        "redirect_uri": ["http://127.0.0.1:8400/"],
        "scope": ["read write"],
        "state": [consent.state],
        "code_challenge": [challenge(consent.verifier)],
        "code_challenge_method": ["S256"],
        "access_type": ["offline"],
    }
    assert consent.verifier not in consent.url


def test_the_same_bytes_ask_the_same_question_and_others_another() -> None:
    """All chance comes in from outside; proof key and state share none of it."""
    assert asked() == asked()
    other = asked(bytes(ENTROPY))
    assert {other.state, other.verifier}.isdisjoint({asked().state, asked().verifier})
    assert len(asked().verifier) >= 43, "RFC 7636, section 4.1"


def test_too_little_entropy_is_refused() -> None:
    """A question that can be guessed is not asked."""
    with pytest.raises(UsageError, match="64 random bytes, not 63"):
        asked(bytes(ENTROPY - 1))


def test_the_answer_brings_the_code_and_what_else_the_service_added() -> None:
    """State is checked and gone; the rest is kept for services that want it back."""
    consent = asked()
    answer = consent.answer(redirect(consent, code="c/1", context="ctx"))
    assert (answer.code, answer.extra) == ("c/1", {"context": "ctx"})


@pytest.mark.parametrize("query", ["code=c", "code=c&state=", "code=c&state=other", "state=%FF"])
def test_an_answer_to_another_question_is_refused(query: str) -> None:
    """Whoever lures a browser to the redirect does not know the state."""
    with pytest.raises(UsageError, match="start again"):
        asked().answer(f"http://127.0.0.1:8400/?{query}")


def test_a_no_is_an_error_that_says_so() -> None:
    """The person's refusal carries the service's code for it."""
    consent = asked()
    with pytest.raises(PermissionDenied) as caught:
        consent.answer(redirect(consent, error="access_denied"))
    assert caught.value.reason == "access_denied"


def test_a_redirect_without_a_code_is_refused() -> None:
    """Half a URL is the caller's mistake."""
    consent = asked()
    with pytest.raises(UsageError, match="whole URL"):
        consent.answer(redirect(consent))


def test_reprs_show_neither_state_nor_proof_key_nor_code() -> None:
    """A question and its answer can be printed."""
    consent = asked()
    shown = repr(consent) + repr(consent.answer(redirect(consent, code="planted")))
    assert not [s for s in (consent.state, consent.verifier, "planted") if s in shown]


@pytest.mark.parametrize(
    "answer", ["http://[", "http://[::1", "?state=\ud800", "\0", "http://x:port/", ""]
)
def test_what_is_no_answer_at_all_is_refused(answer: str) -> None:
    """Whatever a browser may be made to bring is an error of ours."""
    with pytest.raises(UsageError):
        asked().answer(answer)


def test_a_code_that_is_no_text_is_refused() -> None:
    """Half a surrogate pair can't be sent on."""
    consent = asked()
    with pytest.raises(UsageError, match="no URL"):
        consent.answer(f"http://127.0.0.1:8400/?state={consent.state}&code=\udfff")


def test_a_page_with_a_query_keeps_it() -> None:
    """Services that tell tenants apart in the query get theirs."""
    consent = ask_consent(
        "https://login.example.com/authorize?tenant=1",
        client_id="the client",
        redirect_uri="http://127.0.0.1:8400/",
        scopes=[],
        entropy=bytes(range(ENTROPY)),
    )
    assert consent.url.startswith("https://login.example.com/authorize?tenant=1&response_type=code")


@pytest.mark.parametrize(
    ("iss", "taken"), [("https://login.example.com", True), (None, True), ("https://evil", False)]
)
def test_an_answer_of_another_service_is_refused(iss: str | None, taken: bool) -> None:
    """Where the issuer is known and named, it has to be the one that was asked (RFC 9207)."""
    consent = evolve(asked(), issuer="https://login.example.com")
    named = {} if iss is None else {"iss": iss}
    if taken:
        assert consent.answer(redirect(consent, code="c", **named)).code == "c"
        return
    with pytest.raises(UsageError, match="another service"):
        consent.answer(redirect(consent, code="c", **named))
