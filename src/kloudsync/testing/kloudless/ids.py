"""Kloudless's opaque identifiers: a kind, and the upstream id in base64."""

import base64


def encode_id(kind: str, upstream: str) -> str:
    """Write an upstream id as Kloudless does, such as `event_bTE`."""
    return f"{kind}_{base64.urlsafe_b64encode(upstream.encode()).decode().rstrip('=')}"


def decode_id(kind: str, name: str) -> str | None:
    """Read the upstream id from Kloudless's; None if it is none of this kind."""
    prefix, _, text = name.partition("_")
    if prefix != kind:
        return None
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return None
