"""A request to the fake, read and authorised."""

import json
from collections.abc import Mapping, Sequence

import attrs

from kloudsync.testing.bodies import read_object
from kloudsync.testing.exchange import Query, Reply, Resource
from kloudsync.testing.kloudless.refusals import JSON, invalid, not_found
from kloudsync.testing.kloudless.shapes import BODIES
from kloudsync.testing.kloudless.state import State
from kloudsync.testing.shapes import ANY, misfits

LARGEST_PAGE = 1000
_USUAL_PAGE = 50


@attrs.frozen(kw_only=True)
class Call:
    """One request, addressed to one method of the API.

    Attributes:
        state: What the service holds.
        operation: The name of the method, such as `activity.list`.
        version: The version of the API.
        names: The variable parts of the path, decoded, without the account.
        query: The query parameters.
        headers: The headers, names in lower case.
        body: The bytes that were sent.
        accounts: The accounts that it acts for; none where it needs none.
    """

    state: State
    operation: str
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
            body = read_object(self.body)
        except ValueError as error:
            raise invalid("body") from error
        for path in misfits(body, BODIES.get(self.operation, ANY)):
            raise invalid(path)
        return body

    def page_size(self) -> int:
        """Read how many objects are wanted."""
        size = self.query.number("page_size", _USUAL_PAGE)
        if size is None or not 1 <= size <= LARGEST_PAGE:
            raise invalid("page_size")
        return size


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
    size, number = call.page_size(), call.query.number("page", 1)
    if not number:
        raise invalid("page")
    shown = items[(number - 1) * size : number * size]
    if not shown and number > 1:
        raise not_found("Page")
    page: Resource = {
        "type": "object_list",
        "api": api,
        "count": len(shown),
        "total": len(items),
        "page": number,
        "objects": list(shown),
    }
    return answer(page)


def _start(page: str) -> int:
    if page in {"", "1"}:
        return 0
    start = Query([("", page.removeprefix("after-"))]).number("", 0)
    if start is None or not page.startswith("after-"):
        raise invalid("page")
    return start
