"""What a model is told of a tool: no more than it needs, since it reads all of them each time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mcp.server.fastmcp.tools import Tool
from mcp.types import ToolAnnotations


def tool_of(
    asked: Callable[..., Any], annotations: ToolAnnotations, *, context: str | None = None
) -> Tool:
    """Return a method as a tool; its docstring is what a model is told of it.

    Args:
        asked: The method.
        annotations: What the protocol calls it.
        context: Which of its parameters is the session rather than the model's; the first
            releases of the SDK do not find it where annotations are text.
    """
    tool = Tool.from_function(
        asked, annotations=annotations, structured_output=False, context_kwarg=context
    )
    whole = tool.parameters
    members = {name: slim(member) for name, member in whole["properties"].items()}
    required = {"required": whole["required"]} if "required" in whole else {}
    tool.parameters = {"type": "object", "properties": members, **required}
    return tool


def slim(member: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out of a parameter its title, which is its name, and that it may be null."""
    every: list[dict[str, Any]] = member.get("anyOf", [])
    kinds = [one for one in every if one != {"type": "null"}]
    given: dict[str, Any] = {**member, **kinds[0]} if len(kinds) == 1 else {**member}
    dropped = {"title", *(["anyOf"] if len(kinds) == 1 else [])}
    if given.get("default", ...) is None:
        dropped.add("default")
    return {name: value for name, value in given.items() if name not in dropped}
