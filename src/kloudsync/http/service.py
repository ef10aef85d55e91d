"""What performing has to know of a vendor's service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from attrs import field, frozen

from kloudsync.errors import APIError
from kloudsync.http.message import Headers, Query, Request, Response

ErrorDecoder = Callable[[Response, str, datetime], APIError]
"""Maps an error answer, the operation's name and the current time to an exception."""

_EVERYWHERE: Final = Headers((("Accept", "application/json"),))


@frozen(kw_only=True)
class Service:
    """One vendor's service at one address.

    Attributes:
        name: The provider's name in errors and logs, such as `google`.
        base_url: Where the service lives; credentials are sent to this host only.
        decode_error: The one function that maps error answers to exceptions, by reason.
        headers: Header fields sent with every request to the service's own host.
        query: Query pairs sent with every request to the service's own host.
    """

    name: str
    base_url: str
    decode_error: ErrorDecoder = field(repr=False)
    headers: Headers = Headers()
    query: Query = field(default=(), repr=lambda pairs: str([name for name, _ in pairs]))

    def completed(self, request: Request) -> Request:
        """Return a request with all that is sent along."""
        # What a service wants with each request may name people or hold keys: nobody else gets it.
        if not self.owns(request):
            return request.over(_EVERYWHERE)
        return request.over(Headers((*self.headers.pairs, *_EVERYWHERE.pairs)), self.query)

    def owns(self, request: Request) -> bool:
        """Tell whether a request goes to the service's own host."""
        if "://" not in request.path:
            return True
        theirs = _origin(request.path)
        return theirs is not None and theirs == _origin(self.base_url)


def _origin(url: str) -> tuple[str, str | None, int | None] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
