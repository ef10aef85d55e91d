"""The order in which every store names consumers; databases differ in how they order text."""

from __future__ import annotations

from attrs import astuple

from kloudsync.model.state import Consumer


def by_name(consumer: Consumer) -> tuple[str, tuple[str, ...]]:
    """Return what sorts consumers by name, those of all calendars before those of one."""
    key = consumer.key
    return consumer.name, () if key is None else astuple(key)
