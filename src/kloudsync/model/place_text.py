"""Places in a pass as opaque texts, which the engine carries and only their source reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attrs import AttrsInstance, asdict

from kloudsync.errors import UsageError

T = TypeVar("T")


def place_text(place: AttrsInstance, names: Mapping[str, str]) -> str:
    """Write a place as text; what is none or nothing is left out.

    Args:
        place: An attrs object of plain values.
        names: What its attributes are called in the text.
    """
    held: dict[str, Any] = asdict(place)
    shown = {names[name]: value for name, value in held.items() if value}
    return json.dumps(shown, separators=(",", ":"))


def read_place(text: str, names: Mapping[str, str], build: Callable[..., T], whose: str) -> T:
    """Read a place from text.

    Args:
        text: As `place_text` wrote it.
        names: The same.
        build: Makes the place of its attributes.
        whose: Whose cursors and positions such texts are.

    Raises:
        UsageError: The text is no place.
    """
    attributes = {short: name for name, short in names.items()}
    try:
        return build(**{attributes[short]: value for short, value in json.loads(text).items()})
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise UsageError(f"this is no cursor or position of {whose}") from error
