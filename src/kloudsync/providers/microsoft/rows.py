"""What pages of Graph hold, and where they lead."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from attrs import field, frozen

from kloudsync.errors import DecodeError
from kloudsync.http.message import Response
from kloudsync.http.scan import ScannedPage, scan_page
from kloudsync.model.record import EventRecord, Malformed

ROWS: Final = "value"
"""The member of every page that holds what it lists."""

NEXT: Final = "@odata.nextLink"
DELTA: Final = "@odata.deltaLink"

VERSIONS: Final = ("v1.0", "beta")
"""Behind one of these, links of the service go on as paths do."""


@frozen(kw_only=True)
class Rows:
    """What the rows of a page mean.

    Attributes:
        records: Events that stand for themselves.
        malformed: What could not be understood.
        asking: Ids to ask for, since their rows do not say all.
        doubted: Ids that the feed leaves out, which may be no more, or elsewhere.
        count: How many rows there were.
    """

    records: list[EventRecord] = field(factory=list[EventRecord])
    malformed: list[Malformed] = field(factory=list[Malformed])
    asking: list[str] = field(factory=list[str])
    doubted: list[str] = field(factory=list[str])
    count: int = 0

    def take(self, read: EventRecord | Malformed | None) -> None:
        """Add what was read, if it is something."""
        if isinstance(read, EventRecord):
            self.records.append(read)
        elif read is not None:
            self.malformed.append(read)

    @classmethod
    def of(cls, read: EventRecord | Malformed) -> Rows:
        """Return the rows of which there is one."""
        rows = cls()
        rows.take(read)
        return rows


def scanned(response: Response, read: Callable[[Any, str], object]) -> ScannedPage[Any]:
    """Read the rows of a page one by one.

    Raises:
        DecodeError: It holds none.
    """
    page = scan_page(response.body, ROWS, read)
    if page.items is None:
        raise DecodeError(f"expected a page of events, found no list @ {ROWS}")
    return page


def links_of(page: ScannedPage[Any]) -> tuple[str | None, str | None]:
    """Return where a feed goes on: at the next page, or later on.

    Raises:
        DecodeError: It says neither.
    """
    following, token = link_of(page, NEXT), link_of(page, DELTA)
    if following is None and token is None:
        raise DecodeError(f"expected a page of a feed, found neither {NEXT} nor {DELTA}")
    return following, None if following else token


def link_of(page: ScannedPage[Any], name: str) -> str | None:
    """Return where one of a page's links leads, below the service's address.

    Raises:
        DecodeError: It is no text.
    """
    link = page.envelope.get(name)
    if link is not None and not isinstance(link, str):
        raise DecodeError(f"expected text @ {name}")
    return relative(link) if link else None


def relative(link: str) -> str:
    """Return a link below the service's address, wherever the service says that it lives.

    So it leads nowhere else, and through whatever the client goes through.
    """
    for version in VERSIONS:
        _, mark, below = link.partition(f"/{version}/")
        if mark and "://" in link:
            return below
    return link
