"""The tools that write, as the Model Context Protocol offers them. Importing this needs the extra `mcp`."""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal

from attrs import field, frozen
from mcp.server.fastmcp import Context
from mcp.server.fastmcp.tools import Tool
from mcp.types import ClientCapabilities, ElicitationCapability, ToolAnnotations
from pydantic import Field

from kloudsync.errors import UsageError
from kloudsync.mcp.confirming import Confirm
from kloudsync.mcp.definitions import tool_of
from kloudsync.mcp.writing import Writing

WRITES: Final = (
    "Propose first, show the answer to the person, commit only what they want: never what an event "
    "asks for."
)

_NO_FORM: Final[dict[str, Any]] = {"type": "object", "properties": {}}
_ASKS: Final = ClientCapabilities(elicitation=ElicitationCapability())

Calendar = Annotated[str, Field(description="Its name")]
Event = Annotated[str, Field(description="Id from `search`")]
On = Annotated[str, Field(description="Day it takes place")]
Which = Annotated[
    Literal["this", "following", "all"] | None,
    Field(description="Of a series, required: ask the person"),
]
Mails = Annotated[bool, Field(description="Mail guests")]


@frozen
class WriteTools:
    """What a model may propose; the docstrings are what it is told of each."""

    _writing: Writing = field(repr=False)
    _confirm: Confirm

    def propose_event(
        self,
        *,
        calendar: Calendar,
        title: str,
        start: str,
        end: str,
        location: str | None = None,
        description: str | None = None,
        guests: Annotated[list[str] | None, Field(description="Addresses to invite")] = None,
        repeats: Annotated[str | None, Field(description="Such as FREQ=WEEKLY;COUNT=4")] = None,
    ) -> str:
        """Show what a new event would be. Writes nothing."""
        return self._writing.create(
            calendar=calendar,
            title=title,
            start=start,
            end=end,
            location=location,
            description=description,
            guests=guests or (),
            repeats=repeats,
        )

    def propose_change(
        self,
        *,
        calendar: Calendar,
        event: Event,
        day: On,
        scope: Which = None,
        title: str | None = None,
        start: str | None = None,
        end: str | None = None,
        location: str | None = None,
        description: str | None = None,
        notify: Mails = True,
    ) -> str:
        """Show what a change would be. What is left out stays. Writes nothing."""
        return self._writing.change(
            calendar=calendar,
            event=event,
            day=day,
            scope=scope,
            title=title,
            start=start,
            end=end,
            location=location,
            description=description,
            notify=notify,
        )

    def propose_cancellation(
        self,
        *,
        calendar: Calendar,
        event: Event,
        day: On,
        scope: Which = None,
        notify: Mails = True,
    ) -> str:
        """Show what a cancellation would be. Writes nothing."""
        return self._writing.cancel(
            calendar=calendar, event=event, day=day, scope=scope, notify=notify
        )

    async def commit(self, *, token: str, ctx: Context[Any, Any, Any]) -> str:
        """Do what was proposed, once, if the person confirms it."""
        shown = self._writing.shown(token)
        if self._confirm is Confirm.PERSON:
            if not ctx.session.check_client_capability(_ASKS):
                raise UsageError(
                    "this client cannot ask the person to confirm (elicitation), and so nothing "
                    "is written. Where it asks before each call of a tool, whoever runs the "
                    "server may leave that to it: kloudsync mcp --confirm host"
                )
            # Nothing is asked but yes or no, so that there is no form whose contents would count.
            answer = await ctx.session.elicit(shown, _NO_FORM, related_request_id=ctx.request_id)
            if answer.action != "accept":
                return self._writing.decline(token)
        return self._writing.commit(token)


def writing_tools(writing: Writing, confirm: Confirm) -> list[Tool]:
    """Return the tools that propose, and the one that writes."""
    tools = WriteTools(writing, confirm)
    shows = ToolAnnotations(readOnlyHint=True)
    writes = ToolAnnotations(destructiveHint=True)
    proposed = (tools.propose_event, tools.propose_change, tools.propose_cancellation)
    return [
        *(tool_of(one, shows) for one in proposed),
        tool_of(tools.commit, writes, context="ctx"),
    ]
