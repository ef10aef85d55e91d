"""Receivers as a WSGI application (PEP 3333), for Flask, Django and their servers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from kloudsync.http.numbers import whole_number
from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.web.receivers import (
    LARGEST,
    TOO_LARGE,
    Receiver,
    Receivers,
    acknowledged,
    headers_of,
)

_PHRASES = {one.value: one.phrase for one in HTTPStatus}
_UNPREFIXED = ("CONTENT_TYPE", "CONTENT_LENGTH")


def wsgi(receivers: Mapping[str, Receiver], *, largest: int = LARGEST) -> WSGIApplication:
    """Return a WSGI application that hands requests to receivers, in the server's thread.

    How long a request may take to arrive is for the server to say.

    Args:
        receivers: What receives, by path below wherever the application is mounted.
        largest: Bytes of a body beyond which a request is refused.

    Raises:
        UsageError: There are no receivers, or a path or a receiver cannot be one.
    """
    table = Receivers(receivers)

    def application(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        said = _answer(table, environ, largest)
        start(f"{said.status} {_PHRASES.get(said.status, 'Unknown')}", headers_of(said))
        return [said.body]

    return application


def _answer(table: Receivers, environ: WSGIEnvironment, largest: int) -> Acknowledgement:
    found = table.at(environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
    if isinstance(found, Acknowledgement):
        return found
    body = _body(environ, largest)
    if body is None:
        return TOO_LARGE
    query = dict(parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
    return acknowledged(found, Arrival(headers=_fields(environ), body=body, query=query))


def _body(environ: Mapping[str, Any], largest: int) -> bytes | None:
    """Return the whole body, or None if it is longer than it may be.

    A server that ends the stream by itself says so; from others no more is read than was
    announced, since reading on would wait for ever.
    """
    ended = bool(environ.get("wsgi.input_terminated"))
    announced = whole_number(environ.get("CONTENT_LENGTH") or "0") or 0
    most = largest + 1 if ended else min(announced, largest + 1)
    body: bytes = environ["wsgi.input"].read(most) if most else b""
    return body if len(body) <= largest else None


def _fields(environ: Mapping[str, Any]) -> dict[str, str]:
    prefixed = {
        name.removeprefix("HTTP_"): value
        for name, value in environ.items()
        if name.startswith("HTTP_") or name in _UNPREFIXED
    }
    return {name.replace("_", "-"): value for name, value in prefixed.items()}
