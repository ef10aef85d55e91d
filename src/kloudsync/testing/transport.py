"""Fake services for clients of httpx and httpx2, without a network."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, overload

import httpx

from kloudsync.testing.carrying import Carrier, length_of
from kloudsync.testing.exchange import FakeService, Reply
from kloudsync.testing.faults import Disrupted, FaultKind

if TYPE_CHECKING:
    import httpx2
    from httpx2 import AsyncBaseTransport, BaseTransport
else:

    class BaseTransport:
        """Stands for httpx2's, whose clients do not look: nobody has to have installed it."""

    class AsyncBaseTransport:
        """The same for awaiting clients."""


_CHUNK = 65_536


class FakeTransport(
    httpx.BaseTransport, httpx.AsyncBaseTransport, BaseTransport, AsyncBaseTransport
):
    """Carries the requests of a client to a fake service.

    The client is an `httpx.Client`, an `httpx.AsyncClient`, or one of httpx2: each is answered in
    the terms of the library that its request comes from.

    Args:
        fake: The service.
    """

    def __init__(self, fake: FakeService) -> None:
        self._carrier = Carrier(fake)

    @overload
    def handle_request(self, request: httpx.Request) -> httpx.Response: ...
    @overload
    def handle_request(self, request: httpx2.Request) -> httpx2.Response: ...
    def handle_request(self, request: Any) -> Any:
        """Answer a request of a blocking client."""
        return self._answer(request, request.read())

    @overload
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response: ...
    @overload
    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response: ...
    async def handle_async_request(self, request: Any) -> Any:
        """Answer a request of an awaiting client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: Any, body: bytes) -> Any:
        headers = dict(request.headers.items())
        try:
            reply = self._carrier.carry(request.method, str(request.url), headers, body)
        except Disrupted as disrupted:
            return _disrupt(disrupted, request)
        return _response(reply, request)


def _library(request: Any) -> Any:
    """Return the module that a request's class comes from."""
    return sys.modules[type(request).__module__.partition(".")[0]]


def _disrupt(disrupted: Disrupted, request: Any) -> Any:
    """Turn the network's failure into what the library makes of it."""
    library = _library(request)
    if disrupted.reply is None:
        raise library.ReadError("the fake cut the connection", request=request)
    if disrupted.kind is FaultKind.SLOW_BODY:
        failure = library.ReadTimeout("the fake stalls", request=request)
    else:
        failure = library.RemoteProtocolError("the fake cut the answer short", request=request)
    return _response(disrupted.reply, request, failure)


def _response(reply: Reply, request: Any, failure: Exception | None = None) -> Any:
    library = _library(request)
    headers = dict(reply.headers) | length_of(reply)
    stream = _stream_of(library)(reply.body, failure)
    return library.Response(reply.status, headers=headers, stream=stream, request=request)


@cache
def _stream_of(library: Any) -> type[_Body]:
    """Make a body into what a library knows as a stream; it refuses any other."""
    return type("Body", (_Body, library.SyncByteStream, library.AsyncByteStream), {})


class _Body:
    """A body in chunks, which may fail half-way."""

    def __init__(self, body: bytes, failure: Exception | None) -> None:
        self._body = body if failure is None else body[: len(body) // 2]
        self._failure = failure

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._body), _CHUNK):
            yield self._body[start : start + _CHUNK]
        if self._failure is not None:
            raise self._failure

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self:
            yield chunk
