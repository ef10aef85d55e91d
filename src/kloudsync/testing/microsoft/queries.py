"""Query options of OData: which members an answer has, and which rows in what order."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft.call import Call, answer
from kloudsync.testing.microsoft.filters import value_at, wanted
from kloudsync.testing.microsoft.refusals import bad_request

PAGE, MOST = 10, 1000
"""How many rows a page has unless asked otherwise, and at most (the latter inferred)."""
_ALWAYS = ("@odata.type", "@odata.etag", "@removed", "id")
Thing = TypeVar("Thing")


def names_in(text: str) -> list[str]:
    """Split a list of names at commas that are in no parentheses."""
    names, depth = [""], 0
    for sign in text:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            names.append("")
        else:
            names[-1] += sign
    return [name.strip() for name in names if name.strip()]


def selected(resource: Resource, select: str) -> Resource:
    """Keep the members that `$select` names; without names, all."""
    if not select:
        return resource
    kept = {*_ALWAYS, *(name.partition("/")[0] for name in names_in(select))}
    return {name: value for name, value in resource.items() if name in kept}


def expansions(call: Call) -> dict[str, dict[str, str]]:
    """Read `$expand`: the options of each navigation property by its name."""
    found: dict[str, dict[str, str]] = {}
    for part in names_in(call.query.get("$expand")):
        name, _, inner = part.partition("(")
        options = (each.partition("=") for each in inner.removesuffix(")").split(";") if each)
        found[name.strip()] = {key.strip(): value for key, _, value in options}
    return found


def page_size(call: Call) -> int:
    """Read how many rows a page is to have: `$top`, or the page size that is preferred."""
    if "$top" in call.query:
        return min(call.number("$top", PAGE), MOST)
    preferred = call.prefers("odata.maxpagesize") or ""
    return min(int(preferred), MOST) if preferred.isdecimal() and int(preferred) > 0 else PAGE


def refuse_options(call: Call, *names: str) -> None:
    """Refuse query options that a method does not take."""
    for name in names:
        if name in call.query:
            raise bad_request(f"The query specified in the URI is not valid: '{name}'.")


def answer_list(
    call: Call,
    things: Sequence[Thing],
    render: Callable[[Thing], Resource],
    *,
    context: str = "Collection(event)",
    paged: bool = True,
) -> Reply:
    """Answer with a page of a list, filtered, ordered and cut as the query says.

    Args:
        call: The request.
        things: Everything that the list could hold.
        render: Writes one row.
        context: What the list is in the words of the metadata.
        paged: Whether the list comes in pages at all.
    """
    refuse_options(call, "$search")
    skip = call.number("$skip", 0)
    size = page_size(call) if paged else len(things) + 1
    rows: list[Resource] | None = None
    if "$filter" in call.query or "$orderby" in call.query:
        rows = _ordered([row for row in map(render, things) if wanted(row, call)], call)
    count = len(things) if rows is None else len(rows)
    cut = (
        [render(one) for one in things[skip : skip + size]] if rows is None else rows[skip:][:size]
    )
    body: Resource = {"@odata.context": f"{call.root}/$metadata#{context}"}
    if call.query.flag("$count"):
        body["@odata.count"] = count
    body["value"] = [selected(row, call.query.get("$select")) for row in cut]
    if size and skip + size < count:
        body["@odata.nextLink"] = call.link(**{"$skip": skip + size})
    return answer(body, headers=call.applied())


def _ordered(rows: list[Resource], call: Call) -> list[Resource]:
    for part in reversed(names_in(call.query.get("$orderby"))):
        path, _, direction = part.partition(" ")
        if direction.strip() not in {"", "asc", "desc"}:
            raise bad_request(f"Syntax error at '{direction}' in '$orderby'.")
        rows = sorted(rows, key=_order(path), reverse=direction.strip() == "desc")
    return rows


def _order(path: str) -> Callable[[Resource], Any]:
    def key(row: Resource) -> Any:
        value = value_at(row, path)
        if isinstance(value, (int, float)):
            return (0, value, "")
        return (1, 0, "" if value is None else str(value).lower())

    return key
