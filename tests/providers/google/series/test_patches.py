from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kloudsync.providers.google.series.patches import difference, merged, written
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee

values = st.recursive(
    st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2),
    lambda inner: st.dictionaries(st.sampled_from("abc"), inner, min_size=1, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(st.sampled_from("abcd"), values, max_size=4)


@given(objects, objects)
def test_a_difference_turns_one_object_into_the_other(
    held: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """Patching is what takes it back."""
    assert merged(held, difference(held, wanted)) == wanted


@given(objects)
def test_equal_objects_differ_in_nothing(held: dict[str, Any]) -> None:
    """The patch is empty."""
    assert difference(held, held) == {}


def test_the_services_own_members_are_not_written() -> None:
    """Neither of the event nor of its guests."""
    guest = EventAttendee(email="guest@example.com", organizer=True, is_self=True)
    event = Event(id="x", etag='"1"', summary="Lunch", attendees=[guest])
    assert written(event) == {"summary": "Lunch", "attendees": [{"email": "guest@example.com"}]}
