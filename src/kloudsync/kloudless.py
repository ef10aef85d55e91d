"""Kloudless: clients, webhooks, and what is inferred of the service."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.kloudless.client import AsyncKloudless, Kloudless
    from kloudsync.providers.kloudless.rules import Rules
    from kloudsync.providers.kloudless.webhooks import SIGNATURE_HEADER, Webhook, sign
    from kloudsync.providers.kloudless.wire.calendar import Calendar
    from kloudsync.providers.kloudless.wire.event import Event

__all__ = [
    "SIGNATURE_HEADER",
    "AsyncKloudless",
    "Calendar",
    "Event",
    "Kloudless",
    "Rules",
    "Webhook",
    "sign",
]

_HOMES: Final = {
    "SIGNATURE_HEADER": "kloudsync.providers.kloudless.webhooks",
    "AsyncKloudless": "kloudsync.providers.kloudless.client",
    "Calendar": "kloudsync.providers.kloudless.wire.calendar",
    "Event": "kloudsync.providers.kloudless.wire.event",
    "Kloudless": "kloudsync.providers.kloudless.client",
    "Rules": "kloudsync.providers.kloudless.rules",
    "Webhook": "kloudsync.providers.kloudless.webhooks",
    "sign": "kloudsync.providers.kloudless.webhooks",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
