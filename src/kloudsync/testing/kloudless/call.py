"""A request to the fake, read and authorised."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

import attrs

from kloudsync.testing.exchange import Query, Reply, Resource
from kloudsync.testing.kloudless.refusals import JSON, invalid, not_found
from kloudsync.testing.kloudless.state import State

LARGEST_PAGE = 1000
_USUAL_PAGE = 50


@attrs.frozen(kw_only=True)
class Call:
    """One request, addressed to one method of the API.

    Attributes:
        state: What the service holds.
        version: The version of the API.
        names: The variable parts of the path, decoded, without the account.
        query: The query parameters.
        headers: The headers, names in lower case.
        body: The bytes that were sent.
        accounts: The accounts that it acts for; none where it needs none.
    """

    state: State
    version: int
    names: tuple[str, ...]
    query: Query
    headers: Mapping[str, str]
    body: bytes
    accounts: tuple[int, ...] = ()

    @property
    def account(self) -> int:
        """The one account that it acts for."""
        return self.accounts[0]

    @property
    def wants_raw(self) -> bool:
        """Whether answers carry the upstream object."""
        return self.headers.get("x-kloudless-raw-data") == "true"

    def sent(self) -> Resource:
        """Read the JSON object that was sent; an empty body is an empty object."""
        try:
            body: Any = json.loads(self.body) if self.body else {}
        except ValueError as error:
            raise invalid("body") from error
        if not isinstance(body, dict):
            raise invalid("body")
        return cast("Resource", body)

    def page_size(self) -> int:
        """Read how many objects are wanted."""
        text = self.query.get("page_size", str(_USUAL_PAGE))
        if not text.isdigit() or not 1 <= int(text) <= LARGEST_PAGE:
            raise invalid("page_size")
        return int(text)


def answer(resource: Resource, status: int = 200) -> Reply:
    """Answer with a JSON object."""
    return Reply(status, JSON, json.dumps(resource).encode())


def nothing() -> Reply:
    """Answer that it is done."""
    return Reply(204, {}, b"")


def page_of(call: Call, items: Sequence[Resource], api: str) -> Reply:
    """Answer with a page whose successor has an opaque name."""
    size = call.page_size()
    start = _start(call.query.get("page"))
    shown = items[start : start + size]
    more = start + size < len(items)
    page: Resource = {
        "type": "object_list",
        "api": api,
        "count": len(shown),
        "page": call.query.get("page") or "1",
        "next_page": f"after-{start + size}" if more else None,
        "objects": list(shown),
    }
    return answer(page)


def numbered_page(call: Call, items: Sequence[Resource], api: str) -> Reply:
    """Answer with a page of an older listing: numbered, with a total, 404 behind the last."""
    size, text = call.page_size(), call.query.get("page", "1")
    if not text.isdigit() or int(text) < 1:
        raise invalid("page")
    shown = items[(int(text) - 1) * size : int(text) * size]
    if not shown and int(text) > 1:
        raise not_found("Page")
    page: Resource = {
        "type": "object_list",
        "api": api,
        "count": len(shown),
        "total": len(items),
        "page": int(text),
        "objects": list(shown),
    }
    return answer(page)


def _start(page: str) -> int:
    if page in {"", "1"}:
        return 0
    if not page.startswith("after-") or not page[6:].isdigit():
        raise invalid("page")
    return int(page[6:])
