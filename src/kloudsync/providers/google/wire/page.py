"""What the pages of all listings have in common."""

from __future__ import annotations

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class CollectionPage(JSONObject):
    """A page of a collection.

    Attributes:
        kind: The type of the collection, such as `calendar#events`.
        etag: The version of the collection.
        next_page_token: Names the next page; only its absence ends a listing, as pages
            may be short or empty. Never together with `next_sync_token`.
        next_sync_token: On the last page: lists, later, what has changed since.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    next_page_token: Maybe[str] = UNSET
    next_sync_token: Maybe[str] = UNSET

    def next_request(self, request: Request) -> Request | None:
        """Describe the next page's request; None on the last page."""
        token = self.next_page_token
        return request.with_query(pageToken=token) if token else None
