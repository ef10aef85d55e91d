"""Bodies as programs hand them in: a value of a wire class, or a dictionary of the vendor's names.

A dictionary is held against the class as strictly as a value is: a name that the class does not
know, or a value that the vendor does not take, is refused before anything is sent. What a class
does not name yet is sent by its `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any, Final, TypeAlias, TypeVar, cast

from attrs import fields

from kloudsync.errors import DecodeError, UsageError
from kloudsync.http.codec import Codec, JSONObject, wire_names
from kloudsync.http.json_kinds import is_array, is_object
from kloudsync.http.scalars import timestamp

B = TypeVar("B", bound=JSONObject)

Body: TypeAlias = Mapping[str, Any]
"""A JSON object by the vendor's own names, as its documents show it."""

_LACKING: Final = re.compile(r"'\w+' @ \$\.(?P<place>.+)")
"""How the codec says that a member is not there."""

_SHOWN: Final = 5
"""How many problems one error names."""


def as_body(codec: Codec, cls: type[B], given: B | Body) -> B:
    """Accept a body in either form.

    Either is held against the class, so that its members are what their types say from here on.

    Args:
        codec: The vendor's.
        cls: The wire class.
        given: A value of it; or a dictionary, in which aware datetimes and dates may stand for
            their text.

    Raises:
        UsageError: It is neither, or holds what the vendor would not take.
    """
    if isinstance(given, cls):
        codec.dump(given)  # before anybody reads its members as what their types say
        return given
    members: Any = given
    if not isinstance(members, Mapping):
        raise UsageError(
            f"expected {cls.__name__}(…), or a dictionary with the service's own names, "
            f"found {type(members).__name__}"
        )
    plain = _plain(cast("Mapping[object, object]", members))
    try:
        held = codec.load(cls, plain)
    except DecodeError as error:
        names = wire_names(cls, codec.rename)
        odd = [
            f"{one} is not known{_meant(one, names)}"
            for one in plain
            if one not in set(names.values())
        ]
        raise _refusal(cls, [*odd, *map(_worded, error.problems)]) from None
    unknown = tuple(_unknown(held, codec, ""))
    problems = unknown or tuple(_lost(plain, codec.dump(held), ""))
    if problems:
        raise _refusal(cls, problems)
    return held


def _refusal(cls: type[Any], problems: Sequence[str]) -> UsageError:
    shown = "; ".join(problems[:_SHOWN])
    more = f"; and {len(problems) - _SHOWN} more" if len(problems) > _SHOWN else ""
    return UsageError(f"the dictionary is no {cls.__name__}: {shown}{more}")


def _worded(problem: str) -> str:
    lacking = _LACKING.fullmatch(problem)
    return f"{lacking['place']} is missing" if lacking else problem.replace(" @ $.", " for ")


def _plain(value: object) -> Any:
    """Return a value as JSON would be read."""
    if isinstance(value, datetime):
        return value.isoformat() if value.tzinfo is None else timestamp(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        members = cast("Mapping[object, object]", value)
        return {str(name): _plain(member) for name, member in members.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(member) for member in cast("Sequence[object]", value)]
    return value


def _unknown(held: object, codec: Codec, place: str) -> Iterator[str]:
    """Yield what the classes have no name for, with the name that was probably meant."""
    if isinstance(held, JSONObject):
        names = wire_names(type(held), codec.rename)
        for name in held.extra:
            yield f"{place}{name} is not known{_meant(name, names)}"
        for one in fields(type(held)):
            if one.name in names:
                inner = f"{place}{names[one.name]}."
                yield from _unknown(getattr(held, one.name), codec, inner)
    elif isinstance(held, (list, tuple)):
        for number, member in enumerate(cast("Sequence[object]", held)):
            yield from _unknown(member, codec, f"{place.removesuffix('.')}[{number}].")


def _meant(name: str, names: Mapping[str, str]) -> str:
    if name in names:
        return f", write {names[name]}"
    close = get_close_matches(name, names.values(), n=1)
    return f", did you mean {close[0]}?" if close else ""


def _lost(given: Any, written: Any, place: str) -> Iterator[str]:
    """Yield what would not be sent: reading is tolerant, and takes null for absent."""
    if is_object(given) and is_object(written):
        for name, member in given.items():
            if name not in written:
                yield f"{place}{name} cannot be null"
            else:
                yield from _lost(member, written[name], f"{place}{name}.")
    elif is_array(given) and is_array(written):
        for number, (one, other) in enumerate(zip(given, written, strict=False)):
            yield from _lost(one, other, f"{place.removesuffix('.')}[{number}].")
