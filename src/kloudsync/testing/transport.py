"""Fake services for httpx clients, without a network."""

from collections.abc import AsyncIterator, Iterator

import httpx

from kloudsync.testing.carrying import Carrier, length_of
from kloudsync.testing.exchange import FakeService, Reply
from kloudsync.testing.faults import Disrupted, FaultKind

_CHUNK = 65_536


class FakeTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Carries the requests of an `httpx.Client` or `httpx.AsyncClient` to a fake service.

    Args:
        fake: The service.
    """

    def __init__(self, fake: FakeService) -> None:
        self._carrier = Carrier(fake)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of a blocking client."""
        return self._answer(request, request.read())

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request of an awaiting client."""
        return self._answer(request, await request.aread())

    def _answer(self, request: httpx.Request, body: bytes) -> httpx.Response:
        headers = dict(request.headers.items())
        try:
            reply = self._carrier.carry(request.method, str(request.url), headers, body)
        except Disrupted as disrupted:
            return _disrupt(disrupted, request)
        return _response(reply, request)


def _disrupt(disrupted: Disrupted, request: httpx.Request) -> httpx.Response:
    """Turn the network's failure into what httpx makes of it."""
    if disrupted.reply is None:
        raise httpx.ReadError("the fake cut the connection", request=request)
    if disrupted.kind is FaultKind.SLOW_BODY:
        failure: httpx.TransportError = httpx.ReadTimeout("the fake stalls", request=request)
    else:
        failure = httpx.RemoteProtocolError("the fake cut the answer short", request=request)
    return _response(disrupted.reply, request, failure)


def _response(
    reply: Reply, request: httpx.Request, failure: httpx.TransportError | None = None
) -> httpx.Response:
    headers = dict(reply.headers) | length_of(reply)
    stream = _Body(reply.body, failure)
    return httpx.Response(reply.status, headers=headers, stream=stream, request=request)


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body in chunks, which may fail half-way."""

    def __init__(self, body: bytes, failure: httpx.TransportError | None) -> None:
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
