"""A request to the fake, read and authorised, and the answers to it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import attrs

from kloudsync.testing.exchange import Query, Reply, Resource
from kloudsync.testing.salesloft.refusals import JSON, invalid
from kloudsync.testing.salesloft.state import State


@attrs.frozen(kw_only=True)
class Call:
    """One request, addressed to one operation of the API.

    Attributes:
        state: What the service holds.
        names: The variable parts of the path, decoded.
        query: The query parameters.
        body: The JSON object that was sent; empty if none was.
        now: The present instant.
    """

    state: State
    names: tuple[str, ...]
    query: Query
    body: Mapping[str, Any]
    now: datetime

    def integer(self, name: str, default: int, most: int | None = None) -> int:
        """Read a positive number; what is out of range is corrected without a word."""
        sent = self.query.number(name, default)
        number = default if sent is None else max(1, sent)
        return number if most is None else min(number, most)

    def moment(self, name: str) -> datetime | None:
        """Read a time of the query."""
        if name not in self.query:
            return None
        try:
            moment = datetime.fromisoformat(self.query.get(name))
        except ValueError as error:
            raise invalid({name: ["is not an ISO 8601 date-time"]}) from error
        if moment.tzinfo is None:
            raise invalid({name: ["has no offset"]})
        return moment

    def chosen(self, name: str) -> set[str]:
        """Read a list of the query, sent as `name[]` repeated, or once with commas."""
        one = self.query.get(name)
        return {*self.query.all(f"{name}[]"), *filter(None, one.split(","))}


def answer(data: object, status: int = 200) -> Reply:
    """Answer with something in the envelope."""
    return Reply(status, JSON, json.dumps({"data": data}).encode())


def page_of(
    call: Call, rows: Sequence[Resource], *, sort_by: str, descending: bool = True
) -> Reply:
    """Answer with a page of rows that are counted by pages."""
    size, number = call.integer("per_page", 25, 100), call.integer("page", 1)
    shown = rows[(number - 1) * size : number * size]
    paging: Resource = {
        "per_page": size,
        "current_page": number,
        "next_page": number + 1 if number * size < len(rows) else None,
        "prev_page": number - 1 if number > 1 else None,
    }
    if call.query.flag("include_paging_counts"):
        paging |= {"total_pages": -(-len(rows) // size), "total_count": len(rows)}
    direction = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    metadata = {
        "filtering": {},
        "paging": paging,
        "sorting": {"sort_by": sort_by, "sort_direction": direction},
    }
    return Reply(200, JSON, json.dumps({"data": shown, "metadata": metadata}).encode())


def rows_after(call: Call, rows: Sequence[Resource]) -> Reply:
    """Answer with the rows behind an id, in order of id."""
    after, size = call.query.number("id[gt]", 0), call.integer("per_page", 25, 100)
    if after is None:
        raise invalid({"id[gt]": ["is not a number"]})
    behind = [row for row in rows if row["id"] > after]
    return answer(behind[:size])
