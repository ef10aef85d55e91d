"""Whose reading of recurrence lines counts, where RFC 5545 leaves it open or an owner departs."""

from __future__ import annotations

from typing import Final

from attrs import frozen


@frozen(kw_only=True)
class Reading:
    """How the owner of a calendar reads the recurrence lines that it holds.

    The arithmetic of rules is the same for all. What differs is said here, by the source of
    the lines, and travels with them; `attrs.evolve` makes another one.

    Attributes:
        name: What it is called; copies of a calendar are kept apart by it.
        start_takes_place: Whether a start that no rule selects takes place, in addition to
            what COUNT counts. RFC 5545 3.8.5.3 leaves that open.
        dates_are_midnights: Whether a date in EXDATE or RDATE of a timed series means
            midnight in UTC. Otherwise EXDATE leaves out the local day, and RDATE adds the
            start's time of day.
        instants_in_zone: Whether an instant in UNTIL, EXDATE or RDATE of an all-day series
            means its date in the zone that is named for the series. Otherwise, and where no
            zone is named, it means its date in UTC.
    """

    name: str
    start_takes_place: bool = False
    dates_are_midnights: bool = False
    instants_in_zone: bool = True


ICALENDAR: Final = Reading(name="icalendar")
"""What RFC 5545 says, and where it says nothing what most software for iCalendar data does."""

GOOGLE: Final = Reading(
    name="google", start_takes_place=True, dates_are_midnights=True, instants_in_zone=False
)
"""What Google Calendar shows, as its users report it; only the start is documented."""
