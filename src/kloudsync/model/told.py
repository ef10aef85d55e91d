"""Values that say themselves as data: what JSON can hold, with the name of their type.

A report, a change or an event becomes a dict for logs, queues and answers of a program's own:

```python
json.dumps(report.to_dict())    # {"type": "sync_report", "calendar": {"type": "calendar_key", …
```

Instants are told as ISO 8601 with their offset, whole days as dates, lengths in seconds, words
of a vocabulary as text. Nobody hears of what was never set, nor of what a `repr` leaves out, such as
tokens; but `raw`, an event as received, is told, save by occurrences that nobody asked for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from math import isfinite
from typing import Any, Final

from attrs import Attribute, fields, has

_WORDS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


class Told:
    """A value that says itself as data."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the value as what JSON can hold, with its `type`, such as `series_split`."""
        return told(self)


def tag(cls: type) -> str:
    """Return how values of a class name their type: its name in small letters, `series_split`."""
    return _WORDS.sub("_", cls.__name__).lower()


def told(value: Any) -> dict[str, Any]:
    """Return an attrs value as what JSON can hold, with its type."""
    shape: Any = value.__class__
    members = ((one.name, getattr(value, one.name)) for one in fields(shape) if _is_told(one))
    return tagged(value, members)


def tagged(value: object, members: Iterable[tuple[str, object]]) -> dict[str, Any]:
    """Return members of a value as what JSON can hold, with the value's type.

    Args:
        value: Whose members these are.
        members: Names and values; what is unset is left out.
    """
    data = {name: _data(member) for name, member in members if not _is_unset(member)}
    return {"type": tag(type(value)), **data}


def _is_told(member: Attribute[Any]) -> bool:
    return member.name == "raw" or (member.repr is not False and not member.name.startswith("_"))


def _is_unset(member: object) -> bool:
    return isinstance(member, Enum) and member.name == member.value == "UNSET"


def _data(value: object) -> Any:
    """Return a member as what JSON can hold."""
    for kinds, tell in _TOLD:
        if isinstance(value, kinds):
            return tell(value)
    return told(value) if has(type(value)) else str(value)


def _error(error: BaseException) -> dict[str, Any]:
    return tagged(error, [("message", str(error))])


_TOLD: Final[list[tuple[Any, Callable[[Any], Any]]]] = [
    (Told, lambda value: value.to_dict()),
    (Enum, lambda value: _data(value.value)),
    ((str, bool, int, type(None)), lambda value: value),
    # JSON has no infinity.
    (float, lambda value: value if isfinite(value) else None),
    (date, lambda value: value.isoformat()),
    (timedelta, lambda value: value.total_seconds()),
    (BaseException, _error),
    (Mapping, lambda value: {str(name): _data(member) for name, member in value.items()}),
    ((list, tuple, set, frozenset), lambda value: [_data(member) for member in value]),
]
"""How each kind of member is told; the first that fits counts, and a datetime is a date, too."""
