"""The palettes that colour ids refer to."""

from __future__ import annotations

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.providers.google.resources.request import call
from kloudsync.providers.google.wire.colors import Palettes


class Colors(Resource[C_co]):
    """The colours of calendars and events."""

    @endpoint
    @staticmethod
    def get(*, fields: str | None = None) -> Operation[Palettes]:
        """Read both palettes.

        Args:
            fields: A mask of the members wanted.
        """
        return call("colors.get", "GET", "colors", Palettes, {"fields": fields})
