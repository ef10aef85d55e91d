"""Scalars that Kloudless sends in more than one form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from operator import eq
from typing import Annotated, Any, TypeAlias

from cattrs import Converter

from kloudsync.http.scalars import expected, timestamp

Identifier: TypeAlias = Annotated[str, "a number or a string on the wire"]
"""An id or a cursor; always text in the program, whatever the service sent."""

Moment: TypeAlias = Annotated[datetime, "in UTC where no offset is given"]
"""When something happened."""

EventTime: TypeAlias = Annotated[date | datetime, "a date, a time with offset, or a wall time"]
"""When an event begins or ends; a wall time belongs to the zone that stands beside it."""


def configure_kloudless_scalars(converter: Converter) -> None:
    """Teach a converter the scalars of Kloudless."""
    for alias, read, write in (
        (Identifier, _read_identifier, _write_identifier),
        (Moment, _read_moment, _write_moment),
        (EventTime, _read_event_time, _write_event_time),
    ):
        converter.register_structure_hook_func(partial(eq, alias), read)
        converter.register_unstructure_hook_func(partial(eq, alias), write)


def _read_identifier(value: Any, _: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        expected("an id or a cursor", value)
    return str(value)


def _write_identifier(value: Any) -> str:
    return value if isinstance(value, str) else expected("a string", value)


def _read_moment(value: Any, _: Any) -> datetime:
    time = _read_event_time(value, _)
    if not isinstance(time, datetime):
        expected("a time", value)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _write_moment(value: Any) -> str:
    return timestamp(value) if isinstance(value, datetime) else expected("a datetime", value)


def _read_event_time(value: Any, _: Any) -> date | datetime:
    if not isinstance(value, str):
        expected("a date or a time", value)
    try:
        return date.fromisoformat(value) if len(value) <= 10 else datetime.fromisoformat(value)
    except ValueError:
        expected("a date or a time of ISO 8601", value)


def _write_event_time(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return timestamp(value)
    return value.isoformat() if isinstance(value, date) else expected("a date or a time", value)
