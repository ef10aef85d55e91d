"""How the fake reads and writes JSON."""

import json
from typing import Any, cast

from kloudsync.testing.exchange import Resource


def encode(value: object) -> bytes:
    """Write a JSON value in the compact form that the service sends."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def decode(body: bytes) -> Resource:
    """Read a JSON object; an empty body is an empty object."""
    return cast("Resource", json.loads(body)) if body else {}


def read_body(body: bytes) -> Resource:
    """Read the JSON object that a client sent; an empty body is an empty object.

    Raises:
        ValueError: It is no JSON object, or holds what JSON has no room for.
    """
    try:
        sent: Any = json.loads(body, parse_constant=_refuse) if body else {}
        encode(sent)
    except RecursionError as error:
        raise ValueError("the body is nested too deeply") from error
    if isinstance(sent, dict):
        return cast("Resource", sent)
    raise ValueError("the body is not an object")


def _refuse(constant: str) -> Any:
    raise ValueError(f"JSON has no {constant}")
