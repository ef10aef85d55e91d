"""Scalars that Salesloft sends in more than one form."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from operator import eq
from typing import Annotated, Any, TypeAlias

from cattrs import Converter

from kloudsync.http.scalars import expected, timestamp

Identifier: TypeAlias = Annotated[str, "a number or a string on the wire"]
"""An id; always text in the program, since users have numbers and guids, and roles have names."""

Moment: TypeAlias = Annotated[datetime, "naive, with an offset, or with Z on the wire"]
"""When something happened: aware, in UTC. Times without an offset are taken for UTC."""


def configure_salesloft_scalars(converter: Converter) -> None:
    """Teach a converter the scalars of Salesloft."""
    for alias, read, write in (
        (Identifier, _read_identifier, _write_identifier),
        (Moment, _read_moment, _write_moment),
    ):
        converter.register_structure_hook_func(partial(eq, alias), read)
        converter.register_unstructure_hook_func(partial(eq, alias), write)


def _read_identifier(value: Any, _: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        expected("an id", value)
    return str(value)


def _write_identifier(value: Any) -> str:
    return value if isinstance(value, str) else expected("a string", value)


def _read_moment(value: Any, _: Any) -> datetime:
    if not isinstance(value, str):
        expected("a time", value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        expected("a time of ISO 8601", value)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _write_moment(value: Any) -> str:
    return timestamp(value) if isinstance(value, datetime) else expected("a datetime", value)
