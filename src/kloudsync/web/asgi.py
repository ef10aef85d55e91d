"""Receivers as an ASGI application (version 3 of the specification, `http` and `lifespan`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.runtime.tasks import in_thread
from kloudsync.web.receivers import (
    LARGEST,
    PATIENCE,
    TOO_LARGE,
    TOO_SLOW,
    Receiver,
    Receivers,
    acknowledged,
    headers_of,
)

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application: TypeAlias = Callable[[Scope, Receive, Send], Awaitable[None]]


class _Gone(Exception):
    pass


def asgi(
    receivers: Mapping[str, Receiver], *, largest: int = LARGEST, patience: float = PATIENCE
) -> Application:
    """Return an ASGI application that hands requests to receivers, in worker threads.

    Args:
        receivers: What receives, by path below wherever the application is mounted.
        largest: Bytes of a body beyond which a request is refused.
        patience: Seconds that a request may take to arrive.

    Raises:
        UsageError: There are no receivers, or a path or a receiver cannot be one.
    """
    table = Receivers(receivers)

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or the life of the server."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            try:
                said = await _answer(table, scope, receive, largest, patience)
            except _Gone:
                return
            await _tell(send, said)

    return application


async def _answer(
    table: Receivers, scope: Scope, receive: Receive, largest: int, patience: float
) -> Acknowledgement:
    found = table.at(scope["method"], _path(scope))
    if isinstance(found, Acknowledgement):
        return found
    try:
        async with asyncio.timeout(patience):
            body = await _body(receive, largest)
    except TimeoutError:
        return TOO_SLOW
    if body is None:
        return TOO_LARGE
    query = dict(
        parse_qsl(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)
    )
    arrival = Arrival(headers=scope["headers"], body=body, query=query)
    return await in_thread(acknowledged, found, arrival)


def _path(scope: Scope) -> str:
    """Return the path below the mount: servers and frameworks differ in whether it has it."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "").rstrip("/")
    return path.removeprefix(root) if f"{path}/".startswith(f"{root}/") else path


async def _body(receive: Receive, largest: int) -> bytes | None:
    """Return the whole body, or None as soon as it is longer than it may be."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Gone
        body += message.get("body", b"")
        if len(body) > largest:
            return None
        if not message.get("more_body", False):
            return bytes(body)


async def _tell(send: Send, said: Acknowledgement) -> None:
    fields = [(name.encode(), value.encode("latin-1")) for name, value in headers_of(said)]
    await send({"type": "http.response.start", "status": said.status, "headers": fields})
    await send({"type": "http.response.body", "body": said.body})


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
