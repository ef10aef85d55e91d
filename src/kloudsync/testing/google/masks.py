"""Partial answers: the `fields` parameter."""

from collections.abc import Iterator
from typing import Any, cast

from kloudsync.testing.exchange import Query, Resource
from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.google.shapes import ANSWERS
from kloudsync.testing.shapes import ANY, Shape

Mask = dict[str, "Mask | None"]
"""The members that are wanted; None stands for all that is below."""


def asked_mask(operation: str, query: Query) -> Mask:
    """Read the mask of a request, or refuse one that chooses what the answer does not have."""
    mask = read_mask(query.get("fields"))
    for path in _unknown(mask, ANSWERS.get(operation, ANY)):
        raise _refusal(path)
    return mask


def read_mask(text: str) -> Mask:
    """Read a mask such as `items(id,start/dateTime),nextPageToken`, or refuse it with 400."""
    mask, rest = _members(text)
    if rest or not mask:
        raise _refusal(text)
    return mask


def _refusal(text: str) -> Refusal:
    message = f"Invalid field selection {text}"
    return Refusal(400, "invalidParameter", message, location="fields")


def _unknown(mask: Mask, shape: Shape) -> Iterator[str]:
    """Yield the names in a mask that an answer of this shape has no member for."""
    inner = shape[0] if isinstance(shape, list) else shape
    if isinstance(inner, str | list):
        if inner != ANY:
            yield from mask
        return
    for name, below in mask.items():
        if name != "*" and name not in inner and "*" not in inner:
            yield name
        elif below is not None:
            yield from _unknown(below, inner.get(name, inner.get("*", ANY)))


def _members(text: str) -> tuple[Mask, str]:
    mask: Mask = {}
    while True:
        path, below, text = _member(text)
        if not path[0]:
            return {}, text or "?"
        _add(mask, path, below)
        if not text.startswith(","):
            return mask, text
        text = text[1:]


def _member(text: str) -> tuple[list[str], Mask | None, str]:
    end = next((at for at, character in enumerate(text) if character in ",()"), len(text))
    path, rest = text[:end].strip().split("/"), text[end:]
    if not rest.startswith("("):
        return path, None, rest
    below, rest = _members(rest[1:])
    return path, below, rest[1:] if rest.startswith(")") else "?"


def _add(mask: Mask, path: list[str], below: Mask | None) -> None:
    name, *further = path
    if not further:
        mask[name] = below
        return
    inner = mask.setdefault(name, {})
    if inner is not None:
        _add(inner, further, below)


def masked(resource: Resource, mask: Mask) -> Resource:
    """Leave out of an answer what nobody asked for."""
    kept = dict(_kept(resource, mask))
    return {name: kept[name] for name in resource if name in kept}


def _kept(resource: Resource, mask: Mask) -> Iterator[tuple[str, Any]]:
    for name, value in resource.items():
        if name not in mask and "*" not in mask:
            continue
        below = mask.get(name, mask.get("*"))
        found = value if below is None else _below(value, below)
        if found not in ({}, []) or value in ({}, []):
            yield name, found


def _below(value: object, mask: Mask) -> Any:
    if isinstance(value, dict):
        return masked(cast("Resource", value), mask)
    if isinstance(value, list):
        return [_below(each, mask) for each in cast("list[object]", value)]
    return value
