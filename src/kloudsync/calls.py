"""Calls: how long they may take, when they are repeated, and the tokens that they carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.http.clocks import Timeouts
    from kloudsync.http.message import Headers
    from kloudsync.http.oauth import RefreshedToken, RenewalLease
    from kloudsync.http.operation import Operation
    from kloudsync.http.retry import Retry
    from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
    from kloudsync.runtime.clock import Clock, SystemClock

__all__ = [
    "Clock",
    "Headers",
    "Operation",
    "RefreshedToken",
    "RenewalLease",
    "Retry",
    "SystemClock",
    "Timeouts",
    "TokenEndpoint",
    "Tokens",
]

_HOMES: Final = {
    "Clock": "kloudsync.runtime.clock",
    "Headers": "kloudsync.http.message",
    "Operation": "kloudsync.http.operation",
    "RefreshedToken": "kloudsync.http.oauth",
    "RenewalLease": "kloudsync.http.oauth",
    "Retry": "kloudsync.http.retry",
    "SystemClock": "kloudsync.runtime.clock",
    "Timeouts": "kloudsync.http.clocks",
    "TokenEndpoint": "kloudsync.http.token_endpoint",
    "Tokens": "kloudsync.http.token_endpoint",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
