"""What copies are called."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kloudsync.model.calendar import CalendarKey

PARTS = st.text("ab:%?@/\n", max_size=6)
KEYS = st.builds(CalendarKey, PARTS, PARTS, PARTS, PARTS)


def test_a_key_reads_well() -> None:
    """Ordinary ids are shown as they are."""
    key = CalendarKey("google", "crm", "team@example.com")

    assert str(key) == "google:crm:team@example.com"
    assert str(CalendarKey("google", "crm", "primary", "q=work")) == "google:crm:primary?q=work"


@given(one=KEYS, other=KEYS)
def test_no_two_keys_have_one_name(one: CalendarKey, other: CalendarKey) -> None:
    """Leases are called after calendars, whatever marks their ids are made of."""
    assert (str(one) == str(other)) == (one == other)


@given(key=KEYS)
def test_the_whole_of_a_part_is_its_calendar(key: CalendarKey) -> None:
    """A query is all that tells a part from its calendar."""
    assert key.whole == CalendarKey(key.provider, key.account, key.calendar)
