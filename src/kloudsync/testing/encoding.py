"""How fakes read and write JSON: in the compact form that services send."""

import json
from typing import cast

from kloudsync.testing.exchange import Resource


def encode(value: object) -> bytes:
    """Write a JSON value in the compact form that the service sends."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decode(body: bytes) -> Resource:
    """Read a JSON object; an empty body is an empty object."""
    return cast("Resource", json.loads(body)) if body else {}
