"""How the fake writes JSON."""

import json
from typing import cast

from kloudsync.testing.exchange import Resource


def encode(resource: Resource) -> bytes:
    """Write a JSON object as Google's compact form does."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()


def decode(body: bytes) -> Resource:
    """Read a JSON object; an empty body is an empty object."""
    return cast("Resource", json.loads(body)) if body else {}
