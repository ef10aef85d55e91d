"""What the pages of all listings have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class Paging(JSONObject):
    """Where a page stands in its listing.

    Attributes:
        per_page: How many items were asked for, as the service corrected it.
        current_page: The page's number, from 1.
        next_page: The next page's number; None on the last page.
        prev_page: The number of the page before; None on the first.
        total_pages: How many pages there are, where it was asked for.
        total_count: How many items there are, where it was asked for.
    """

    per_page: Maybe[int | None] = UNSET
    current_page: Maybe[int | None] = UNSET
    next_page: Maybe[int | None] = UNSET
    prev_page: Maybe[int | None] = UNSET
    total_pages: Maybe[int | None] = UNSET
    total_count: Maybe[int | None] = UNSET


@frozen(kw_only=True, repr=False)
class Metadata(JSONObject):
    """What the service made of a listing's parameters.

    Attributes:
        filtering: The filters that it applied. Names that it does not know are missing
            here, and were ignored without an error.
        paging: Where the page stands; absent for listings that come whole.
        sorting: How it sorted; not to be sent back.
    """

    filtering: Maybe[Mapping[str, Any] | None] = UNSET
    paging: Maybe[Paging | None] = UNSET
    sorting: Maybe[Mapping[str, Any] | None] = UNSET


@frozen(kw_only=True, repr=False)
class Listing(JSONObject):
    """A page of a listing that counts its pages.

    Attributes:
        metadata: What the service says of the page; it may be absent altogether.
    """

    metadata: Maybe[Metadata | None] = UNSET

    def next_request(self, request: Request) -> Request | None:
        """Describe the next page's request; None on the last page, or where none is named."""
        paging = self.metadata.paging if self.metadata else None
        number = paging.next_page if paging else None
        return request.with_query(page=number) if number else None


def after_last(request: Request, rows: Sequence[Any], size: int) -> Request | None:
    """Describe the request behind the last row of a listing that goes by id.

    Args:
        request: The request that was answered.
        rows: What it brought, in order of id.
        size: How many rows a full page has; a page with less is the last one.
    """
    asked = int(dict(request.query).get("per_page", size))
    last: Any = rows[-1].id if rows else None
    return request.with_query(**{"id[gt]": last}) if last and len(rows) >= asked else None
