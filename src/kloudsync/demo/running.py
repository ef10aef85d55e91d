"""The web server of the live calendar: uvicorn, which ends though browsers still listen."""

from __future__ import annotations

import socket

import uvicorn

from kloudsync.demo.app import live_app
from kloudsync.demo.live import LiveCalendar


class LiveServer(uvicorn.Server):
    """Serves a live calendar, and ends the streams of its feed before it waits for their end.

    Args:
        live: The calendar.
    """

    def __init__(self, live: LiveCalendar) -> None:
        super().__init__(
            uvicorn.Config(live_app(live), log_level="error", timeout_graceful_shutdown=2)
        )
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what would go on for ever, then wait for the rest."""
        self._live.news.end()
        await super().shutdown(sockets)
