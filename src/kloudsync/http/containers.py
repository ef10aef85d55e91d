"""Lists, maps and fields that may be absent, as wire classes annotate them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import partial
from types import GenericAlias, NoneType, UnionType
from typing import Any, Literal, TypeGuard, Union, get_args, get_origin

from cattrs import Converter

from kloudsync.http.scalars import Reader, Writer, expected
from kloudsync.http.unset import UNSET


def configure_containers(converter: Converter) -> None:
    """Teach a converter `Maybe[…]`, open enumerations, `Sequence[…]` and `Mapping[str, …]`."""
    converter.register_structure_hook_factory(_is_union, partial(_union_reader, converter))
    converter.register_structure_hook_factory(_is_sequence, partial(_tuple_reader, converter))
    converter.register_structure_hook_factory(_is_mapping, partial(_dict_reader, converter))
    converter.register_unstructure_hook_factory(_is_union, partial(_union_writer, converter))
    converter.register_unstructure_hook_factory(_is_sequence, partial(_list_writer, converter))
    converter.register_unstructure_hook_factory(_is_mapping, partial(_dict_writer, converter))


def _is_union(type_: Any) -> bool:
    return get_origin(type_) in (Union, UnionType)


def _is_unset(type_: Any) -> bool:
    return get_origin(type_) is Literal and get_args(type_) == (UNSET,)


def _is_enum(type_: Any) -> bool:
    return isinstance(type_, type) and issubclass(type_, Enum)


def _is_sequence(type_: Any) -> bool:
    return get_origin(type_) is Sequence


def _is_mapping(type_: Any) -> bool:
    return get_origin(type_) is Mapping


def _plain(union: Any) -> Any:
    """Return the one type that remains without null, UNSET and known enumeration values."""
    rest = [m for m in get_args(union) if m is not NoneType and not _is_unset(m)]
    plain = [m for m in rest if not _is_enum(m)]
    if len(plain) != 1:
        raise TypeError(f"a wire field has one type beside null, UNSET and enumerations: {union}")
    return plain[0]


def _union_reader(converter: Converter, union: Any) -> Reader:
    members = get_args(union)
    enum = next(filter(_is_enum, members), None)
    plain = _plain(union)
    read = converter.get_structure_hook(plain)
    # Where no null is documented, a null that arrives says as much as absence.
    nullable, absent = NoneType in members, any(map(_is_unset, members))

    def structure(value: Any, _: Any) -> Any:
        if value is None and (nullable or absent):
            return None if nullable else UNSET
        return read(value, plain) if enum is None else _member(enum, read(value, plain))

    return structure


def _member(enum: Any, value: Any) -> Any:
    try:
        return enum(value)
    except ValueError:
        # The vendor has extended the enumeration since this was written.
        return value


def _union_writer(converter: Converter, union: Any) -> Writer:
    write = converter.get_unstructure_hook(_plain(union))
    nullable = NoneType in get_args(union)

    def unstructure(value: Any) -> Any:
        if value is None and nullable:
            return None
        return value.value if isinstance(value, Enum) else write(value)

    return unstructure


def _tuple_reader(converter: Converter, type_: Any) -> Reader:
    whole = GenericAlias(tuple, (get_args(type_)[0], ...))
    read = converter.get_structure_hook(whole)

    def structure(value: Any, _: Any) -> Any:
        return read(value, whole) if isinstance(value, list) else expected("a list", value)

    return structure


def _list_writer(converter: Converter, type_: Any) -> Writer:
    write = converter.get_unstructure_hook(get_args(type_)[0])

    def unstructure(value: Any) -> Any:
        return (
            [write(i) for i in value] if _is_list(value) else expected("a list, even of one", value)
        )

    return unstructure


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    # Text is a sequence too, of characters, which nobody means.
    return isinstance(value, Sequence) and not isinstance(value, str)


def _dict_reader(converter: Converter, type_: Any) -> Reader:
    whole = GenericAlias(dict, get_args(type_))
    read = converter.get_structure_hook(whole)

    def structure(value: Any, _: Any) -> Any:
        return read(value, whole) if isinstance(value, dict) else expected("an object", value)

    return structure


def _dict_writer(converter: Converter, type_: Any) -> Writer:
    name, member = map(converter.get_unstructure_hook, get_args(type_))

    def unstructure(value: Any) -> Any:
        if not _is_members(value):
            expected("a mapping", value)
        return {name(key): member(item) for key, item in value.items()}

    return unstructure


def _is_members(value: object) -> TypeGuard[Mapping[Any, Any]]:
    return isinstance(value, Mapping)
