"""Pages of listings, whose links are whole addresses."""

from __future__ import annotations

from attrs import evolve, field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.message import Request
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class CollectionPage(JSONObject):
    """A page of a listing. Links hold every parameter of the query, but none of its headers.

    Attributes:
        odata_context: What the page is a page of.
        odata_count: How many items there are, where it was asked for.
        next_link: The address of the next page; absent on the last one.
        delta_link: The address of what changes from now on; on the last page of a delta.
    """

    odata_context: Maybe[str] = field(default=UNSET, metadata={WIRE_NAME: "@odata.context"})
    odata_count: Maybe[int] = field(default=UNSET, metadata={WIRE_NAME: "@odata.count"})
    next_link: Maybe[str | None] = field(default=UNSET, metadata={WIRE_NAME: "@odata.nextLink"})
    delta_link: Maybe[str | None] = field(default=UNSET, metadata={WIRE_NAME: "@odata.deltaLink"})

    def next_request(self, request: Request) -> Request | None:
        """Describe the next page's request: its link as it stands, with this page's headers."""
        return evolve(request, path=self.next_link, query=()) if self.next_link else None
