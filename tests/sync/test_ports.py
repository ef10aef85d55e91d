"""What is asked of stores: one that inherits from a role and lacks a method is never made."""

from __future__ import annotations

from typing import Any

import pytest

from kloudsync.fleet.ports import Jobs, WorkStore
from kloudsync.http.auth import Auth
from kloudsync.http.limits import Limiter
from kloudsync.mirror.ports import Ledger, MirrorStore
from kloudsync.push.ports import IntakeStore, PushService, PushStore
from kloudsync.runtime.budgets import BudgetStore
from kloudsync.runtime.clock import Clock
from kloudsync.runtime.due import DueStore
from kloudsync.runtime.request_counts import RequestStore
from kloudsync.runtime.tokens import TokenStore
from kloudsync.sync.ports import Store

STORES = (
    *(Store, MirrorStore, Ledger, TokenStore, BudgetStore, DueStore, RequestStore),
    *(IntakeStore, PushStore, WorkStore),
)
OTHERS = (Auth, Limiter, Clock, Jobs, PushService)


def _written(*_: object) -> None:
    """Do what was asked, whatever it is."""


@pytest.mark.parametrize("role", [*STORES, *OTHERS], ids=lambda role: role.__name__)
def test_a_method_that_is_missing_is_told_by_its_name(role: Any) -> None:
    """Otherwise it would answer with nothing, long after somebody forgot it."""
    missing = min(role.__abstractmethods__)
    written = dict.fromkeys(role.__abstractmethods__ - {missing}, _written)
    mine = type("Mine", (role,), written)
    with pytest.raises(TypeError, match=missing):
        mine()
    whole = type("Whole", (role,), {**written, missing: _written})
    assert whole()


@pytest.mark.parametrize("role", [*STORES, *OTHERS], ids=lambda role: role.__name__)
def test_no_method_of_a_role_is_left_out(role: Any) -> None:
    """Whatever a role asks for has to be written by whoever inherits from it."""
    asked = {name for name in dir(role) if not name.startswith("_")}
    assert asked <= role.__abstractmethods__
