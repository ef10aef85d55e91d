"""Lists that clients read page by page."""

import base64
import binascii
from collections.abc import Callable
from typing import Any

import attrs

from kloudsync.testing.refusal import ServiceRefusal

KEPT = 64


@attrs.define(kw_only=True)
class Walk:
    """One list as it stood when its first page was asked for.

    Attributes:
        scope: The question that it answers; a page token of it answers no other.
        items: The events as JSON, in their order.
        mark: The stamp of the last change when the list was drawn up.
        late: Draws up what changed since a stamp, for lists that follow changes.
        seen: The stamp up to which changes were followed.
        number: Its number among all lists of the service.
        living: Draws up the list as it is now, with what each item is sorted by; then a page token
            is a place in that order, and what moves in front of it is on no later page.
        places: What the last item before a page was sorted by, by the number of items before it.
    """

    scope: str
    items: list[bytes]
    mark: int
    late: Callable[[int], tuple[list[bytes], int]] | None = None
    seen: int = 0
    number: int = 0
    living: Callable[[], list[tuple[Any, bytes]]] | None = None
    places: dict[int, Any] = attrs.field(factory=dict[int, Any])

    def page(self, start: int, size: int) -> tuple[list[bytes], int | None]:
        """Cut a page out; answers with its items and where the next one starts, if any."""
        if self.living is not None:
            return self._living_page(self.living(), start, size)
        if self.late is not None and start > 0 and start + size >= len(self.items):
            more, self.seen = self.late(self.seen)
            self.items.extend(more)
        end = start + size
        return self.items[start:end], end if end < len(self.items) else None

    def _living_page(
        self, items: list[tuple[Any, bytes]], start: int, size: int
    ) -> tuple[list[bytes], int | None]:
        rest = [one for one in items if not start or one[0] > self.places[start]]
        if len(rest) <= size:
            return [item for _, item in rest], None
        self.places[start + size] = rest[size - 1][0]
        return [item for _, item in rest[:size]], start + size


class Walks:
    """The lists being read, found by page token; old ones are forgotten.

    Args:
        refuse: Makes the refusal of a token that means no list, or that of another question.
    """

    def __init__(self, refuse: Callable[[], ServiceRefusal]) -> None:
        self._refuse = refuse
        self._walks: dict[int, Walk] = {}
        self._count = 0

    def start(self, walk: Walk) -> Walk:
        """Take a list in."""
        self._count += 1
        walk.number = self._count
        walk.seen = walk.mark
        self._walks[walk.number] = walk
        self._walks.pop(self._count - KEPT, None)
        return walk

    def forget(self) -> None:
        """Drop every list; page tokens are good for nothing from now on."""
        self._walks.clear()

    def find(self, token: str, scope: str) -> tuple[Walk, int]:
        """Find the list and the place in it that a page token means."""
        try:
            number, _, start = base64.urlsafe_b64decode(token).decode().partition(":")
            walk = self._walks[int(number)]
        except (binascii.Error, ValueError, KeyError) as error:
            raise self._refuse() from error
        if walk.scope != scope:
            raise self._refuse()
        return walk, int(start)


def page_token(walk: Walk, start: int) -> str:
    """Write the token of the page that starts at this item."""
    return base64.urlsafe_b64encode(f"{walk.number}:{start}".encode()).decode()
