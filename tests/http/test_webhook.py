import hashlib
import hmac
from typing import Any

import pytest

from kloudsync.errors import SignatureMismatch, UsageError
from kloudsync.http.webhook import expect_secrets, expect_signed, field_of

KEY = b"a-key"


def signed(body: bytes, key: bytes) -> str:
    """Return a signature, as some vendor writes it."""
    return hmac.new(key, body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Signature": "a"},
        {"x-signature": b"a"},
        {b"X-SIGNATURE": "a"},
        {"X-Signature": ["a"]},
        {"X-Signature": (b"a", "a")},
        [(b"x-other", b"b"), (b"x-signature", b"a")],
    ],
)
def test_a_field_is_read_in_every_form_that_frameworks_give_it(headers: Any) -> None:
    """Names in any case, names and values as text or bytes, mappings of lists, pairs."""
    assert field_of(headers, "X-Signature") == "a"


@pytest.mark.parametrize(
    "headers", [{}, {"x": "a"}, {"x-signature": []}, {"x-signature": ["a", "b"]}, {5: "a"}]
)
def test_a_field_that_is_absent_or_says_two_things_is_none(headers: Any) -> None:
    """Of two signatures neither counts: another reader on the way may have taken the other."""
    assert field_of(headers, "X-Signature") is None


def test_secrets_are_bytes_however_they_were_given() -> None:
    """One or several, text or bytes."""
    assert expect_secrets("a", "the keys") == (b"a",)
    assert expect_secrets(b"a", "the keys") == (b"a",)
    assert expect_secrets(["a", b"b"], "the keys") == (b"a", b"b")


@pytest.mark.parametrize(
    "given", ["", " ", b"\n", [], [""], ["a", " "], [None], None, 5, ["\ud800"], {"a": 1, "": 2}]
)
def test_what_is_no_secret_is_refused_when_it_is_given(given: Any) -> None:
    """Blank ones, absent ones and other things are the caller's mistake, told at once."""
    with pytest.raises(UsageError, match="pass the keys"):
        expect_secrets(given, "the keys")


@pytest.mark.parametrize("signature", [None, "", b"", "x", b"\xff", ["a"], 5, "\ud800"])
def test_no_other_signature_passes(signature: Any) -> None:
    """Whatever came in its place is a mismatch, and no error of another kind."""
    with pytest.raises(SignatureMismatch):
        expect_signed(b"body", signature, [KEY], signed, by="the keys")


def test_the_signature_of_any_secret_passes() -> None:
    """As text or as bytes."""
    right = signed(b"body", KEY)
    expect_signed(b"body", right, [b"other", KEY], signed, by="the keys")
    expect_signed(b"body", right.encode(), [KEY], signed, by="the keys")


@pytest.mark.parametrize("body", ["body", {"a": 1}, None])
def test_a_body_that_somebody_parsed_is_refused(body: Any) -> None:
    """Its bytes are gone, and with them whatever was signed."""
    with pytest.raises(UsageError, match="bytes as they arrived"):
        expect_signed(body, "x", [KEY], signed, by="the keys")
