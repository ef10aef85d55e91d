"""Activity: what happened to the resources of an account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.message import Request
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.cursors import next_cursor
from kloudsync.providers.kloudless.wire.codec import codec
from kloudsync.providers.kloudless.wire.event import Event
from kloudsync.providers.kloudless.wire.scalars import Identifier, Moment


class ActivityType(StrEnum):
    """What happened; calendars know the first three."""

    ADD = "add"
    UPDATE = "update"
    DELETE = "delete"
    RENAME = "rename"
    MOVE = "move"
    COPY = "copy"
    RESTORE = "restore"


@frozen(kw_only=True, repr=False)
class Activity(JSONObject):
    """One thing that happened.

    Attributes:
        id: Not the id of this object: mostly that of the resource, sometimes a user's, and at
            times null. Nothing can be told apart by it.
        account: The account.
        subscription: The subscription; missing in the legacy stream.
        type: What happened.
        action: A symbol for it, such as `+`; its values are not documented.
        modified: When it happened; not always exact.
        ip: Where it was done from.
        user_id: Who did it.
        api: `activity`, or `events` in older payloads; tells nothing.
        metadata: The resource as it is now; of a deleted one as little as its id, or null.
        previous_metadata: The resource as it was before, where it is known.
    """

    id: Maybe[Identifier | None] = UNSET
    account: Maybe[Identifier | None] = UNSET
    subscription: Maybe[Identifier | None] = UNSET
    type: Maybe[ActivityType | str | None] = UNSET
    action: Maybe[str | None] = UNSET
    modified: Maybe[Moment | None] = UNSET
    ip: Maybe[str | None] = UNSET
    user_id: Maybe[Identifier | None] = UNSET
    api: Maybe[str | None] = UNSET
    metadata: Maybe[Mapping[str, Any] | None] = UNSET
    previous_metadata: Maybe[Mapping[str, Any] | None] = UNSET

    @property
    def event(self) -> Event | None:
        """The calendar event that it is about; None where there is none, or it is something else.

        Raises:
            DecodeError: The metadata is of an event, but not what is documented.
        """
        metadata = self.metadata
        if not metadata or metadata.get("type", "event") != "event":
            return None
        return codec.load(Event, metadata)


@frozen(kw_only=True, repr=False)
class ActivityPage(JSONObject):
    """A page of activity, oldest first.

    Attributes:
        objects: What happened; none where the stream is drained.
        count: How many there are on this page.
        cursor: Where to read on; save it after every page. A number or a text, passed back
            as it came.
        remaining: How many there are beyond this page; legacy stream only.
        api: `activity` or `events`; tells nothing.
        type: Always `object_list`.
    """

    objects: Maybe[Sequence[Activity]] = UNSET
    count: Maybe[int | None] = UNSET
    cursor: Maybe[Identifier | None] = UNSET
    remaining: Maybe[int | None] = UNSET
    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET

    @property
    def items(self) -> Sequence[Activity]:
        """What happened."""
        return self.objects or ()

    def next_request(self, request: Request) -> Request | None:
        """Describe the next page's request; None once nothing came, or the cursor stands still.

        Raises:
            DecodeError: The page holds activity but no cursor, so that what follows is lost.
        """
        if not self.items:
            return None
        following = next_cursor(self.cursor or None, dict(request.query).get("cursor"))
        return None if following is None else request.with_query(cursor=following)


@frozen(kw_only=True, repr=False)
class LatestCursor(JSONObject):
    """The end of the legacy stream.

    Attributes:
        cursor: Where only what happens from now on is read.
    """

    cursor: Identifier
