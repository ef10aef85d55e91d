"""Keys become event ids that Google accepts."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import UsageError
from kloudsync.providers.google.event_id import event_id


@given(st.binary(min_size=16, max_size=640))
def test_ids_keep_to_the_alphabet(key: bytes) -> None:
    """Every key of a fitting length gives an id of the characters and length allowed."""
    assert re.fullmatch("[a-v0-9]{5,1024}", event_id(key))


@given(st.binary(min_size=16, max_size=40), st.binary(min_size=16, max_size=40))
def test_ids_tell_keys_apart(one: bytes, other: bytes) -> None:
    """Two keys have the same id only if they are the same."""
    assert (event_id(one) == event_id(other)) is (one == other)


@pytest.mark.parametrize("length", [0, 15, 641])
def test_unfit_keys_are_refused(length: int) -> None:
    """A key that is not unique by itself, or too long for an id, is an error."""
    with pytest.raises(UsageError, match=f"{length} bytes"):
        event_id(b"k" * length)
