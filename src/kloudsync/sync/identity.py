"""Whose calendar a listing shows, so that no copy ever mixes two people's."""

from __future__ import annotations

from kloudsync.errors import APIError, IdentityMismatch
from kloudsync.model.page import SourcePage
from kloudsync.sync.run import Run

_NOT_TOLD = frozenset({400, 403, 404})


async def identified(run: Run, page: SourcePage) -> str | None:
    """Return whose calendar a listing shows, as far as the service says so.

    Raises:
        IdentityMismatch: It is not whose the copy is.
    """
    known = run.standing.state.identity
    if page.label is None:
        return known
    told = run.source.owner(page.label)
    if told is None or told != (known or told):
        told = await _asked_owner(run) or told
    if told is not None and told != (known or told):
        raise IdentityMismatch(
            f"{run.calendar} is the copy of another person's calendar than this client "
            "reads; give each account a name of its own, by account= of the client or --account"
        )
    return told or known


async def _asked_owner(run: Run) -> str | None:
    try:
        return await run.ports.send(run.source.ask_owner(), run.tally.count)
    except APIError as error:
        # Not every token may ask; what is not known is not compared.
        if error.status in _NOT_TOLD:
            return None
        raise
