"""What a value of JSON is, told to people and to type checkers."""

from __future__ import annotations

from typing import Any, TypeAlias, TypeGuard

Item: TypeAlias = dict[str, Any]
"""An object of JSON."""


def is_object(value: Any) -> TypeGuard[Item]:
    """Tell whether a JSON value is an object."""
    return type(value) is dict


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a JSON value is a list."""
    return type(value) is list


def kind_of(value: Any) -> str:
    """Name what a JSON value is."""
    return "nothing" if value is None else type(value).__name__
