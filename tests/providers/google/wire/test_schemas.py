"""The law that keeps the wire types whole: Google's discovery document, schema by schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum, EnumMeta
from importlib import import_module
from pkgutil import iter_modules
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

import pytest
from attrs import fields_dict, resolve_types
from tests.providers.google.discovery import schemas

from kloudsync.http.codec import JSONObject, wire_names
from kloudsync.http.scalars import Int64, WallTime
from kloudsync.http.unset import UNSET
from kloudsync.providers.google import wire

RENAMED = {
    "Acl": "AclPage",
    "CalendarList": "CalendarListPage",
    "Colors": "Palettes",
    "Error": "FreeBusyError",
    "Events": "EventsPage",
    "Settings": "SettingsPage",
}
"""Schemas whose vendor name is that of a resource, or says nothing by itself."""

SCALARS: dict[tuple[str, str | None], Any] = {
    ("string", None): str,
    ("string", "date"): date,
    ("string", "date-time"): datetime,
    ("string", "int64"): Int64,
    ("integer", "int32"): int,
    ("boolean", None): bool,
    ("any", None): Any,
}


def classes() -> dict[str, type[JSONObject]]:
    """Return all wire classes by name."""
    modules = [import_module(f"{wire.__name__}.{m.name}") for m in iter_modules(wire.__path__)]
    found = (held for module in modules for held in vars(module).values())
    return {
        held.__name__: held
        for held in found
        if isinstance(held, type) and issubclass(held, JSONObject)
    }


def class_of(schema: str) -> type[JSONObject]:
    """Return the wire class of a schema."""
    return classes()[RENAMED.get(schema, schema)]


def objects() -> Iterator[tuple[str, type[JSONObject], Mapping[str, Any]]]:
    """Yield every object with properties, nested ones included, and the class that mirrors it."""
    for name, schema in schemas().items():
        yield from _objects(name, class_of(name), schema)


def _objects(
    path: str, cls: type[JSONObject], schema: Mapping[str, Any]
) -> Iterator[tuple[str, type[JSONObject], Mapping[str, Any]]]:
    yield path, cls, schema["properties"]
    types = field_types(cls)
    for name, member in schema["properties"].items():
        nested = member.get("items", member)
        if "properties" in nested and name in types:
            inner = types[name]
            inner = get_args(inner)[0] if "items" in member else inner
            yield from _objects(f"{path}.{name}", inner, nested)


def field_types(cls: type[JSONObject]) -> dict[str, Any]:
    """Return what each field holds when it is set, by its name on the wire."""
    resolve_types(cls)
    return {
        wire_name: plain(fields_dict(cls)[name].type) for name, wire_name in wire_names(cls).items()
    }


def plain(annotation: Any) -> Any:
    """Return an annotation without null, UNSET and the known values of open enumerations."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    rest = [m for m in get_args(annotation) if not is_marker(m) and enum_of(m) is None]
    assert len(rest) == 1, f"{annotation} has to hold one type"
    return rest[0]


def is_marker(annotation: Any) -> bool:
    """Tell whether an annotation is null or UNSET."""
    unset = get_origin(annotation) is Literal and get_args(annotation) == (UNSET,)
    return annotation is NoneType or unset


def enum_of(annotation: Any) -> type[Enum] | None:
    """Return the enumeration that an annotation names, if any."""
    return cast("type[Enum]", annotation) if isinstance(annotation, EnumMeta) else None


def expected(member: Mapping[str, Any], held: Any) -> Any:
    """Return the type that a property of the document demands.

    Nested objects have names of ours, so that any wire class does for them.
    """
    if "$ref" in member:
        return class_of(member["$ref"])
    if member["type"] == "array":
        return "list", expected(member["items"], only_argument(held))
    if "additionalProperties" in member:
        value = plain(get_args(held)[1]) if get_origin(held) is Mapping else None
        return "map", expected(member["additionalProperties"], value)
    if "properties" in member:
        return held if isinstance(held, type) and issubclass(held, JSONObject) else JSONObject
    return SCALARS[member["type"], member.get("format")]


def only_argument(held: Any) -> Any:
    """Return what a sequence holds."""
    return plain(get_args(held)[0]) if get_origin(held) is Sequence else None


def bare(held: Any) -> Any:
    """Return a type as `expected` writes it: lists and maps by what they hold."""
    if get_origin(held) is Sequence:
        return "list", plain(get_args(held)[0])
    if get_origin(held) is Mapping:
        return "map", plain(get_args(held)[1])
    # A wall time is a datetime that an event's own zone may locate.
    return datetime if held == WallTime else held


def enumerations() -> Iterator[tuple[str, type[Enum], set[str]]]:
    """Yield every field with an open enumeration, and the values that its description lists."""
    for path, cls, properties in objects():
        names = {wire_name: name for name, wire_name in wire_names(cls).items()}
        for name, member in properties.items():
            annotation = fields_dict(cls)[names[name]].type
            described = member.get("description", "")
            enum = next(filter(None, map(enum_of, _all_arguments(annotation))), None)
            if enum is not None:
                yield f"{path}.{name}", enum, set(re.findall(r'- "(\w+)"', described))


def _all_arguments(annotation: Any) -> Iterator[Any]:
    yield annotation
    for argument in get_args(annotation):
        yield from _all_arguments(argument)


OBJECTS = list(objects())
PROPERTIES = [
    pytest.param(cls, name, member, id=f"{path}.{name}")
    for path, cls, properties in OBJECTS
    for name, member in properties.items()
]


def test_every_schema_has_its_class() -> None:
    """All 39 schemas of the discovery document are mirrored, each by a class of its own."""
    mirrored = {class_of(name) for name in schemas()}

    assert len(mirrored) == len(schemas()) == 39


@pytest.mark.parametrize(("path", "cls", "properties"), OBJECTS, ids=[o[0] for o in OBJECTS])
def test_fields_are_the_documents(
    path: str, cls: type[JSONObject], properties: Mapping[str, Any]
) -> None:
    """A class has the fields of its schema, all of them and no others."""
    assert set(wire_names(cls).values()) == set(properties), path


@pytest.mark.parametrize(("cls", "name", "member"), PROPERTIES)
def test_types_are_the_documents(
    cls: type[JSONObject], name: str, member: Mapping[str, Any]
) -> None:
    """A field holds what the document says."""
    held = field_types(cls)[name]

    assert bare(held) == expected(member, held)


def test_no_property_is_forgotten() -> None:
    """The walk above reaches every property of the document, nested ones included."""
    assert len(PROPERTIES) == 251


@pytest.mark.parametrize(("path", "enum", "documented"), list(enumerations()))
def test_known_values_are_the_documented_ones(
    path: str, enum: type[Enum], documented: set[str]
) -> None:
    """An open enumeration knows every value that the document lists."""
    assert documented <= {member.value for member in enum}, path


@pytest.mark.parametrize("name", sorted(classes()))
def test_whatever_may_be_absent_defaults_to_unset(name: str) -> None:
    """Nothing is sent that was not set, and every class can be made empty."""
    cls = classes()[name]

    made = cls()

    assert {getattr(made, name) for name in wire_names(cls)} <= {UNSET, ()}
