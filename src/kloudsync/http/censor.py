"""Taking credentials out of errors: some services and gateways quote what they were sent.

The one place that does it. Whatever an answer becomes, in single calls, parts of batches and
flows for tokens, is handed over with all the secrets that the client holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeVar, cast
from urllib.parse import quote, quote_plus

from kloudsync.errors import KloudsyncError
from kloudsync.http.secret import INSTEAD

E = TypeVar("E", bound=KloudsyncError)

SHORTEST = 8
"""What is shorter is no credential but a test's, and a part of many a word."""


def censored(error: E, secrets: Iterable[str]) -> E:
    """Put a placeholder wherever an error repeats a credential, but in the answer that it keeps.

    Looked through are the error and all that led to it: messages, notes, and attributes such as
    `reason`, `request_id`, `fields` and `problems`.

    Args:
        error: The error, changed in place.
        secrets: What must not be shown; parts of it that are long enough are looked for as
            they are, and as addresses and forms write them.

    Returns:
        The error.
    """
    shapes = _shapes(secrets)
    if shapes:
        for one in _chain(error):
            _censor(one, shapes)
    return error


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text with a placeholder in the place of each secret."""
    return _without(_shapes(secrets), text)


def _shapes(secrets: Iterable[str]) -> list[str]:
    shapes = {
        shape
        for secret in secrets
        # Several tokens go out with commas between them; an answer may quote one alone.
        for part in (secret, *secret.split(","))
        if len(part) >= SHORTEST
        for shape in (str(part), quote(part, safe=""), quote_plus(part))
    }
    # The longest first: one may be a part of another.
    return sorted(shapes, key=len, reverse=True)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and id(one) not in seen:
            seen.add(id(one))
            waiting += [one.__cause__, one.__context__]
            yield one


def _censor(error: BaseException, shapes: list[str]) -> None:
    error.args = tuple(_changed(shapes, argument) for argument in error.args)
    for name, value in vars(error).items():
        if isinstance(error, KloudsyncError) or name == "__notes__":
            setattr(error, name, _changed(shapes, value))


def _changed(shapes: list[str], value: Any) -> Any:
    if isinstance(value, str):
        return _without(shapes, value)
    if type(value) in (list, tuple):
        return type(value)(_changed(shapes, one) for one in value)
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {_changed(shapes, name): _changed(shapes, one) for name, one in members.items()}
    return value


def _without(shapes: list[str], text: str) -> str:
    for shape in shapes:
        text = text.replace(shape, INSTEAD)
    return text
