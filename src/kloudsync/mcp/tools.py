"""The tools that read, as the Model Context Protocol offers them. Importing this needs the extra `mcp`."""

from __future__ import annotations

from typing import Annotated, Final

from attrs import field, frozen
from mcp.server.fastmcp.tools import Tool
from mcp.types import ToolAnnotations
from pydantic import Field

from kloudsync.mcp.definitions import tool_of
from kloudsync.mcp.questions import Questions

MOST: Final = 5000
"""Characters of an answer, where a model says nothing else."""

Most = Annotated[int, Field(description="Characters of answer, 300-50000")]
Zone = Annotated[str | None, Field(description="IANA zone of times; else the calendar's")]
Names = Annotated[list[str] | None, Field(description="Names from `calendars`; else all")]
Day = Annotated[
    str, Field(description="Day (2026-01-05; inclusive as an end), or time with offset")
]


@frozen
class Tools:
    """What a model may ask; the docstrings are what it is told of each."""

    _questions: Questions = field(repr=False)

    def calendars(self, *, most: Most = MOST) -> str:
        """List the calendars that there are, with their zones, and what day it is."""
        return self._questions.calendars(most)

    def agenda(
        self, *, start: Day, end: Day, calendars: Names = None, zone: Zone = None, most: Most = MOST
    ) -> str:
        """List what takes place, a line each, in order."""
        return self._questions.agenda(
            start=start, end=end, calendars=calendars or (), zone=zone, most=most
        )

    def free(
        self,
        *,
        start: Day,
        end: Day,
        minutes: int = 30,
        calendars: Names = None,
        hours: str = "09:00-17:00",
        zone: Zone = None,
        most: Most = MOST,
    ) -> str:
        """List when all calendars are free, Monday to Friday in `hours` (`any`: all week, all day)."""
        return self._questions.free(
            start=start,
            end=end,
            minutes=minutes,
            calendars=calendars or (),
            hours=hours,
            zone=zone,
            most=most,
        )

    def search(
        self,
        *,
        words: str,
        start: Day | None = None,
        end: Day | None = None,
        calendars: Names = None,
        zone: Zone = None,
        most: Most = MOST,
    ) -> str:
        """Find events with all words in title, place, text or people, with their ids.

        From 30 days ago to 180 days ahead unless told otherwise.
        """
        return self._questions.search(
            words=words, start=start, end=end, calendars=calendars or (), zone=zone, most=most
        )

    def changes(
        self, *, calendar: str, after: int = 0, zone: Zone = None, most: Most = MOST
    ) -> str:
        """List what changed in a calendar behind a position of its feed, oldest first.

        The answer says from where to ask on. Nothing is acknowledged.
        """
        return self._questions.changes(calendar=calendar, after=after, zone=zone, most=most)


def reading_tools(questions: Questions) -> list[Tool]:
    """Return the tools that read."""
    tools = Tools(questions)
    reads = ToolAnnotations(readOnlyHint=True, openWorldHint=False)
    asked = (tools.calendars, tools.agenda, tools.free, tools.search, tools.changes)
    return [tool_of(one, reads) for one in asked]
