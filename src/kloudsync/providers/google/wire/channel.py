"""Channels that announce changes."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.scalars import Int64
from kloudsync.http.unset import UNSET, Maybe


@frozen(kw_only=True, repr=False)
class Channel(JSONObject):
    """A promise to announce changes of a resource at an address. The repr hides the token.

    Attributes:
        id: Names the channel; the caller's choice, unique, such as a UUID.
        type: How messages are delivered: `web_hook`.
        address: Where messages go: an https URL.
        token: The caller's secret, repeated in every message. At most 256 characters.
        expiration: When the channel ends, in milliseconds since 1970 UTC. Asked for in a
            request, granted in an answer.
        params: Further wishes; `ttl` is the life asked for, in seconds, as text.
        payload: Whether messages shall carry data; calendars send none.
        resource_id: The service's name of what is watched; `channels.stop` needs it.
        resource_uri: The address of what is watched.
        kind: Always `api#channel`.
    """

    id: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    address: Maybe[str | None] = UNSET
    token: Maybe[str | None] = field(default=UNSET, repr=False)
    expiration: Maybe[Int64 | None] = UNSET
    params: Maybe[Mapping[str, str] | None] = UNSET
    payload: Maybe[bool | None] = UNSET
    resource_id: Maybe[str | None] = UNSET
    resource_uri: Maybe[str | None] = UNSET
    kind: Maybe[str | None] = UNSET
