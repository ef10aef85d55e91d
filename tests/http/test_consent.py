from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

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
