"""Salesloft: clients, and how calendars are mirrored there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kloudsync.lazy import Listing, Loading

if TYPE_CHECKING:
    from kloudsync.providers.salesloft.client import AsyncSalesloft, Salesloft
    from kloudsync.providers.salesloft.jobs import Patience
    from kloudsync.providers.salesloft.limiter import TeamBudget
    from kloudsync.providers.salesloft.payload import Identity
    from kloudsync.providers.salesloft.policy import Detail, Policy, by_domains, private
    from kloudsync.providers.salesloft.webhooks import Webhook

__all__ = [
    "AsyncSalesloft",
    "Detail",
    "Identity",
    "Patience",
    "Policy",
    "Salesloft",
    "TeamBudget",
    "Webhook",
    "by_domains",
    "private",
]

_HOMES: Final = {
    "AsyncSalesloft": "kloudsync.providers.salesloft.client",
    "Detail": "kloudsync.providers.salesloft.policy",
    "Identity": "kloudsync.providers.salesloft.payload",
    "Patience": "kloudsync.providers.salesloft.jobs",
    "Policy": "kloudsync.providers.salesloft.policy",
    "Salesloft": "kloudsync.providers.salesloft.client",
    "TeamBudget": "kloudsync.providers.salesloft.limiter",
    "Webhook": "kloudsync.providers.salesloft.webhooks",
    "by_domains": "kloudsync.providers.salesloft.policy",
    "private": "kloudsync.providers.salesloft.policy",
}

__getattr__: Loading = Loading(__name__, _HOMES)
__dir__: Listing = Listing(__name__, _HOMES)
