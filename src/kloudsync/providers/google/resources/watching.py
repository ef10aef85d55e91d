"""Watching: a listing that stays open, and announces changes of what it would list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.message import json_request
from kloudsync.http.operation import Operation
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.codec import codec

P = ParamSpec("P")


def watching(
    listing: Callable[P, Operation[Any]],
) -> Callable[Concatenate[Channel | Body, P], Operation[Channel]]:
    """Describe the watch that belongs to a listing: the same address, the same parameters."""

    def watch(channel: Channel | Body, /, *args: P.args, **kwargs: P.kwargs) -> Operation[Channel]:
        """Open a channel that announces changes of what the listing with these arguments holds.

        Messages carry no data, may be lost, and end with the channel: they say when to
        list again, no more. Not repeated by itself, since each try could open a channel.

        Args:
            channel: What to open: `id`, `type`, `address`, and best a `token`.
            *args: As for `list`.
            **kwargs: As for `list`; give no `sync_token`, which could expire.

        Returns:
            The channel as opened, with `resource_id` and `expiration`.
        """
        channel = as_body(codec, Channel, channel)
        if not channel.id or not channel.type or not channel.address:
            raise UsageError("a channel to open needs id, type and address")
        listed = listing(*args, **kwargs)
        described = json_request(
            "POST", f"{listed.request.path}/watch", content=codec.dump(channel)
        )
        # A listing's mask names members of a page, of which a channel has none.
        query = tuple(pair for pair in listed.request.query if pair[0] != "fields")
        return Operation(
            name=listed.name.replace(".list", ".watch"),
            request=evolve(described, query=query),
            decode=codec.decode(Channel),
            repeatable=False,
        )

    return watch
