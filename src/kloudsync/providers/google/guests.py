"""Changes of guest lists that keep everybody else.

The service replaces a list of attendees whole: a patch that names one guest uninvites all
others. These functions make the patch from the event as it was read.
"""

from __future__ import annotations

from kloudsync.errors import UsageError
from kloudsync.providers.google.wire.codec import codec
from kloudsync.providers.google.wire.event import Event
from kloudsync.providers.google.wire.people import EventAttendee


def with_attendee(event: Event, guest: EventAttendee | str) -> Event:
    """Return the patch that invites somebody, or changes what is known of a guest.

    ```python
    event = google.events.get("primary", event_id)
    google.events.patch("primary", event_id, with_attendee(event, "guest@example.com"), if_match=event.etag)
    ```

    Args:
        event: The event as it was read, whole.
        guest: An address, or an attendee in which `email` and what is to change are set.

    Raises:
        UsageError: There is no address, or the event does not name all of its guests.
    """
    wanted = EventAttendee(email=guest) if isinstance(guest, str) else guest
    address = _address(wanted)
    guests = _guests(event)
    known = [number for number, one in enumerate(guests) if _address(one) == address]
    if not address:
        raise UsageError("a guest needs an email address")
    if known:
        guests[known[0]] = _changed(guests[known[0]], wanted)
    else:
        guests.append(wanted)
    return Event(attendees=guests)


def without_attendee(event: Event, email: str) -> Event:
    """Return the patch that uninvites somebody, or changes nothing if they are no guest.

    Args:
        event: The event as it was read, whole.
        email: The guest's address; case does not matter.

    Raises:
        UsageError: The event does not name all of its guests.
    """
    return Event(attendees=[one for one in _guests(event) if _address(one) != email.casefold()])


def _guests(event: Event) -> list[EventAttendee]:
    if event.attendees_omitted:
        raise UsageError(
            "the event names only some of its guests, and the others would be uninvited; "
            "read it without max_attendees"
        )
    return list(event.attendees or ())


def _address(guest: EventAttendee) -> str:
    return (guest.email or "").casefold()


def _changed(held: EventAttendee, wanted: EventAttendee) -> EventAttendee:
    given = {name: value for name, value in codec.dump(wanted).items() if name != "email"}
    return codec.load(EventAttendee, {**codec.dump(held), **given})
