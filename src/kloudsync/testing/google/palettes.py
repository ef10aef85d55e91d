"""The colours that ids refer to: `colors`."""

from collections.abc import Mapping

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google.call import Call, answer

_DARK, _CALENDAR, _EVENT = "#1d1d1d", 24, 11


def _palette(size: int) -> Mapping[str, tuple[str, str]]:
    """Spread colours over the wheel; which ones they are means nothing."""
    wheel = (
        f"#{40 + number * 67 % 200:02x}{225 - number * 29 % 190:02x}{60 + number * 43 % 190:02x}"
        for number in range(size)
    )
    return {str(number): (background, _DARK) for number, background in enumerate(wheel, 1)}


CALENDAR_COLORS = {**_palette(_CALENDAR), "14": ("#9fe1e7", "#000000")}
"""Background and foreground of calendars, by id."""

EVENT_COLORS = _palette(_EVENT)
"""Background and foreground of events, by id."""


def get_colors(_: Call) -> Reply:
    """Answer `colors.get`."""
    return answer(
        {
            "kind": "calendar#colors",
            "updated": "2012-02-14T00:00:00.000Z",
            "calendar": _written(CALENDAR_COLORS),
            "event": _written(EVENT_COLORS),
        }
    )


def _written(palette: Mapping[str, tuple[str, str]]) -> Resource:
    return {
        number: {"background": background, "foreground": foreground}
        for number, (background, foreground) in palette.items()
    }
