"""How much of an event Salesloft is told.

Salesloft asks for the times of internal meetings, so that it can keep them free, and for
everything of meetings with prospects, so that it can show and analyse them. What is what
only the user knows; where nothing is said, no more is told than must be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TypeAlias

from kloudsync.errors import UsageError
from kloudsync.model.event import Event, Visibility


class Detail(Enum):
    """How much of an event is told."""

    NONE = "none"
    """Nothing: it is not mirrored, and cancelled if it was."""
    MINIMAL = "minimal"
    """When it takes place, and whether it takes up availability."""
    FULL = "full"
    """Title, description, location, organizer and attendees, too."""


Policy: TypeAlias = Callable[[Event], Detail]
"""Decides how much of an event is told."""

_PRIVATE = frozenset({Visibility.PRIVATE, Visibility.CONFIDENTIAL})


def private(event: Event) -> Detail:  # noqa: ARG001 - a policy's shape
    """Tell the times of every event, and nothing else."""
    return Detail.MINIMAL


def by_domains(internal: Iterable[str]) -> Policy:
    """Return a policy that tells all of meetings with somebody from outside.

    Rooms do not count, nor do people whose address is hidden. Events that their owner marked
    as private are never told in full.

    Args:
        internal: The domains of the user's own organisation, such as `example.com`; their
            subdomains belong to it, too.

    Raises:
        UsageError: There is none, which would make everybody a prospect.
    """
    own = frozenset(domain.lower().lstrip("@.") for domain in internal)
    if not own or "" in own:
        raise UsageError("no internal domain is given; pass your organisation's, as example.com")

    def policy(event: Event) -> Detail:
        if event.visibility in _PRIVATE:
            return Detail.MINIMAL
        outside = (address for address in _addresses(event) if not _belongs(address, own))
        return Detail.FULL if any(outside) else Detail.MINIMAL

    return policy


def _addresses(event: Event) -> Iterable[str]:
    for attendee in event.attendees or ():
        if attendee.email and not attendee.resource:
            yield attendee.email
    if event.organizer and event.organizer.email and not event.organizer.is_self:
        yield event.organizer.email


def _belongs(address: str, domains: frozenset[str]) -> bool:
    domain = address.rpartition("@")[2].lower()
    return any(domain == own or domain.endswith(f".{own}") for own in domains)
