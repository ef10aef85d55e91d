"""What arrives at a webhook: header fields in a framework's own form, and secrets that sign."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias, cast

from kloudsync.errors import SignatureMismatch, UsageError

Secret: TypeAlias = str | bytes
"""A secret that both sides know; text stands for its bytes in UTF-8."""

Fields: TypeAlias = Mapping[str, Any] | Iterable[tuple[Any, Any]]
"""Header fields: a mapping, or pairs as ASGI has them; values are text, bytes or lists of them."""


def expect_secrets(given: Secret | Iterable[Secret], what: str) -> tuple[bytes, ...]:
    """Return the secrets that may have signed, as bytes.

    Args:
        given: One secret or several, so that an old one and a new one are good at once.
        what: What the secrets are, as in "the API keys".

    Raises:
        UsageError: There is none, or one that is blank, which anybody could sign with, or that is
            neither text nor bytes.
    """
    several: tuple[object, ...] = (given,) if isinstance(given, (str, bytes)) else _several(given)
    secrets = tuple(map(_as_bytes, several))
    if not secrets or not all(secret and secret.strip() for secret in secrets):
        raise UsageError(f"nothing to verify notifications with; pass {what} as text or bytes")
    return cast("tuple[bytes, ...]", secrets)


def field_of(headers: Fields, name: str) -> str | None:
    """Return the one value of a header field, whatever form a framework gave it.

    A field that came twice with different values is no proof of anything and counts as absent.

    Args:
        headers: The request's header fields; names in any case.
        name: The field's name.
    """
    wanted = name.lower()
    held = cast("Mapping[Any, Any]", headers).items() if isinstance(headers, Mapping) else headers
    values = {
        text for told, value in held if _as_text(told).lower() == wanted for text in _texts(value)
    }
    return values.pop() if len(values) == 1 else None


def expect_signed(
    body: bytes,
    signature: object,
    secrets: Iterable[bytes],
    sign: Callable[[bytes, bytes], str],
    *,
    by: str,
) -> None:
    """Refuse a body whose signature is none of the secrets'.

    Args:
        body: The bytes as they arrived.
        signature: What came with them, as text or bytes; None where nothing came.
        secrets: The secrets that may have signed.
        sign: Computes a signature.
        by: What the secrets are, as in "the API keys".

    Raises:
        SignatureMismatch: The signature is absent or another one.
        UsageError: The body is no bytes, but what somebody made of them.
    """
    if not isinstance(cast("object", body), (bytes, bytearray, memoryview)):
        raise UsageError("pass the body's bytes as they arrived, before anything parsed them")
    if not signature:
        raise SignatureMismatch("the notification has no signature")
    received = _as_text(signature).encode("utf-8", "replace")
    # Every secret is tried, so that the time taken does not tell which one matched.
    matches = [hmac.compare_digest(sign(body, one).encode(), received) for one in secrets]
    if not any(matches):
        raise SignatureMismatch(
            f"the signature of the notification is not that of {by}; "
            f"check that the body's bytes are those received, and {by}"
        )


def as_bytes(secret: Secret) -> bytes:
    """Return a secret's bytes."""
    return secret.encode() if isinstance(secret, str) else secret


def _several(given: object) -> tuple[object, ...]:
    return tuple(cast("Iterable[object]", given)) if isinstance(given, Iterable) else (given,)


def _as_bytes(secret: object) -> bytes | None:
    try:
        return as_bytes(secret) if isinstance(secret, (str, bytes)) else None
    except UnicodeEncodeError:
        return None


def _as_text(value: object) -> str:
    # Header fields are bytes, of which all 256 are Latin-1 (RFC 9110, section 5.5).
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, (list, tuple)):
        return tuple(map(_as_text, cast("Iterable[object]", value)))
    return (_as_text(value),)
