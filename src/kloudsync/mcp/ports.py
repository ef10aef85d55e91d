"""What the tools that write need of a calendar."""

from __future__ import annotations

from typing import Protocol

from kloudsync.model.edits import Seen, Target, Wish


class EditableCalendar(Protocol):
    """A calendar that is edited in words that all providers share, blocking."""

    def owner(self) -> str | None:
        """Return by what id everybody else knows the calendar; None where that is not told."""
        ...

    def look(self, target: Target, wish: Wish | None = None) -> Seen:
        """Read what an edit is about, and refuse what cannot be."""
        ...

    def create(self, wish: Wish, key: bytes) -> str:
        """Create an event once, however often this is repeated with the same key."""
        ...

    def change(self, target: Target, wish: Wish, seen: Seen, *, notify: bool) -> None:
        """Change what was seen, unless it was changed since."""
        ...

    def cancel(self, target: Target, seen: Seen, *, notify: bool) -> None:
        """Delete what was seen, unless it was changed since."""
        ...
