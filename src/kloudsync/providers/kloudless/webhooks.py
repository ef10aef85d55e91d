"""Webhooks: what Kloudless sends when there is activity to read.

A notification is a hint and no more: verify it, answer at once, and read the activity
from your own cursor. The signature covers the body alone, without time or nonce, so that
a recorded notification can be sent again by anybody who has seen it; all it brings about
is a look at the stream, which has nothing new.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, cast
from urllib.parse import parse_qsl

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
from kloudsync.model.arrival import AccountActivity, Acknowledgement, Arrival, Heard
from kloudsync.model.channel import Channel
from kloudsync.providers.kloudless.errors import PROVIDER

SIGNATURE_HEADER: Final = "X-Kloudless-Signature"
_KEYS: Final = "the application's API keys"


@frozen(kw_only=True)
class Notification:
    """A verified notification.

    Attributes:
        account: The account with activity; None where Kloudless only checks the address.
        subscription: The subscription, where the notification names one.
        fields: Everything that it says, as text.
    """

    account: str | None = None
    subscription: str | None = None
    fields: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def is_validation(self) -> bool:
        """Whether it is the request that checks an address before it is saved."""
        return self.account is None


def expect_keys(keys: Secret | Iterable[Secret]) -> tuple[bytes, ...]:
    """Return the keys, of which there has to be one.

    Raises:
        UsageError: There is no key, or a blank one, which would let everything pass.
    """
    return expect_secrets(keys, _KEYS)


@frozen
class Webhook:
    """Receives the notifications of one application.

    Attributes:
        application: The application's id, which every answer has to consist of.
        keys: The application's API keys. Which of several signs is not documented, and keys
            are rotated, so that any of them is accepted. Version 2 might sign with the client
            secret (inferred): add it to the keys.

    Raises:
        UsageError: There is no key, or a blank one, which would let everything pass.
    """

    application: str
    keys: tuple[bytes, ...] = field(converter=expect_keys, repr=False)

    def receive(self, body: bytes, headers: Fields) -> Notification:
        """Verify a request and read it.

        Args:
            body: The bytes as they arrived, before anything parsed them.
            headers: The request's header fields; names in any case.

        Raises:
            SignatureMismatch: The signature is absent, or is none of the keys'.
            WebhookError: The signature is right, but the body cannot be read.
        """
        verify(body, field_of(headers, SIGNATURE_HEADER), self.keys)
        return parse(body, field_of(headers, "content-type") or "")

    def unwrap(
        self, arrival: Arrival, _find: Callable[[str], Channel | None], _now: float
    ) -> Heard:
        """Verify a request and read it, as a `PushIntake` wants it: it names an account.

        Args:
            arrival: The request.

        Raises:
            SignatureMismatch: The signature is absent, or is none of the keys'.
            WebhookError: The signature is right, but the body cannot be read.
        """
        account = self.receive(arrival.body, arrival.headers).account
        active = () if account is None else (AccountActivity(provider=PROVIDER, account=account),)
        words = Acknowledgement(status=200, body=self.answer, content_type="text/plain")
        return Heard(activity=active, acknowledgement=words)

    @property
    def answer(self) -> bytes:
        """The body to answer with, as `text/plain` and with status 200.

        It is required for the check of an address, and harmless for all else.
        """
        return self.application.encode()


def sign(body: bytes, key: Secret) -> str:
    """Return the signature of a body: base64 of its HMAC-SHA256 under an API key."""
    return base64.b64encode(hmac.new(as_bytes(key), body, hashlib.sha256).digest()).decode()


def verify(body: bytes, signature: str | bytes | None, keys: Secret | Iterable[Secret]) -> None:
    """Check the signature of a notification.

    Args:
        body: The bytes as they arrived; empty where none came.
        signature: The value of `X-Kloudless-Signature`, or None where it is absent.
        keys: The keys that may have signed.

    Raises:
        SignatureMismatch: The signature is absent, or is none of the keys'.
        UsageError: There is no key, or a blank one.
    """
    expect_signed(body, signature, expect_keys(keys), sign, by=_KEYS)


def parse(body: bytes, content_type: str = "") -> Notification:
    """Read a notification whose signature was verified.

    Version 2 sends JSON, version 1 a form; either is recognised by itself where the media
    type says nothing.

    Raises:
        WebhookError: The body is neither.
    """
    is_json = content_type.partition(";")[0].strip().lower() == "application/json"
    try:
        text = body.decode()
        fields = _from_json(text) if is_json or text.lstrip().startswith("{") else _from_form(text)
    except (ValueError, RecursionError) as error:
        raise WebhookError("the notification is signed, but neither JSON nor a form") from error
    return Notification(
        account=fields.get("account") or None,
        subscription=fields.get("subscription") or None,
        fields=fields,
    )


def _from_json(text: str) -> dict[str, str]:
    parsed: Any = json.loads(text) if text.strip() else {}
    if not isinstance(parsed, dict):
        raise ValueError("not an object")  # noqa: TRY004 - turned into a WebhookError above
    members = cast("dict[str, Any]", parsed)
    return {name: _as_text(value) for name, value in members.items() if value is not None}


def _from_form(text: str) -> dict[str, str]:
    return dict(parse_qsl(text.strip(), keep_blank_values=True, strict_parsing=bool(text.strip())))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
