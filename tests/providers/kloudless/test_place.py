"""Where a pass stands, as it is written into cursors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.providers.kloudless.passes import source

from kloudsync.errors import CursorRefused, UsageError
from kloudsync.model.state import Cursor
from kloudsync.providers.kloudless.place import Phase, Place


@settings(max_examples=40)
@given(
    st.builds(
        Place,
        phase=st.sampled_from(Phase),
        issued=st.floats(0, 1e10),
        begun=st.floats(0, 1e10),
        subscription=st.none() | st.text(min_size=1),
        cursor=st.none() | st.text(min_size=1),
        calendar=st.none() | st.text(min_size=1),
        page=st.none() | st.text(min_size=1),
        records=st.integers(0, 10**6),
        waiting=st.integers(0, 10**6),
        zone=st.none() | st.text(min_size=1),
        zoned=st.floats(0, 1e10),
        pages=st.integers(0, 10**6),
        total=st.none() | st.integers(1, 10**6),
        shifted=st.booleans(),
        listings=st.integers(0, 10),
        service=st.none() | st.text(min_size=1),
    )
)
def test_places_survive_being_written(held: Place) -> None:
    """A place is the same after it was stored as text."""
    assert Place.decode(held.encode()) == held


@pytest.mark.parametrize(
    "text", ["", "5", "[]", "{}", '{"p":"moon"}', '{"p":"read","q":1}', "null"]
)
def test_other_texts_are_no_places(text: str) -> None:
    """A cursor of something else is refused as a cursor, not misread."""
    with pytest.raises(UsageError):
        Place.decode(text)
    calendar = source()
    with pytest.raises(CursorRefused) as caught:
        calendar.page(Cursor(token=text, fingerprint=calendar.fingerprint), None)
    assert calendar.refused(caught.value, None, None) == str(caught.value)
