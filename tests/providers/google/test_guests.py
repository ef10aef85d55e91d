import pytest

from kloudsync.errors import UsageError
from kloudsync.providers.google.guests import with_attendee, without_attendee
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee

EVENT = Event(
    summary="Lunch",
    attendees=[
        EventAttendee(email="first@example.com", response_status="accepted"),
        EventAttendee(email="Second@example.com", display_name="Second guest"),
    ],
)


def addresses(patch: Event) -> list[object]:
    """List whom a patch invites."""
    return [guest.email for guest in patch.attendees or ()]


def test_a_new_guest_joins_all_others() -> None:
    """The patch names everybody, and changes nothing else."""
    patch = with_attendee(EVENT, "third@example.com")
    assert addresses(patch) == ["first@example.com", "Second@example.com", "third@example.com"]
    assert not patch.summary
    assert addresses(with_attendee(Event(), "first@example.com")) == ["first@example.com"]


def test_a_known_guest_is_changed_and_not_doubled() -> None:
    """Whatever the case of the address; what is not given stays."""
    patch = with_attendee(EVENT, EventAttendee(email="second@EXAMPLE.com", optional=True))
    assert patch.attendees
    second = patch.attendees[1]
    assert len(patch.attendees) == 2
    assert (second.display_name, second.optional) == ("Second guest", True)
    assert addresses(with_attendee(EVENT, "SECOND@example.com")) == addresses(patch)


def test_a_guest_leaves_and_all_others_stay() -> None:
    """Whatever the case of the address; who is no guest cannot leave."""
    assert addresses(without_attendee(EVENT, "FIRST@example.com")) == ["Second@example.com"]
    assert len(addresses(without_attendee(EVENT, "nobody@example.com"))) == 2


def test_a_list_that_is_not_whole_is_refused() -> None:
    """The guests that it leaves out would be uninvited."""
    omitted = Event(attendees=[], attendees_omitted=True)
    with pytest.raises(UsageError, match="max_attendees"):
        with_attendee(omitted, "first@example.com")
    with pytest.raises(UsageError, match="max_attendees"):
        without_attendee(omitted, "first@example.com")


def test_a_guest_needs_an_address() -> None:
    """Nobody can be invited without one."""
    for nobody in ("", EventAttendee(display_name="Somebody")):
        with pytest.raises(UsageError, match="address"):
            with_attendee(EVENT, nobody)
