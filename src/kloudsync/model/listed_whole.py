"""Calendars that are listed whole in each pass, since nobody tells what changed: a part of a source."""

from __future__ import annotations

from collections.abc import Sequence

from kloudsync.errors import APIError


class ListedWhole:
    """What such sources answer alike: windows around the present, and files.

    They have no cursors, and no series that anybody divides while they look.
    """

    __slots__ = ()

    @property
    def incremental(self) -> bool:
        """Whether the service tells what changed since a pass: never."""
        return False

    @property
    def shifts(self) -> bool:
        """Whether what moves while a listing is read may be on none of its pages: if so, nothing tells."""
        return False

    def doubts(self, error: APIError) -> bool:
        """Tell that no error means a cursor: there are none."""
        del error
        return False

    def continuations(self, series: str, at: int) -> Sequence[str]:
        """Return no ids under which a series goes on."""
        del series, at
        return ()
