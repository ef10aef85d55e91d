"""Annotations at run time: what dependency injection, FastAPI or cattrs make of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_type_hints

import pytest

from tests.test_shelves import SHELVES

PUBLIC = ["kloudsync", "kloudsync.agenda", "kloudsync.stores", "kloudsync.web", *SHELVES]

THEIR_OWN_KIND = {
    "kloudsync.http.operation.Operation.__init__",
    "kloudsync.providers.microsoft.wire.event.Event.__init__",
}
"""Constructors that name their own class, which is not there yet when attrs writes them."""


def callables(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a public name can be called for, with what it inherits, unwrapped."""
    if inspect.isclass(value):
        for owner in value.__mro__:
            if owner.__module__.startswith("kloudsync."):
                yield f"{owner.__module__}.{owner.__qualname__}", owner
                yield from (
                    (f"{owner.__module__}.{owner.__qualname__}.{name}", written(member))
                    for name, member in vars(owner).items()
                    if inspect.isroutine(written(member)) and (name[0] != "_" or name == "__init__")
                )
    elif inspect.isfunction(value):
        yield f"{value.__module__}.{value.__qualname__}", value


def written(member: Any) -> Any:
    """Return the function behind a property, a static method or a method of both colours."""
    function: Any = member.fget if isinstance(member, property) else member
    return inspect.unwrap(function)


@pytest.mark.parametrize("shelf", PUBLIC)
def test_what_is_public_tells_its_types_at_run_time(shelf: str) -> None:
    """Frameworks that build objects from annotations find every type that they name."""
    module = import_module(shelf)
    for name in module.__all__:
        for place, called in callables(getattr(module, name)):
            if place not in THEIR_OWN_KIND:
                get_type_hints(called)
