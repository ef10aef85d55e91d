"""When a calendar is due: soon after it was announced, and now and then in any case."""

from __future__ import annotations

from math import inf

from kloudsync.model.channel import Standing
from kloudsync.push.policy import WatchPolicy


def due_at(standing: Standing, *, watched: bool, policy: WatchPolicy) -> float:
    """Return from when on a topic is due, in seconds since 1970.

    Marks are collected until none has come for the policy's quiet time, or until its
    patience is over. Without marks the topic is due by the clock, less often while a
    channel announces it. A topic that was never fetched is due at once, and one that
    failed not before its rest is over.

    Args:
        standing: How the topic stands.
        watched: Whether a channel announces it at present.
        policy: Intervals.
    """
    at = min(_announced(standing, policy), _polled(standing, policy, watched=watched))
    return max(at, standing.rest_until or 0.0)


def _announced(standing: Standing, policy: WatchPolicy) -> float:
    if standing.first_mark is None or standing.last_mark is None:
        return inf
    return min(standing.last_mark + policy.quiet, standing.first_mark + policy.patience)


def _polled(standing: Standing, policy: WatchPolicy, *, watched: bool) -> float:
    if standing.checked_at is None:
        return 0.0
    return standing.checked_at + (policy.poll_watched if watched else policy.poll_unwatched)
