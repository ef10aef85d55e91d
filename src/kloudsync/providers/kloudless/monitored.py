"""What a subscription watches, in whichever form the service names it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, TypeAlias, cast

DEFAULT: Final = "default"
"""Stands for the id of an account's default subscription."""

Monitored: TypeAlias = str | Mapping[str, str]
"""A resource to watch: its id, or an object such as `{"resource": id}`."""


def monitoring(calendar: str, version: int) -> Monitored:
    """Write a calendar to watch as a version of the API wants it."""
    return calendar if version == 1 else {"resource": calendar}


def resource_ids(monitored: Iterable[Any]) -> tuple[str, ...]:
    """Return the ids among monitored resources, which are ids or objects that hold one."""
    found = (_resource_id(one) for one in monitored)
    return tuple(name for name in found if name)


def _resource_id(monitored: Any) -> str | None:
    if isinstance(monitored, str):
        return monitored
    return member_of(monitored, "resource") or member_of(monitored, "id")


def member_of(value: Any, name: str) -> str | None:
    """Return a member of what is monitored, if it is an object that holds one."""
    if not isinstance(value, Mapping):
        return None
    held = cast("Mapping[str, Any]", value).get(name)
    return str(held) if isinstance(held, (str, int)) and not isinstance(held, bool) else None
