"""What was mended while recurrence lines were read."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Repair:
    """One thing that was read otherwise than it was written.

    Attributes:
        property_name: The iCalendar property that was mended, such as `RRULE`.
        text: The text as received.
        action: What was done about it, as a sentence.
    """

    property_name: str
    text: str
    action: str
