"""What reaches the terminal: text of strangers is shown, and steers nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from kloudsync.model.visible import visible
from kloudsync.runtime.clock import SystemClock


class Terminal(Console):
    """A console on which no text breaks out of its line.

    All text passes, whoever wrote it: what is printed as lines is printed line by line. Brackets
    and colons in it are what they are, and neither styles, links nor pictures.

    Args:
        **options: What else a console takes.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, **options)

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments of something to show."""
        return super().render(_harmless(renderable), options)


console: Terminal = Terminal()
"""Where commands print what they were asked for."""

beside: Terminal = Terminal(stderr=True)
"""Where they print what is no part of that, so that other programs can read the rest."""


def _harmless(renderable: RenderableType) -> RenderableType:
    if not isinstance(renderable, Text):
        return renderable
    shown = renderable.blank_copy(visible(renderable.plain))
    # There are as many characters as before, so that styles stay where they are.
    shown.spans = renderable.spans
    return shown


WATCH_EVERY: Final = 2.0
"""Seconds between two looks of who watches."""


def repeated(terminal: Terminal, show: Callable[[], object], watch: bool) -> None:
    """Show something, and again every two seconds for whoever watches; Ctrl-C ends it."""
    show()
    while watch:
        SystemClock().sleep(WATCH_EVERY)
        if terminal.is_terminal:
            terminal.clear()
        show()
