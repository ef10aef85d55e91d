"""The stretch of time that a mirror keeps in step; it moves with the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import field, frozen

from kloudsync.errors import UsageError


def _not_negative(window: object, attribute: object, value: timedelta) -> None:  # noqa: ARG001 - the validator's shape
    if value < timedelta(0):
        raise UsageError("a mirror's window reaches from the past to the future; give lengths >= 0")


@frozen(kw_only=True)
class MirrorWindow:
    """How far a mirror reaches.

    Attributes:
        back: How long an occurrence is kept in step after it ended.
        ahead: How far ahead occurrences are mirrored.
    """

    back: timedelta = field(default=timedelta(days=31), validator=_not_negative)
    ahead: timedelta = field(default=timedelta(days=90), validator=_not_negative)

    def at(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the window's bounds, aware, the end exclusive.

        Both lie on midnights in UTC, so that a day's pushes agree on what they cover.
        """
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return today - self.back, today + self.ahead + timedelta(days=1)
