"""Writes in two steps: what would happen is shown, and what was shown is done once confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Final

from attrs import evolve, field, frozen

from kloudsync.errors import (
    IdentityMismatch,
    NotFound,
    PermissionDenied,
    PreconditionFailed,
    UsageError,
)
from kloudsync.http.client import BlockingClient
from kloudsync.mcp.arguments import copies_in, read_time, zone_of
from kloudsync.mcp.ports import EditableCalendar
from kloudsync.mcp.proposals import GOOD_FOR, Proposal, Proposals
from kloudsync.mcp.wishes import (
    LONGEST_LINE,
    LONGEST_TEXT,
    read_guests,
    read_rule,
    read_scope,
    read_times,
    read_words,
    told_of_change,
    told_of_new,
)
from kloudsync.model.edits import Target, Wish
from kloudsync.model.occurrence import Occurrence
from kloudsync.objects.calendar_copy import CalendarCopy
from kloudsync.objects.registry import provider_named
from kloudsync.sync.ports import Store
from kloudsync.text.wording import FENCE, Local

_MINUTES: Final = GOOD_FOR // timedelta(minutes=1)
_MOMENT: Final = timedelta(seconds=1)


@frozen(kw_only=True)
class _Opened:
    """A calendar that changes are proposed for.

    Attributes:
        copy: Its copy.
        there: The calendar at the service.
        zone: The zone of the copy.
        clock: The same, to read times by.
    """

    copy: CalendarCopy
    there: EditableCalendar
    zone: str
    clock: tzinfo


@frozen
class Writing:
    """Proposals of changes, and the changes once somebody has confirmed them.

    Attributes:
        store: Holds the copies.
        writers: The clients of accounts whose calendars may be written to.
        proposals: Those that were shown.
    """

    store: Store = field(repr=False)
    writers: Mapping[tuple[str, str], Any]
    proposals: Proposals = field(repr=False)

    def create(
        self,
        *,
        calendar: str,
        title: str,
        start: str,
        end: str,
        location: str | None,
        description: str | None,
        guests: Sequence[str],
        repeats: str | None,
    ) -> str:
        """Propose a new event."""
        opened = self._open(calendar)
        times = read_times(start, end, opened.clock, None)
        if times is None or not title.strip():
            raise UsageError("an event needs title, start and end")
        rule = read_rule(repeats, *times, opened.zone)
        wish = Wish(
            start=times[0],
            end=times[1],
            zone=opened.zone,
            guests=read_guests(guests),
            recurrence=() if rule is None else tuple(rule.lines()),
        )
        wish = _worded(wish, title, location, description)
        _expect_owner(opened)
        shown = told_of_new(wish, rule, calendar, Local(opened.clock))
        return self._proposed(Proposal(calendar=calendar, shown=shown, wish=wish))

    def change(
        self,
        *,
        calendar: str,
        event: str,
        day: str,
        scope: str | None,
        title: str | None,
        start: str | None,
        end: str | None,
        location: str | None,
        description: str | None,
        notify: bool,
    ) -> str:
        """Propose to change an event."""
        opened = self._open(calendar)
        one = _found(opened, event, day)
        held = one.start, one.end
        begins, ends = read_times(start, end, opened.clock, held) or (None, None)
        nothing = Wish(zone=one.event.zone or opened.zone)
        moved = evolve(nothing, start=begins, end=ends)
        wish = _worded(moved, title, location, description)
        if wish == nothing:
            raise UsageError("say what is to change: title, start, end, location or description")
        return self._about(one, scope, opened, wish=wish, notify=notify)

    def cancel(
        self, *, calendar: str, event: str, day: str, scope: str | None, notify: bool
    ) -> str:
        """Propose to cancel an event."""
        opened = self._open(calendar)
        one = _found(opened, event, day)
        return self._about(one, scope, opened, wish=None, notify=notify)

    def shown(self, token: str) -> str:
        """Return what a person is asked to confirm.

        Raises:
            UsageError: There is no such proposal any more.
        """
        return self.proposals.look(token).shown

    def decline(self, token: str) -> str:
        """Forget a proposal."""
        self.proposals.drop(token)
        return "The person did not confirm it: nothing was changed, and the proposal is void."

    def commit(self, token: str) -> str:
        """Make the change that was shown, once.

        Raises:
            UsageError: There is no such proposal any more, or what it is about was changed since.
        """
        proposal, key = self.proposals.take(token)
        _, there = self._reach(proposal.calendar)
        try:
            _perform(proposal, there, key)
        except PreconditionFailed as error:
            raise UsageError(
                "somebody changed it since it was shown: nothing was done, and the proposal is "
                "void; look at it again"
            ) from error
        return "Done. Answers of other tools show it once the calendar is synced."

    def _about(
        self,
        one: Occurrence,
        scope: str | None,
        opened: _Opened,
        *,
        wish: Wish | None,
        notify: bool,
    ) -> str:
        target = Target(
            event=one.series or one.id,
            original=one.original_start,
            scope=read_scope(scope, recurring=one.series is not None),
        )
        seen = opened.there.look(target, wish)
        if (seen.start, seen.end, seen.title) != (one.start, one.end, one.event.title or None):
            raise UsageError(
                "the calendar was changed since it was last synced; sync it, and look again"
            )
        local, calendar = Local(opened.clock), str(opened.copy.key)
        shown = told_of_change(wish, target, seen, local, calendar=calendar, notify=notify)
        return self._proposed(
            Proposal(
                calendar=calendar, shown=shown, wish=wish, target=target, seen=seen, notify=notify
            )
        )

    def _proposed(self, proposal: Proposal) -> str:
        token = self.proposals.keep(proposal)
        return (
            f"{proposal.shown}\n{FENCE}\nNothing is changed yet. Show this to the person; if they "
            f"want it, commit {token} within {_MINUTES} minutes."
        )

    def _open(self, calendar: str) -> _Opened:
        copy, there = self._reach(calendar)
        zone, clock = zone_of(None, [copy])
        return _Opened(copy=copy, there=there, zone=zone, clock=clock)

    def _reach(self, calendar: str) -> tuple[CalendarCopy, EditableCalendar]:
        (copy,) = copies_in(self.store, [calendar])
        key = copy.key
        client = self.writers.get((key.provider, key.account))
        if client is None:
            raise UsageError(f"{calendar} may only be read here")
        provider = provider_named(key.provider)
        return copy, provider.offer(provider.edits, "edits")(client, key.calendar)


def by_account(clients: Iterable[Any]) -> Mapping[tuple[str, str], Any]:
    """Sort clients by provider and account.

    Raises:
        UsageError: Something is no blocking client, or its provider offers no edits.
    """
    found = dict[tuple[str, str], Any]()
    for client in clients:
        if not isinstance(client, BlockingClient):
            raise UsageError(
                f"writers have to be blocking clients, such as Google(…), not "
                f"{type(client).__name__}"
            )
        provider = provider_named(client.caller.setting.service.name)
        provider.offer(provider.edits, "edits")
        found[provider.name, getattr(client, "account", provider.account)] = client
    return found


def _found(opened: _Opened, event: str, day: str) -> Occurrence:
    """Find in the copy what takes place on a day.

    Raises:
        UsageError: Nothing of this id does.
    """
    copy, clock = opened.copy, opened.clock
    at = read_time(day, "day", clock)
    if isinstance(at, datetime):
        low, high = at, at + _MOMENT
    else:
        low = datetime.combine(at, time(), clock)
        high = low + timedelta(days=1)
    one = next((one for one in copy.occurrences(low, high) if one.id == event), None)
    if one is None:
        raise UsageError(
            f"nothing of this id takes place on {day[:40]}; give the id that `search` answers, and "
            "the day that stands before it"
        )
    return one


def _worded(wish: Wish, title: str | None, location: str | None, description: str | None) -> Wish:
    return evolve(
        wish,
        title=read_words("title", title, LONGEST_LINE),
        location=read_words("location", location, LONGEST_LINE),
        description=read_words("description", description, LONGEST_TEXT),
    )


def _expect_owner(opened: _Opened) -> None:
    """See that the client writes where the copy comes from: `primary` is whose client it is."""
    known = opened.copy.state().identity
    if known is None:
        return
    try:
        told = opened.there.owner()
    except (PermissionDenied, NotFound):
        return  # Not every token may ask; what is not known is not compared.
    if told is not None and known != told:
        raise IdentityMismatch(
            f"{opened.copy.key} is the copy of another person's calendar than this client writes to"
        )


def _perform(proposal: Proposal, there: EditableCalendar, key: bytes) -> None:
    target, wish, seen = proposal.target, proposal.wish, proposal.seen
    if target is None or seen is None:
        there.create(wish or Wish(), key)
    elif wish is None:
        there.cancel(target, seen, notify=proposal.notify)
    else:
        there.change(target, wish, seen, notify=proposal.notify)
