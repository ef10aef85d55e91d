from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.recorded import cases

from kloudsync.errors import SignatureMismatch, UsageError, WebhookError
from kloudsync.providers.kloudless.webhooks import Webhook, parse, sign, verify

KEY = "test-api-key"
VECTORS = [
    (b"", "mJXmOIXOEvaWU3yhLXyFd+DlMvZQxbttrlRgkdQOHMo="),
    (b"account=123456", "kuw0eXgsd/lkq74NkhA0DjgyiQMngk6rnHIvzz3fDFw="),
    (
        b'{"account": 123456, "subscription": 42}',
        "GIppg1ruAQezilDXk3qUgO+P+kCdvA8W8uqoTej+lk4=",
    ),
]


@pytest.mark.parametrize(("body", "signature"), VECTORS)
def test_known_vectors_are_signed_and_verified(body: bytes, signature: str) -> None:
    """The signer writes what the verifier accepts, to the letter of the known vectors."""
    assert sign(body, KEY) == signature
    verify(body, signature, KEY)


@pytest.mark.parametrize("row", cases("kloudless_payloads.json"))
def test_recorded_notifications_are_judged(row: dict[str, Any]) -> None:
    """Recorded shapes of notifications are valid or not, as their rows say."""
    if row["kind"] != "webhook":
        return
    body = row["body"].encode()
    hook = Webhook("application", (row["key"],))
    if row["expect"]["valid"]:
        hook.receive(body, row["headers"])
    else:
        with pytest.raises(SignatureMismatch):
            hook.receive(body, row["headers"])


@given(body=st.binary(min_size=1, max_size=60), place=st.integers(0), bit=st.integers(0, 7))
def test_a_body_changed_by_one_bit_is_refused(body: bytes, place: int, bit: int) -> None:
    """The signature covers every bit of the raw body."""
    changed = bytearray(body)
    changed[place % len(body)] ^= 1 << bit
    with pytest.raises(SignatureMismatch):
        verify(bytes(changed), sign(body, KEY), KEY)


@pytest.mark.parametrize(
    "signature", [None, "", "forged", "=" * 44, "\u00fc" * 44, "\ud800", sign(b"", "other")]
)
def test_a_forged_or_absent_signature_is_refused(signature: str | None) -> None:
    """Whatever is not the signature of the body is refused, text beyond ASCII included."""
    with pytest.raises(SignatureMismatch):
        verify(b"", signature, KEY)


def test_any_of_several_keys_may_have_signed() -> None:
    """While keys are rotated, the old one and the new one are both good."""
    hook = Webhook("application", ("new-key", "old-key"))
    for key in ("new-key", "old-key"):
        body = b"account=1"
        assert hook.receive(body, {"x-kloudless-signature": sign(body, key)}).account == "1"


@pytest.mark.parametrize("keys", [(), ("",), ("key", "")])
def test_without_a_key_nothing_passes(keys: tuple[str, ...]) -> None:
    """No key, or an empty one, is a mistake of the caller and never a licence."""
    with pytest.raises(UsageError):
        Webhook("application", keys)
    with pytest.raises(UsageError):
        verify(b"", sign(b"", ""), keys)


def test_the_check_of_an_address_is_told_from_a_notification() -> None:
    """An empty body, or one without account, checks the address; the answer is the application."""
    hook = Webhook("application", (KEY,))
    assert hook.receive(b"", {"X-Kloudless-Signature": sign(b"", KEY)}).is_validation
    assert parse(b"{}").is_validation
    assert not parse(b"account=5").is_validation
    assert hook.answer == b"application"


@pytest.mark.parametrize(
    ("body", "content_type", "account", "subscription"),
    [
        (b"account=4242&subscription=9", "application/x-www-form-urlencoded", "4242", "9"),
        (b'{"account": 4242, "subscription": 9}', "application/json; charset=utf-8", "4242", "9"),
        (b' {"account": "4242"}', "", "4242", None),
        (b"account=4242&event_category=meeting&note=%C3%BC", "", "4242", None),
        (b'{"account": 4242, "subscription": null}', "text/plain", "4242", None),
    ],
)
def test_forms_and_json_are_read(
    body: bytes, content_type: str, account: str, subscription: str | None
) -> None:
    """Version 1 sends forms, version 2 JSON; numbers and texts are ids alike."""
    notification = parse(body, content_type)
    assert (notification.account, notification.subscription) == (account, subscription)


@pytest.mark.parametrize("body", [b"[1]", b'{"account":', b"\xff\xfe", b"no form at all", b"{" * 9])
def test_a_signed_body_that_is_nothing_is_an_error_of_its_own(body: bytes) -> None:
    """What cannot be read is told as such, although the signature is right."""
    with pytest.raises(WebhookError) as caught:
        parse(body, "application/json")
    assert not isinstance(caught.value, SignatureMismatch)


def test_no_key_is_shown() -> None:
    """The repr of a receiver does not show its keys."""
    assert KEY not in repr(Webhook("application", (KEY,)))
