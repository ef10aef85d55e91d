"""Forged notifications: all fail closed, and none is repeated in an error or a log."""

from __future__ import annotations

import ast
import base64
import hashlib
import hmac
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from attrs import evolve
from tests.security.conftest import Expect
from tests.security.scan import (
    CHANNEL_TOKEN,
    PERSONAL,
    SECRETS,
    WEBHOOK_KEY,
    leaks,
    shown,
    told,
)

import kloudsync
from kloudsync.errors import NotificationStale, SignatureMismatch, WebhookError
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Topic, hash_token
from kloudsync.objects.push_intake import PushIntake
from kloudsync.providers.kloudless import webhooks as kloudless
from kloudsync.providers.salesloft import webhooks as salesloft
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock

NOW = ManualClock().now().timestamp()
BODY = b'{"account": 1, "note": "planted-title"}'
TOPIC = Topic(CalendarKey("google", "owner", "planted-mailbox@example.com"))
OTHER_TOKEN = "planted-channel-token-of-another"
CHANNEL = Channel(
    id="mine",
    topic=TOPIC,
    address="https://hooks.example.com/google",
    token_hash=hash_token(CHANNEL_TOKEN),
    opened_at=NOW - 10,
    expires_at=NOW + 10,
    resource="resource",
)
GOOD = {
    "X-Goog-Channel-ID": "mine",
    "X-Goog-Channel-Token": CHANNEL_TOKEN,
    "X-Goog-Resource-ID": "resource",
    "X-Goog-Resource-State": "exists",
    "X-Goog-Message-Number": "5",
}
FORGED = {
    "no token": ({"X-Goog-Channel-Token": None}, 403),
    "empty token": ({"X-Goog-Channel-Token": ""}, 403),
    "other token": ({"X-Goog-Channel-Token": "guess"}, 403),
    "other case": ({"X-Goog-Channel-Token": CHANNEL_TOKEN.upper()}, 403),
    "token with spaces": ({"X-Goog-Channel-Token": f" {CHANNEL_TOKEN}"}, 403),
    "begin of the token": ({"X-Goog-Channel-Token": CHANNEL_TOKEN[:-1]}, 403),
    "more than the token": ({"X-Goog-Channel-Token": f"{CHANNEL_TOKEN}\0"}, 403),
    "the stored hash": ({"X-Goog-Channel-Token": hash_token(CHANNEL_TOKEN)}, 403),
    "token of another channel": ({"X-Goog-Channel-Token": OTHER_TOKEN}, 403),
    "surrogates": ({"X-Goog-Channel-Token": "\ud800"}, 403),
    "beyond ASCII": ({"X-Goog-Channel-Token": "\u00fc" * 20}, 403),
    "huge token": ({"X-Goog-Channel-Token": "x" * 1_000_000}, 403),
    "other resource": ({"X-Goog-Resource-ID": "theirs"}, 403),
    "no resource": ({"X-Goog-Resource-ID": None}, 400),
    "other channel": ({"X-Goog-Channel-ID": "other"}, 403),
    "unknown channel": ({"X-Goog-Channel-ID": "unknown"}, 410),
    "ended channel": ({"X-Goog-Channel-ID": "ended"}, 410),
    "channel with SQL": ({"X-Goog-Channel-ID": "' OR 1=1 --"}, 400),
    "no channel": ({"X-Goog-Channel-ID": None}, 400),
    "no number": ({"X-Goog-Message-Number": None}, 400),
    "negative number": ({"X-Goog-Message-Number": "-1"}, 400),
    "huge number": ({"X-Goog-Message-Number": "9" * 5000}, 400),
    "foreign digits": ({"X-Goog-Message-Number": "\u0663"}, 400),
    "no state": ({"X-Goog-Resource-State": None}, 400),
}


@pytest.fixture
def store() -> MemoryStore:
    """A store with a channel of ours, one of somebody else, and one that has ended."""
    store = MemoryStore()
    theirs = hash_token(OTHER_TOKEN)
    store.open_channel(CHANNEL)
    store.open_channel(evolve(CHANNEL, id="other", token_hash=theirs))
    store.open_channel(evolve(CHANNEL, id="ended", expires_at=NOW))
    return store


@pytest.mark.parametrize(("changes", "status"), FORGED.values(), ids=list(FORGED))
def test_a_forged_message_of_google_marks_nothing(
    store: MemoryStore,
    changes: Mapping[str, str | None],
    status: int,
    expect_quiet_log: Expect,
) -> None:
    """Each forgery has its refusal; no calendar becomes due, and nobody reads the token."""
    headers = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    intake = PushIntake(store, clock=ManualClock())
    assert intake.answer(headers, BODY) == status
    with pytest.raises(WebhookError) as caught:
        intake.receive(headers, BODY)
    assert leaks(told(caught.value), (*SECRETS, "planted-title")) == []
    assert store.standings("google", "owner") == []
    expect_quiet_log()


def test_the_message_that_was_forged_is_good(store: MemoryStore) -> None:
    """What the forgeries start from is taken in, and no object on the way shows the token."""
    intake = PushIntake(store, clock=ManualClock())
    receipt = intake.receive(GOOD)
    assert receipt.topics
    assert leaks(shown(receipt, intake, store), SECRETS) == []


def kloudless_signature(body: bytes, key: str = WEBHOOK_KEY) -> str:
    """Sign as Kloudless documents it."""
    return base64.b64encode(hmac.new(key.encode(), body, hashlib.sha256).digest()).decode()


def salesloft_signature(body: bytes, key: str = WEBHOOK_KEY) -> str:
    """Sign as Salesloft documents it."""
    return hmac.new(key.encode(), body, hashlib.sha1).hexdigest()


def forgeries(right: str, other: str) -> list[str | None]:
    """Return signatures that look ever more like the right one, and are not."""
    swapped = right[1:] + right[:1]
    return [
        *(None, "", " ", "\0", "\ud800", "\u00fc" * 44, "=", "=" * 44, "0" * 40, WEBHOOK_KEY),
        *(right[:-1], right[:8], f"{right}{right}", f"sha1={right}", swapped, other),
        *(f"{right}\0", f"{right},{right}", f"{right}=", "x" * 1_000_000),
    ]


KLOUDLESS = forgeries(kloudless_signature(BODY), kloudless_signature(BODY, "other"))
SALESLOFT = forgeries(salesloft_signature(BODY), salesloft_signature(BODY, "other"))


def label(signature: str | None) -> str:
    """Name a case, shortly."""
    return ascii(signature)[:24]


@pytest.mark.parametrize("signature", KLOUDLESS, ids=label)
def test_a_forged_notification_of_kloudless_is_refused(signature: str | None) -> None:
    """Only the signature of these very bytes under a known key passes."""
    hook = kloudless.Webhook("application", ("rotated", WEBHOOK_KEY))
    name = kloudless.SIGNATURE_HEADER
    assert hook.receive(BODY, {name: kloudless_signature(BODY)}).account == "1"
    with pytest.raises(SignatureMismatch) as caught:
        hook.receive(BODY, {} if signature is None else {name: signature})
    assert leaks([*told(caught.value), *shown(hook)], SECRETS + PERSONAL) == []


@pytest.mark.parametrize("signature", SALESLOFT, ids=label)
def test_a_forged_notification_of_salesloft_is_refused(signature: str | None) -> None:
    """Only the signature of these very bytes under the callback token passes."""
    hook = salesloft.Webhook(WEBHOOK_KEY)
    name = salesloft.SIGNATURE_HEADER
    assert hook.receive(BODY, {name: salesloft_signature(BODY)}).payload
    with pytest.raises(SignatureMismatch) as caught:
        hook.receive(BODY, {} if signature is None else {name: signature})
    assert leaks([*told(caught.value), *shown(hook)], SECRETS + PERSONAL) == []


@pytest.mark.parametrize("body", [b"planted-title \xff", b'"planted-title"', b"[" * 100_000])
def test_a_signed_body_that_cannot_be_read_is_not_quoted(body: bytes) -> None:
    """What is signed and still no notification is told without its content."""
    for receive, name, signature in (
        (kloudless.Webhook("a", WEBHOOK_KEY).receive, "X-Kloudless-Signature", kloudless_signature),
        (salesloft.Webhook(WEBHOOK_KEY).receive, "X-Salesloft-Signature", salesloft_signature),
    ):
        headers = {name: signature(body), "Content-Type": "application/json"}
        with pytest.raises(WebhookError) as caught:
            receive(body, headers)
        assert not isinstance(caught.value, (SignatureMismatch, NotificationStale))
        assert leaks(told(caught.value), SECRETS + PERSONAL) == []


ROOT = Path(kloudsync.__file__).parent
PROVING = (
    "model/channel.py",
    "push/intake.py",
    "providers/google/push.py",
    "providers/kloudless/auth.py",
    "providers/kloudless/webhooks.py",
    "providers/salesloft/webhooks.py",
    "http/webhook.py",
    "http/consent.py",
)
SECRET_WORDS = ("token", "digest", "signature", "hash", "key", "state", "verifier", "secret")


def comparisons(path: Path) -> Iterator[tuple[int, str]]:
    """Yield every comparison by value in a module, with its line."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Compare) and any(
            isinstance(operator, (ast.Eq, ast.NotEq, ast.In, ast.NotIn)) for operator in node.ops
        ):
            yield node.lineno, ast.unparse(node).lower()


@pytest.mark.parametrize("name", PROVING)
def test_proofs_are_compared_in_constant_time(name: str) -> None:
    """No module that verifies compares a token, key or signature by `==` or `in`."""
    found = [
        (line, text)
        for line, text in comparisons(ROOT / name)
        if any(word in text for word in SECRET_WORDS) and "is none" not in text
    ]
    assert found == []


def test_every_verifier_compares_digests() -> None:
    """Each of the modules that verify goes through `compare_digest`."""
    for name in ("model/channel.py", "http/webhook.py", "http/consent.py"):
        assert "compare_digest" in (ROOT / name).read_text(), name
    for name in ("providers/kloudless/webhooks.py", "providers/salesloft/webhooks.py"):
        assert "expect_signed(" in (ROOT / name).read_text(), name
