"""Salesloft as a service: where it lives, and which budget its calls are taken from."""

from __future__ import annotations

from typing import Final

from kloudsync.http.auth import Auth
from kloudsync.http.limits import Limiter
from kloudsync.http.service import Service
from kloudsync.http.vendor import Vendor
from kloudsync.providers.salesloft.errors import PROVIDER, decode_error
from kloudsync.providers.salesloft.limiter import TeamBudget, shared_budget

VENDOR: Final = Vendor(
    name=PROVIDER, base_url="https://api.salesloft.com/v2", decode_error=decode_error
)


def budget_of(service: Service, auth: Auth, team: str | None) -> Limiter:
    """Choose the budget of a team, or of whoever shares a credential where none is named.

    Schemes compare by what they hold where they are fixed, else by being the same object.
    """
    whose: object = team or auth
    try:
        return shared_budget(service.base_url, whose)
    except TypeError:
        # A scheme of the caller's own may have no hash; nobody shares with it then.
        return TeamBudget()
