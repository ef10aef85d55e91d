"""What the service keeps of an application's own properties of an event."""

from typing import Any, cast

from kloudsync.providers.google.resources.checks import (
    PROPERTIES,
    PROPERTIES_SIZE,
    PROPERTY_NAME,
    PROPERTY_VALUE,
)
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.refusals import refuse_invalid

_SIDES = ("private", "shared")


def kept(resource: Resource) -> Resource:
    """Return an event with what the service keeps: longer names are dropped, longer values cut.

    That is documented; that more than 300 properties, or more than 32 kB, are refused is not.
    """
    given: Any = resource.get("extendedProperties")
    if not isinstance(given, dict):
        return resource
    sides = cast("dict[str, dict[str, str]]", given)
    held = {name: side for name in _SIDES if (side := _side(sides.get(name) or {}))}
    pairs = [pair for side in held.values() for pair in side.items()]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs)
    if len(pairs) > PROPERTIES or size > PROPERTIES_SIZE:
        raise refuse_invalid("Extended properties size limit exceeded.")
    rest = {name: value for name, value in resource.items() if name != "extendedProperties"}
    return rest | {"extendedProperties": held} if held else rest


def _side(given: dict[str, str]) -> dict[str, str]:
    return {
        name: value[:PROPERTY_VALUE] for name, value in given.items() if len(name) <= PROPERTY_NAME
    }
