"""What performing has to know of a vendor's service."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from attrs import field, frozen

from kloudsync.errors import APIError
from kloudsync.http.message import Headers, Query, Response

ErrorDecoder = Callable[[Response, str, datetime], APIError]
"""Maps an error answer, the operation's name and the current time to an exception."""


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
