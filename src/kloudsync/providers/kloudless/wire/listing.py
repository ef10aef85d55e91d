"""What Kloudless's listings have in common: two ways to name the next page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request
from kloudsync.http.numbers import whole_number
from kloudsync.http.pages import Guess
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.scalars import Identifier


@frozen(kw_only=True, repr=False)
class ObjectList(JSONObject):
    """A page of a listing.

    Newer listings name the next page by an opaque text; older ones number their pages,
    and say at best how many objects there are in all.

    Attributes:
        type: Always `object_list`.
        api: The unified API, such as `calendar`.
        count: How many objects this page holds.
        total: How many objects there are in all; older listings only.
        page: What this page is called: a number in older listings.
        next_page: What the next page is called; null or empty on the last page. Older
            listings lack it.
    """

    type: Maybe[str] = UNSET
    api: Maybe[str] = UNSET
    count: Maybe[int] = UNSET
    total: Maybe[int] = UNSET
    page: Maybe[Identifier | None] = UNSET
    next_page: Maybe[Identifier | None] = UNSET

    @property
    def items(self) -> Sequence[Any]:
        """What the page holds."""
        raise NotImplementedError

    def next_request(self, request: Request) -> Request | Guess | None:
        """Describe the next page's request; None on the last page."""
        if self.next_page is UNSET:
            return self._numbered(request)
        return request.with_query(page=self.next_page) if self.next_page else None

    def _numbered(self, request: Request) -> Request | Guess | None:
        """Describe the page of the next number; only a total tells whether there is one."""
        number = whole_number(self.page) if isinstance(self.page, str) else None
        if not self.items or number is None:
            return None
        # Pinned to the first page's, so that the last page does not look like a whole one.
        size = int(dict(request.query).get("page_size", len(self.items)))
        following = request.with_query(page=number + 1, page_size=size)
        if not isinstance(self.total, int):
            return Guess(following)
        return following if number * size < self.total else None
