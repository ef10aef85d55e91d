"""Channels that announce changes."""

from __future__ import annotations

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.providers.google.resources.request import order
from kloudsync.providers.google.resources.settling import settle_deletion
from kloudsync.providers.google.wire.channel import Channel
from kloudsync.providers.google.wire.codec import codec


class Channels(Resource[C_co]):
    """Open channels; the `watch` methods of other resources open them."""

    @endpoint
    @staticmethod
    def stop(channel: Channel | Body) -> Operation[None]:
        """Close a channel. Some messages may still arrive.

        Args:
            channel: Its `id`, and the `resource_id` that opening it returned.

        Raises:
            NotFound: There is no such channel, or others opened it.
        """
        channel = as_body(codec, Channel, channel)
        if not channel.id or not channel.resource_id:
            raise UsageError("a channel to stop needs id and resource_id, as watch returned them")
        stopped = order("channels.stop", "POST", "channels/stop", body=channel)
        return evolve(stopped, repeatable=True, settle=settle_deletion)
