"""The walk over the pages of a listing: one after the other, to an end that has to come."""

from __future__ import annotations

from collections.abc import AsyncIterator

from attrs import frozen

from kloudsync.errors import APIError, DecodeError, ServiceUnavailable
from kloudsync.http.setting import Attempt
from kloudsync.model.page import SourcePage, expect_page
from kloudsync.model.state import Cursor
from kloudsync.sync.progress import TryMade
from kloudsync.sync.refusals import Refusal, blames_position, refusal_of
from kloudsync.sync.run import Run


@frozen
class CursorLost(Exception):
    """A pass cannot go on from its cursor; a full one has to follow."""

    refusal: Refusal


@frozen
class PositionLost(Exception):
    """A pass cannot go on from the page where an earlier run was cut off."""

    error: APIError


async def pages(
    run: Run, cursor: Cursor | None, position: str | None, *, old: bool = False
) -> AsyncIterator[SourcePage]:
    """Yield the pages of a walk, each once what the one before held is staged.

    Args:
        run: Counts the tries, and holds the lease, which is renewed between pages.
        cursor: Where the delta begins; None in a full pass.
        position: Where the first of them is; None for the service's own first one.
        old: Whether the position is where an earlier run was cut off.

    Raises:
        CursorLost: The service refused the cursor, or a page.
        PositionLost: It refused the page where an earlier run was cut off.
        DecodeError: The listing has no end.
        LeaseLost: The lease ran out, and another worker took over.
    """
    visited = {position}
    page = await _fetch(run, cursor, position, old=old)
    yield page
    while page.next is not None:
        await _expect_end(run, page.next, visited)
        await run.renew()
        page = await _fetch(run, cursor, page.next)
        yield page


async def _expect_end(run: Run, position: str, visited: set[str | None]) -> None:
    """Refuse a walk in circles or without end, of which nothing is kept: the next run begins anew."""
    checkpoint, most = run.standing.state.checkpoint, run.settings.longest_walk
    endless = checkpoint is not None and checkpoint.pages >= most
    if position not in visited and not endless:
        visited.add(position)
        return
    await run.drop()
    named = f"more pages after {most}" if endless else "a page that was read before"
    raise DecodeError(f"{run.calendar}: the service named {named}; the listing has no end")


async def _fetch(
    run: Run, cursor: Cursor | None, position: str | None, *, old: bool = False
) -> SourcePage:
    def watch(attempt: Attempt) -> None:
        run.tally.count(attempt)
        run.hook(TryMade(calendar=run.calendar, attempt=attempt))

    try:
        page = expect_page(await run.ports.send(run.source.page(cursor, position), watch))
    except APIError as error:
        if old:
            await _expect_other_position(run, error)
        refusal = refusal_of(error, run.source, cursor, position, now=run.seconds())
        if refusal is None:
            raise
        raise CursorLost(refusal) from error
    run.tally.events += len(page.records)
    return page


async def _expect_other_position(run: Run, error: APIError) -> None:
    """Give up where a pass that was cut off would have gone on, if the service refuses it.

    A service that is down refuses everything; what lasts is refused again by the next run.
    """
    if blames_position(error):
        raise PositionLost(error) from error
    if isinstance(error, ServiceUnavailable):
        await run.note_failure(error)
