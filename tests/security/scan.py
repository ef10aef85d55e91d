"""Looking for planted secrets wherever a program could show them by accident."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator
from typing import Any, cast

import httpx

from kloudsync.http.secret import Secret

ACCESS = "planted-access-token"
REFRESH = "planted-refresh-token"
CLIENT_SECRET = "planted-client-secret"
API_KEY = "planted-api-key"
CHANNEL_TOKEN = "planted-channel-token"
WEBHOOK_KEY = "planted-webhook-key"
SECRETS = (ACCESS, REFRESH, CLIENT_SECRET, API_KEY, CHANNEL_TOKEN, WEBHOOK_KEY)

TITLE = "planted-title"
DESCRIPTION = "planted-description"
PLACE = "planted-place"
GUEST = "planted-guest"
ADDRESS = "planted-mailbox@example.com"
PERSONAL = (TITLE, DESCRIPTION, PLACE, GUEST, "planted-mailbox")
"""What is somebody's own; reports and the feed hold it, logs and exceptions never do."""

_DEEPEST = 12


def leaks(texts: Iterable[str], planted: Iterable[str]) -> list[tuple[str, str]]:
    """Return each planted value that is in a text, with the text."""
    wanted = tuple(planted)
    return [(one, text[:500]) for text in texts for one in wanted if one in text]


def told(error: BaseException) -> list[str]:
    """Return what an exception shows: its chain as printed, arguments, notes and attributes."""
    texts = ["".join(traceback.format_exception(error))]
    texts += [str(error), repr(error), repr(error.args), repr(getattr(error, "__notes__", ()))]
    texts += [repr(value) for value in vars(error).values()]
    return texts


def shown(*roots: object) -> list[str]:
    """Return the repr and text of every object of the library that these lead to."""
    return [text for held in _reachable(roots) for text in _texts(held)]


def _texts(held: object) -> tuple[str, ...]:
    # A secret is a text, so that it can be sent; what is hidden is how it is shown in others.
    return (repr(held),) if isinstance(held, Secret) else (repr(held), str(held))


def _reachable(roots: Iterable[object]) -> Iterator[object]:
    seen: set[int] = set()
    waiting = [(root, 0) for root in roots]
    while waiting:
        held, depth = waiting.pop()
        if id(held) in seen or depth > _DEEPEST:
            continue
        seen.add(id(held))
        if _is_ours(held):
            yield held
        waiting += [(one, depth + 1) for one in _parts(held)]


def _is_ours(held: object) -> bool:
    kind = type(held)
    return kind.__module__.startswith("kloudsync.") and not kind.__module__.startswith(
        "kloudsync.testing."
    )


def _parts(held: object) -> list[object]:
    """Return what an object holds: items, members, attributes; nothing of foreign objects."""
    if isinstance(held, dict):
        return list(cast("dict[Any, object]", held).values())
    if isinstance(held, (list, tuple, set, frozenset)):
        return list(cast("Iterable[object]", held))
    if not (_is_ours(held) or isinstance(held, BaseException)):
        return []
    names = {*getattr(held, "__dict__", {}), *_slots(type(held))}
    return [getattr(held, name, None) for name in names]


def _slots(kind: type) -> Iterator[str]:
    for ancestor in kind.__mro__:
        slots = ancestor.__dict__.get("__slots__", ())
        yield from (slots,) if isinstance(slots, str) else slots


def echo(request: httpx.Request) -> str:
    """Return what a careless gateway would quote of a request: all of it."""
    fields = " ".join(f"{name}: {value}" for name, value in request.headers.items())
    return f"{request.method} {request.url} {fields} {request.content.decode('utf-8', 'replace')}"
