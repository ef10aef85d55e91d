"""Which method of a fake's API a request means."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar
from urllib.parse import unquote

import attrs

from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

C = TypeVar("C")
Handler = Callable[[C], Reply]
"""Answers one call of a vendor's API."""


@attrs.frozen
class Route(Generic[C]):
    """A request's method of the API.

    Attributes:
        operation: The vendor's name of the method; empty if there is none.
        handler: What answers it.
        names: The variable parts of the path that have no name, decoded, in order.
        named: The variable parts that have one, decoded.
    """

    operation: str
    handler: Callable[[C], Reply]
    names: tuple[str, ...] = ()
    named: Mapping[str, str] = MappingProxyType({})


class Routes(Generic[C]):
    """The methods of an API, found by verb and path.

    Args:
        table: By verb and pattern the vendor's name of the method and what answers it. A pattern
            is a path whose variable parts are written `{}`, or `{name}`.
        nowhere: Makes the refusal of what no pattern fits.
    """

    def __init__(
        self,
        table: Mapping[tuple[str, str], tuple[str, Callable[[C], Reply]]],
        nowhere: Callable[[], ServiceRefusal],
    ) -> None:
        self._table = [
            (verb, pattern.split("/"), operation, handler)
            for (verb, pattern), (operation, handler) in table.items()
        ]
        self._nowhere = nowhere

    def find(self, verb: str, path: str) -> Route[C]:
        """Find what a verb and a path below the base path mean; the first that fits counts."""
        parts = path.strip("/").split("/")
        for known, pattern, operation, handler in self._table:
            if known == verb and _fits(pattern, parts):
                names = tuple(
                    unquote(part) for part, to in zip(parts, pattern, strict=True) if to == "{}"
                )
                named = {
                    to[1:-1]: unquote(part)
                    for part, to in zip(parts, pattern, strict=True)
                    if to != "{}" and _is_variable(to)
                }
                return Route(operation, handler, names, named)
        return self.nowhere()

    def nowhere(self) -> Route[C]:
        """Return the route of what does not exist; asked, it refuses."""

        def refuse(_: C) -> Reply:
            raise self._nowhere()

        return Route("", refuse)


def _fits(pattern: list[str], parts: list[str]) -> bool:
    return len(pattern) == len(parts) and all(
        _is_variable(expected) or expected == part
        for expected, part in zip(pattern, parts, strict=True)
    )


def _is_variable(part: str) -> bool:
    return part.startswith("{") and part.endswith("}")
