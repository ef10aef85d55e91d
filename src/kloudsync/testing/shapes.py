"""What a JSON value has to consist of: which member is a text, a number, a list.

Null says nothing of a member, and members that a shape does not name are none of its business.
"""

from collections.abc import Iterator, Mapping
from typing import TypeAlias, cast

Shape: TypeAlias = "str | list[Shape] | Mapping[str, Shape]"
"""A kind of value, a list of one shape, or an object; `*` stands for members of any name."""

TEXT, NUMBER, FLAG, LONG, ANY = "text", "number", "flag", "long", "any"
"""Kinds of values; a long is a whole number, or a text that may be one."""
_LARGEST = 1 << 31


def misfits(value: object, shape: Shape, path: str = "") -> Iterator[str]:
    """Yield the paths of what does not fit."""
    if isinstance(shape, str):
        if not _is(value, shape):
            yield path
    elif isinstance(shape, list):
        yield from _within(value, shape[0], path)
    elif isinstance(value, dict):
        yield from _members(cast("dict[str, object]", value), shape, path)
    else:
        yield path


def _within(value: object, shape: Shape, path: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield path
        return
    for number, each in enumerate(cast("list[object]", value)):
        yield from misfits(each, shape, f"{path}[{number}]")


def _members(value: dict[str, object], shape: Mapping[str, Shape], path: str) -> Iterator[str]:
    """Look at the members that the shape names."""
    for name, member in value.items():
        expected = shape.get(name, shape.get("*", ANY))
        if member is not None:
            yield from misfits(member, expected, f"{path}.{name}" if path else name)


def _is(value: object, kind: str) -> bool:
    if kind == TEXT:
        return isinstance(value, str)
    if kind == FLAG:
        return isinstance(value, bool)
    if kind == NUMBER:
        return _is_whole(value) and abs(cast("int", value)) < _LARGEST
    return kind == ANY or isinstance(value, str) or _is_whole(value)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
