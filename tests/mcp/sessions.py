"""A session with a server of tools, as a client of the protocol has it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

sdk = pytest.importorskip("mcp.shared.memory", reason="the extra mcp is not installed")
wire = pytest.importorskip("mcp.types")


def asked(
    server: Any, tool: str, *, person: Callable[[str], str] | None = None, **arguments: Any
) -> tuple[str, bool]:
    """Call a tool; returns the answer, and whether it is an error.

    Args:
        server: What is asked.
        tool: Its name.
        person: What the person answers to what is shown: accept, decline or cancel. A client
            without cannot ask anybody.
        **arguments: What is handed over.
    """

    async def ask(session: Any) -> tuple[str, bool]:
        result = await session.call_tool(tool, arguments)
        return result.content[0].text, bool(result.isError)

    answer: tuple[str, bool] = asyncio.run(within(server, ask, person))
    return answer


async def within(
    server: Any,
    work: Callable[[Any], Awaitable[Any]],
    person: Callable[[str], str] | None = None,
) -> Any:
    """Open a session, and do something in it."""

    async def answer(context: Any, params: Any) -> Any:
        action: Any = person(params.message) if person else "cancel"
        return wire.ElicitResult(action=action, content={} if action == "accept" else None)

    callback = None if person is None else answer
    open_session = sdk.create_connected_server_and_client_session
    async with open_session(server._mcp_server, elicitation_callback=callback) as session:
        return await work(session)
