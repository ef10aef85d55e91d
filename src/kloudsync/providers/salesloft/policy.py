"""How much of an event Salesloft is told.

Salesloft asks for the times of internal meetings, so that it can keep them free, and for
everything of meetings with prospects, so that it can show and analyse them. What is what
only the user knows; where nothing is said, no more is told than must be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from inspect import iscoroutinefunction
from typing import Any, TypeAlias

from attrs import frozen

from kloudsync.errors import UsageError
from kloudsync.model.event import Event, Visibility
from kloudsync.providers.salesloft.domains import as_domain, domain_of


class Detail(StrEnum):
    """How much of an event is told."""

    NONE = "none"
    """Nothing: it is not mirrored, and cancelled if it was."""
    MINIMAL = "minimal"
    """When it takes place, and whether it takes up availability."""
    FULL = "full"
    """Title, description, location, organizer and attendees, too."""


Policy: TypeAlias = Callable[[Event], Detail]
"""Decides how much of an event is told; `Detail` is text, so that `"full"` will do."""

_PRIVATE = frozenset({Visibility.PRIVATE, Visibility.CONFIDENTIAL})

_DETAILS = frozenset(Detail)

_NONE_GIVEN = "no internal domain is given; pass your organisation's, as example.com"


def private(event: Event) -> Detail:  # noqa: ARG001 - a policy's shape
    """Tell the times of every event, and nothing else."""
    return Detail.MINIMAL


def by_domains(internal: Iterable[str]) -> Policy:
    """Return a policy that tells all of meetings with somebody from outside.

    Rooms do not count, nor do people whose address is hidden or has no domain that can be read.
    Events that their owner marked as private are never told in full.

    Args:
        internal: The domains of the user's own organisation, such as `example.com`; their
            subdomains belong to it, too. International ones in either form.

    Raises:
        UsageError: There is none, or one is no domain, which would make everybody a prospect.
    """
    if isinstance(internal, str):
        raise UsageError(f"internal domains are a list; pass [{internal!r}]")
    own = frozenset(_own_domain(given) for given in internal)
    if not own:
        raise UsageError(_NONE_GIVEN)

    return ByDomains(own)


@frozen
class ByDomains:
    """The policy of `by_domains`, which also says why.

    Attributes:
        own: The organisation's own domains.
    """

    own: frozenset[str]

    def __call__(self, event: Event) -> Detail:
        """Decide how much of an event is told."""
        if event.visibility in _PRIVATE:
            return Detail.MINIMAL
        return Detail.MINIMAL if self._outside(event) is None else Detail.FULL

    def reason(self, event: Event) -> str:
        """Say why: of guests no more than a domain."""
        if event.visibility in _PRIVATE:
            return f"marked as {event.visibility}"
        outside = self._outside(event)
        if outside is not None:
            return f"guest of {outside}"
        return "guests of your own domains only" if any(_domains(event)) else "no guests"

    def _outside(self, event: Event) -> str | None:
        found = (one for one in _domains(event) if not _belongs(one, self.own))
        return next(found, None)


def reason_of(policy: Policy, event: Event) -> str:
    """Say why a policy decides as it does; empty where it does not tell.

    A policy of a program's own tells by a method `reason(event)`.
    """
    if policy is private:
        return "no domain of your own is named"
    explain: Any = getattr(policy, "reason", None)
    return str(explain(event)) if callable(explain) else ""


def expect_policy(sink: object, member: object, given: object) -> None:  # noqa: ARG001 - a validator
    """Refuse what nobody could ask, when a mirror's calendar is named and not when it is written.

    Raises:
        UsageError: It is no function, or a coroutine function, which nobody would await.
    """
    if callable(given) and not iscoroutinefunction(given):
        return
    found = "a coroutine function" if callable(given) else type(given).__name__
    raise UsageError(
        f"the policy is {found}; pass a plain function of an event that returns a Detail, such as "
        "by_domains(['example.com'])"
    )


def detail_of(policy: Policy, event: Event) -> Detail:
    """Ask a policy how much of an event is told, and take nothing for an answer that is none.

    Raises:
        UsageError: It answered something else than a `Detail` or its text.
    """
    answer: Any = policy(event)
    if isinstance(answer, str) and answer in _DETAILS:
        return Detail(answer)
    told = repr(answer) if answer is None or isinstance(answer, bool) else type(answer).__name__
    raise UsageError(
        f"the policy answered {told} to event {event.id}; it has to answer Detail.FULL, "
        "Detail.MINIMAL (times only) or Detail.NONE (not mirrored)"
    )


def _domains(event: Event) -> Iterator[str]:
    """Yield the domains of whoever takes part, as far as they can be read."""
    return (domain for address in _addresses(event) if (domain := domain_of(address)))


def _addresses(event: Event) -> Iterable[str]:
    for attendee in event.attendees or ():
        if attendee.email and not attendee.resource:
            yield attendee.email
    if event.organizer and event.organizer.email and not event.organizer.is_self:
        yield event.organizer.email


def _own_domain(given: str) -> str:
    named = given.strip()
    if not named.strip("@."):
        raise UsageError(_NONE_GIVEN)
    domain = as_domain(named.removeprefix("@").removeprefix("."))
    if domain is None:
        raise UsageError(
            f"{given!r} is no domain; give each as it stands behind the @ of an address, such as "
            "example.com, one by one: subdomains belong to it anyway"
        )
    return domain


def _belongs(domain: str, own: frozenset[str]) -> bool:
    return any(domain == one or domain.endswith(f".{one}") for one in own)
