"""Many requests in one: JSON batches."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Final, cast

from kloudsync.testing.bodies import read_object
from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.microsoft.refusals import JSON, bad_request

PATH: Final = "/$batch"
MOST: Final = 20
"""How many requests fit into one."""
AT_ONCE: Final = 4
"""How many of one mailbox the service runs at a time."""

Handle = Callable[[str, str, Mapping[str, str], bytes], Reply]


def answer_batch(
    handle: Handle, root: str, headers: Mapping[str, str], body: bytes, *, overflows: bool = False
) -> Reply:
    """Perform each part on its own and answer with the answers, in another order than asked.

    Args:
        handle: Performs one request.
        root: The address of the service with its version.
        headers: Those of the whole; only who asks is taken from them.
        body: The parts.
        overflows: Whether parts beyond those that run at once are throttled.
    """
    parts = _parts(body)
    statuses: dict[str, int] = {}
    answers: list[Resource] = []
    for number, part in enumerate(parts):
        name = str(part["id"])
        if any(statuses.get(str(other), 0) >= 400 for other in part.get("dependsOn") or ()):
            reply = _failed(424, "FailedDependency", "A request that this depends on failed.")
        elif overflows and number >= AT_ONCE:
            reply = _failed(429, "ApplicationThrottled", "Application is over its limit.", "1")
        else:
            reply = _performed(handle, root, headers, part)
        statuses[name] = reply.status
        answers.append(_written(name, reply))
    # The service promises no order.
    return Reply(200, JSON, encode({"responses": answers[::-1]}))


def _parts(body: bytes) -> list[Resource]:
    try:
        parts = read_object(body).get("requests")
    except ValueError as error:
        raise bad_request("Invalid batch payload format.") from error
    if not isinstance(parts, list) or not parts:
        raise bad_request("Invalid batch payload format.")
    requests = cast("list[Resource]", parts)
    if len(requests) > MOST:
        raise bad_request(f"The number of requests in the batch exceeds the limit of {MOST}.")
    whole = all(map(_is_whole, requests))
    if not whole or len({part["id"] for part in requests}) < len(requests):
        raise bad_request("Each request of a batch has an id of its own, a method and a url.")
    known: set[object] = set()
    for part in requests:
        if not known.issuperset(part.get("dependsOn") or ()):
            raise bad_request("A request depends on one that does not come before it.")
        known.add(part["id"])
    return requests


def _is_whole(part: object) -> bool:
    if not isinstance(part, dict):
        return False
    said = cast("Resource", part)
    return all(isinstance(said.get(name), str) for name in ("id", "method", "url"))


def _performed(handle: Handle, root: str, outer: Mapping[str, str], part: Resource) -> Reply:
    own = cast("Mapping[str, str]", part.get("headers") or {})
    kept = {name: outer[name] for name in ("authorization", "client-request-id") if name in outer}
    headers = {**kept, **{name.lower(): value for name, value in own.items()}}
    path = str(part["url"])
    url = root + (path if path.startswith("/") else f"/{path}")
    sent = json.dumps(part["body"]).encode() if part.get("body") is not None else b""
    return handle(str(part["method"]).upper(), url, headers, sent)


def _failed(status: int, code: str, message: str, wait: str = "") -> Reply:
    headers = JSON | ({"Retry-After": wait} if wait else {})
    return Reply(status, headers, encode({"error": {"code": code, "message": message}}))


def _written(name: str, reply: Reply) -> Resource:
    answer: Resource = {"id": name, "status": reply.status, "headers": dict(reply.headers)}
    if not reply.body:
        return answer
    if "json" in reply.headers.get("Content-Type", ""):
        return answer | {"body": json.loads(reply.body)}
    return answer | {"body": base64.b64encode(reply.body).decode()}
