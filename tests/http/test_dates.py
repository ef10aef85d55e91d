from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.http.dates import http_date

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 01 Mar 2026 12:00:00 GMT",
        "Sun, 01 Mar 2026 12:00:00 -0000",
        "Sun, 01 Mar 2026 12:00:00",
        "Sun, 01 Mar 2026 07:00:00 -0500",
        "Sunday, 01-Mar-26 12:00:00 GMT",
    ],
)
def test_a_date_without_a_zone_is_in_utc(value: str) -> None:
    """Every form gives one and the same aware time."""
    found = http_date(value)
    assert found is not None
    assert (found, found.tzinfo is None) == (NOON, False)


@given(st.none() | st.text())
def test_what_is_no_date_is_none_and_never_an_error(value: str | None) -> None:
    """Any text gives an aware time or None."""
    found = http_date(value)
    assert found is None or found.utcoffset() is not None
