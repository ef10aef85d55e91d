"""Numbers, texts and times of JSON: tolerant to read, strict to write."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, NoReturn, TypeAlias

from cattrs import Converter

from kloudsync.errors import UsageError

Reader: TypeAlias = Callable[[Any, Any], Any]
Writer: TypeAlias = Callable[[Any], Any]

Int64: TypeAlias = Annotated[int, "decimal digits in a string on the wire"]
"""A 64-bit number, which JSON services send as text so that JavaScript keeps all its digits."""

WallTime: TypeAlias = Annotated[datetime, "may come without an offset"]
"""A time that a zone beside it may locate, so that it may lack an offset of its own."""


def timestamp(moment: datetime) -> str:
    """Write an aware time as RFC 3339 text, in UTC as `…Z` (section 5.6).

    Raises:
        UsageError: The time is naive.
    """
    offset = moment.utcoffset()
    if offset is None:
        raise UsageError(f"{moment.isoformat()} has no time zone; pass an aware datetime")
    if offset.total_seconds() % 60:
        # Offsets of a local mean time have seconds, which RFC 3339 cannot express.
        moment = moment.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def configure_scalars(converter: Converter) -> None:
    """Teach a converter how scalars look on the wire."""
    for plain, read, write in _PLAIN:
        converter.register_structure_hook(plain, read)
        converter.register_unstructure_hook(plain, write)
    for alias, read, write in _ALIASES:
        converter.register_structure_hook_func(_is(alias), read)
        converter.register_unstructure_hook_func(_is(alias), write)


def expected(what: str, value: object) -> NoReturn:
    """Refuse a value, naming its type but never its content."""
    found = "null" if value is None else type(value).__name__
    raise ValueError(f"expected {what}, found {found}")


def _is(alias: Any) -> Callable[[Any], bool]:
    return lambda type_: bool(type_ == alias)


def _read_str(value: Any, _: Any) -> str:
    return value if isinstance(value, str) else expected("a string", value)


def _read_bool(value: Any, _: Any) -> bool:
    if isinstance(value, bool):
        return value
    # Some gateways between service and client write booleans as text.
    known = {"true": True, "false": False}.get(value.lower()) if isinstance(value, str) else None
    return expected("a boolean", value) if known is None else known


def _read_int(value: Any, _: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    # 64-bit numbers come as text, and some encoders write 5 as 5.0.
    whole = value.is_integer() if isinstance(value, float) else isinstance(value, str)
    try:
        return int(value) if whole else expected("an integer", value)
    except ValueError:
        expected("an integer", value)


def _read_float(value: Any, _: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        expected("a number", value)
    return float(value)


def _read_datetime(value: Any, _: Any) -> datetime:
    moment = _read_wall_time(value, _)
    return moment if moment.tzinfo else expected("a time with an offset", value)


def _read_wall_time(value: Any, _: Any) -> datetime:
    try:
        return datetime.fromisoformat(_read_str(value, _))
    except ValueError:
        expected("an RFC 3339 time", value)


def _read_date(value: Any, _: Any) -> date:
    try:
        return date.fromisoformat(_read_str(value, _))
    except ValueError:
        expected("a date as YYYY-MM-DD", value)


def _write_bool(value: Any) -> bool:
    return value if isinstance(value, bool) else expected("a boolean", value)


def _write_int(value: Any) -> int:
    # To Python a boolean is an integer; to a service it is another thing.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    expected("an integer", value)


def _write_int64(value: Any) -> str:
    return str(_write_int(value))


def _write_float(value: Any) -> float:
    return _read_float(value, float)


def _write_str(value: Any) -> str:
    return _read_str(value, str)


def _write_datetime(value: Any) -> str:
    return timestamp(value) if isinstance(value, datetime) else expected("a datetime", value)


def _write_wall_time(value: Any) -> str:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.isoformat()
    return _write_datetime(value)


def _write_date(value: Any) -> str:
    # A datetime is a date to Python, and would be cut to one without a word.
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    expected("a date", value)


_PLAIN: tuple[tuple[Any, Reader, Writer], ...] = (
    (str, _read_str, _write_str),
    (bool, _read_bool, _write_bool),
    (int, _read_int, _write_int),
    (float, _read_float, _write_float),
    (datetime, _read_datetime, _write_datetime),
    (date, _read_date, _write_date),
)

_ALIASES: tuple[tuple[Any, Reader, Writer], ...] = (
    (Int64, _read_int, _write_int64),
    (WallTime, _read_wall_time, _write_wall_time),
)
