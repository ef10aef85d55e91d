"""Memory in proportion to bytes: answers that are hardly anything but brackets are refused.

A byte of an ordinary answer becomes a few bytes of values. `{}` becomes a wire class with all
its fields: more than a hundred bytes for each byte that was sent.
"""

from __future__ import annotations

from typing import Final

FEW_OBJECTS: Final = 2_500
"""So many objects an answer may have, however small they are."""

SMALLEST_OBJECT: Final = 16
"""Bytes that each object of a larger answer takes on average; `{"id":"a","b":1}` are as many."""


FEW_BRACKETS: Final = 64
"""So many lists and objects an item of a page may have, however small they are."""

SMALLEST_BRACKET: Final = 8
"""Bytes that each list or object of a larger item takes on average; `{"a":"",` are as many."""


class TooDense(ValueError):
    """The text holds more lists and objects than so many bytes can mean anything with."""


def expect_contents(body: bytes) -> None:
    """Look at a body before it is decoded.

    Raises:
        TooDense: It would take memory out of proportion.
    """
    objects = body.count(b"{")
    if objects > max(FEW_OBJECTS, len(body) // SMALLEST_OBJECT):
        raise TooDense(
            f"{objects} objects in {len(body)} bytes, which is more than any answer holds"
        )


def brackets_of(text: str) -> int:
    """Count the brackets that open a list or an object, those in strings included."""
    first = text.find("[")
    # Most events have one list at most: to find that out is quicker than to count.
    lists = text.count("[") if text.find("[", first + 1) >= 0 else int(first >= 0)
    return text.count("{") + lists


def is_dense(item: str) -> bool:
    """Tell whether the text of an item is hardly anything but brackets, so that all that looks at it takes long."""
    brackets = brackets_of(item)
    return brackets > FEW_BRACKETS and brackets > len(item) // SMALLEST_BRACKET
