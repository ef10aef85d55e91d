"""What keeping channels and working off due topics came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import frozen

from kloudsync.model.channel import Channel, Topic
from kloudsync.model.told import Told

R_co = TypeVar("R_co", covariant=True)


@frozen
class Failure(Told):
    """A topic that could not be served; the others were.

    Attributes:
        topic: The topic.
        error: Why: an error of kloudsync, or whatever a job of the program's own raised.
    """

    topic: Topic
    error: Exception


@frozen(kw_only=True)
class ChannelReport(Told):
    """What was done about channels.

    Attributes:
        opened: Channels that the service opened.
        renewed: Channels that it lets live on.
        stopped: Channels that it closed.
        forgotten: Channels that had ended by themselves.
        unconfirmed: Channels that nobody wants any more but that may be open: the service's
            answer to their opening was lost, and without it they cannot be closed. A message
            that comes over one brings what is missing: call again then. Otherwise it goes on
            until it expires.
        unwatchable: Topics that the service was found to have no channels for.
        failures: Topics whose channel could not be opened or closed; tried again later.
        poll: Wanted topics that no channel announces now, and that are polled instead.
        next_at: Seconds since 1970 when there is something to do again, or None.
    """

    opened: tuple[Channel, ...] = ()
    renewed: tuple[Channel, ...] = ()
    stopped: tuple[Channel, ...] = ()
    forgotten: tuple[Channel, ...] = ()
    unconfirmed: tuple[Channel, ...] = ()
    unwatchable: tuple[Topic, ...] = ()
    failures: tuple[Failure, ...] = ()
    poll: tuple[Topic, ...] = ()
    next_at: float | None = None


@frozen(kw_only=True)
class Round(Told, Generic[R_co]):
    """What working off the due topics came to.

    Attributes:
        done: What each topic that was due came to.
        failures: Topics that failed; they stay due, and rest for a while.
        next_at: Seconds since 1970 when the next topic is due, or None where there is none.
            A notification may make one due earlier.
    """

    done: Mapping[Topic, R_co]
    failures: tuple[Failure, ...] = ()
    next_at: float | None = None
