"""Webhooks: verified by HMAC-SHA1 over the body as it arrived.

The signature covers the body alone: neither the header that names the event, nor a time or
a nonce. Whoever has seen a notification can send it again, also under another event's name.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from attrs import field, frozen

from kloudsync.errors import WebhookError
from kloudsync.http.webhook import (
    Fields,
    Secret,
    as_bytes,
    expect_secrets,
    expect_signed,
    field_of,
)
from kloudsync.providers.salesloft.wire.subscription import EventType

SIGNATURE_HEADER: Final = "x-salesloft-signature"
EVENT_HEADER: Final = "x-salesloft-event"
_TOKENS: Final = "the callback token"


@frozen(kw_only=True)
class Notification:
    """A verified notification.

    Attributes:
        event: What it announces; a text where kloudsync does not know it. It comes from a header
            that the signature does not cover: take it for a hint of what to look up.
        payload: Everything that it says; this is what was verified.
    """

    event: EventType | str
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


def expect_tokens(tokens: Secret | Iterable[Secret]) -> tuple[bytes, ...]:
    """Return the callback tokens, of which there has to be one.

    Raises:
        UsageError: There is no token, or a blank one, which would let everything pass.
    """
    return expect_secrets(tokens, _TOKENS)


@frozen
class Webhook:
    """Receives the notifications of one subscription.

    Attributes:
        callback_tokens: The `callback_token`, the secret that was given when subscribing; several
            where one is being replaced, of which any is accepted.

    Raises:
        UsageError: There is none, or a blank one, which would let everything pass.
    """

    callback_tokens: tuple[bytes, ...] = field(converter=expect_tokens, repr=False)

    def receive(self, body: bytes, headers: Fields) -> Notification:
        """Verify a request and read it.

        Args:
            body: The bytes as they arrived, before anything parsed them.
            headers: The request's header fields; names in any case.

        Raises:
            SignatureMismatch: The signature is absent or none of the tokens'.
            WebhookError: The signature is right, but the body is no JSON object.
        """
        verify(body, field_of(headers, SIGNATURE_HEADER), self.callback_tokens)
        event = _event(field_of(headers, EVENT_HEADER) or "")
        return Notification(event=event, payload=_payload(body))


def sign(body: bytes, callback_token: Secret) -> str:
    """Return the signature of a body: its HMAC-SHA1 under the callback token, in hex."""
    return hmac.new(as_bytes(callback_token), body, hashlib.sha1).hexdigest()


def verify(
    body: bytes, signature: str | bytes | None, callback_tokens: Secret | Iterable[Secret]
) -> None:
    """Check the signature of a notification.

    Args:
        body: The bytes as they arrived.
        signature: The header's value, hex digits in any case; None where it is absent.
        callback_tokens: The secrets of the subscription that may have signed.

    Raises:
        SignatureMismatch: The signature is absent or none of the tokens'.
        UsageError: There is no token, or a blank one.
    """
    known = expect_tokens(callback_tokens)
    received = signature.strip().lower() if signature else None
    expect_signed(body, received, known, sign, by=_TOKENS)


def _event(name: str) -> EventType | str:
    return EventType(name) if name in set(EventType) else name


def _payload(body: bytes) -> Mapping[str, Any]:
    try:
        parsed: Any = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise WebhookError("the notification is signed, but is not JSON") from error
    if not isinstance(parsed, dict):
        raise WebhookError("the notification is signed, but holds no JSON object")
    return cast("Mapping[str, Any]", parsed)
