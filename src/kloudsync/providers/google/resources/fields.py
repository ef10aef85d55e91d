"""Masks of partial answers, as the `fields` parameter takes them."""

from __future__ import annotations

from collections.abc import Iterator

from kloudsync.errors import UsageError

TOKENS = ("nextPageToken", "nextSyncToken")


def page_mask(mask: str | None) -> str | None:
    """Add the two tokens to a listing's mask, without which it would end early, and unsynced.

    Raises:
        UsageError: It is no mask.
    """
    expect_mask(mask)
    if mask is None:
        return None
    named = {name.partition("/")[0].partition("(")[0] for name in _top_level(mask)}
    missing = [] if "*" in named else [token for token in TOKENS if token not in named]
    return ",".join((mask, *missing))


def expect_mask(mask: object) -> None:
    """Refuse what is no text, such as a list of names.

    Raises:
        UsageError: It is neither text nor None.
    """
    if mask is not None and not isinstance(mask, str):
        raise UsageError(
            f"fields={mask!r} is not a mask; it is one text and reads like `items(id,summary),timeZone`"
        )


def _top_level(mask: str) -> Iterator[str]:
    depth = start = 0
    for position, character in enumerate(mask):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            yield mask[start:position].strip()
            start = position + 1
        if depth < 0:
            break
    if depth != 0 or not mask.strip():
        raise UsageError(
            f"fields={mask!r} is not a mask; it reads like `items(id,summary),timeZone`"
        )
    yield mask[start:].strip()
