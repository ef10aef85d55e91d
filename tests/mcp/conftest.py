"""Desks at either service."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.mcp.desk import Desk


@pytest.fixture(params=["google", "microsoft"])
def desk(request: pytest.FixtureRequest) -> Desk:
    """Each fact is shown at both services."""
    return _made(request.param)


@pytest.fixture
def google() -> Desk:
    """What is the same at both is shown at one."""
    return _made("google")


def _made(provider: str) -> Desk:
    from tests.mcp.desk import google_desk, microsoft_desk  # noqa: PLC0415 - they need the extra

    return google_desk() if provider == "google" else microsoft_desk()
