from __future__ import annotations

from math import inf
from typing import Any

import pytest

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Standing, Topic
from kloudsync.push.due import due_at
from kloudsync.push.policy import WatchPolicy

TOPIC = Topic(CalendarKey("google", "owner", "primary"))
POLICY = WatchPolicy(quiet=2.0, patience=30.0, poll_watched=6000.0, poll_unwatched=900.0)


def at(*, watched: bool = True, **facts: Any) -> float:
    """Return when a topic with these facts is due."""
    standing = Standing(topic=TOPIC, **facts)
    return due_at(standing, watched=watched, policy=POLICY)


def test_never_fetched() -> None:
    """What was never fetched is due at once."""
    assert at() == 0.0


@pytest.mark.parametrize(("watched", "due"), [(True, 6100.0), (False, 1000.0)])
def test_poll(watched: bool, due: float) -> None:
    """Without notifications a topic is due by the clock, sooner where no channel announces it."""
    assert at(watched=watched, checked_at=100.0) == due


def test_quiet() -> None:
    """A notification makes a topic due as soon as no other one follows."""
    assert at(checked_at=100.0, first_mark=200.0, last_mark=200.0) == 202.0
    assert at(checked_at=100.0, first_mark=200.0, last_mark=210.0) == 212.0


def test_patience() -> None:
    """Notifications that keep coming do not keep a topic from being fetched."""
    assert at(checked_at=100.0, first_mark=200.0, last_mark=229.0) == 230.0


def test_poll_first() -> None:
    """The clock is a floor under notifications."""
    assert at(checked_at=100.0, first_mark=6099.0, last_mark=6099.0) == 6100.0


def test_rest() -> None:
    """A topic that failed is not due before its rest is over."""
    assert at(rest_until=300.0) == 300.0
    assert at(checked_at=100.0, first_mark=400.0, last_mark=400.0, rest_until=300.0) == 402.0
    assert at(checked_at=100.0, rest_until=-inf) == 6100.0
