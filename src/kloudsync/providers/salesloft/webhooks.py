"""Webhooks: verified by HMAC-SHA1 over the body as it arrived."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final, cast

from attrs import field, frozen

from kloudsync.errors import SignatureMismatch, UsageError, WebhookError
from kloudsync.providers.salesloft.wire.subscription import EventType

SIGNATURE_HEADER: Final = "x-salesloft-signature"
EVENT_HEADER: Final = "x-salesloft-event"


@frozen(kw_only=True)
class Notification:
    """A verified notification.

    Attributes:
        event: What it announces; a text where kloudsync does not know it.
        payload: Everything that it says.
    """

    event: EventType | str
    payload: Mapping[str, Any] = field(factory=dict[str, Any], repr=False)


@frozen
class Webhook:
    """Receives the notifications of one subscription.

    It takes the `callback_token`, the secret that was given when subscribing.

    Raises:
        UsageError: It is empty, which would let everything pass.
    """

    _callback_token: str = field(repr=False)

    def __attrs_post_init__(self) -> None:
        """Refuse a token that anybody could guess."""
        _expect_token(self._callback_token)

    def receive(self, body: bytes, headers: Mapping[str, str]) -> Notification:
        """Verify a request and read it.

        Args:
            body: The bytes as they arrived, before anything parsed them.
            headers: The request's header fields; names in any case.

        Raises:
            SignatureMismatch: The signature is absent or not the token's.
            WebhookError: The signature is right, but the body is no JSON object.
        """
        lowered = {name.lower(): value for name, value in headers.items()}
        verify(body, lowered.get(SIGNATURE_HEADER), self._callback_token)
        return Notification(event=_event(lowered.get(EVENT_HEADER, "")), payload=_payload(body))


def sign(body: bytes, callback_token: str) -> str:
    """Return the signature of a body: its HMAC-SHA1 under the callback token, in hex."""
    return hmac.new(callback_token.encode(), body, hashlib.sha1).hexdigest()


def verify(body: bytes, signature: str | None, callback_token: str) -> None:
    """Check the signature of a notification.

    Args:
        body: The bytes as they arrived.
        signature: The header's value, hex digits in any case; None where it is absent.
        callback_token: The secret of the subscription.

    Raises:
        SignatureMismatch: The signature is absent or not the token's.
        UsageError: The token is empty.
    """
    _expect_token(callback_token)
    if not signature:
        raise SignatureMismatch(f"the notification has no {SIGNATURE_HEADER} header")
    received = signature.strip().lower().encode("utf-8", "replace")
    if not hmac.compare_digest(sign(body, callback_token).encode(), received):
        raise SignatureMismatch(
            "the signature of the notification is not that of the callback token; "
            "check that the body's bytes are those received, and the token"
        )


def _expect_token(callback_token: str) -> None:
    if not callback_token:
        raise UsageError("the callback token is empty; pass the one that was subscribed with")


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
