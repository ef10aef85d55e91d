"""Many calls of Graph in one request: JSON (json-batching).

A part that is refused for the mailbox's limit of four at once comes within an answer that went
well; it is sent again like any other call.
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from kloudsync.errors import DecodeError, UsageError
from kloudsync.http.batching import BatchAnswer, expect_own, perform_together
from kloudsync.http.codec import decode_json
from kloudsync.http.json_kinds import Item, is_array, is_object
from kloudsync.http.message import Headers, Request, Response, json_request
from kloudsync.http.operation import Operation
from kloudsync.http.setting import Ports, Setting

T = TypeVar("T")

MOST_PARTS: Final = 20
"""How many calls travel together; more are divided among several requests."""


def batch(operations: Sequence[Operation[Any]]) -> Operation[Mapping[int, Response]]:
    """Describe calls as one, which answers with their raw answers by place in the sequence.

    Args:
        operations: At most 20 calls of the service.

    Raises:
        UsageError: They are too many, or one goes to another host.
    """
    if len(operations) > MOST_PARTS:
        raise UsageError(f"{len(operations)} calls in one batch; at most {MOST_PARTS} are possible")
    expect_own(operations)
    parts = [_part(number, one.request) for number, one in enumerate(operations)]
    return Operation(
        name="batch",
        request=json_request("POST", "$batch", content={"requests": parts}),
        decode=_read,
        repeatable=all(operation.repeatable for operation in operations),
    )


async def perform_batch(
    operations: Iterable[Operation[T]], setting: Setting, ports: Ports
) -> list[BatchAnswer[T]]:
    """Perform calls together; see `perform_together`."""
    return await perform_together(operations, batch, MOST_PARTS, setting, ports)


def _part(number: int, request: Request) -> Item:
    part: Item = {"id": str(number), "method": request.method, "url": request.url("")}
    if request.headers.pairs:
        part["headers"] = dict(request.headers.pairs)
    if request.body is not None:
        part["body"] = json.loads(request.body)
    return part


def _read(response: Response) -> Mapping[int, Response]:
    told = decode_json(response)
    answers = told.get("responses") if is_object(told) else None
    if not is_array(answers):
        raise DecodeError("expected the answers to a batch @ responses")
    read = (_answer(one) for one in answers if is_object(one))
    return dict(one for one in read if one is not None)


def _answer(item: Item) -> tuple[int, Response] | None:
    name, status = item.get("id"), item.get("status")
    if not isinstance(name, str) or not name.isdecimal() or type(status) is not int:
        return None
    held = item.get("headers")
    fields: Item = held if is_object(held) else {}
    headers = Headers.of({str(key): str(value) for key, value in fields.items()})
    return int(name), Response(status=status, headers=headers, body=_body(item.get("body")))


def _body(body: Any) -> bytes:
    """Return what an answer holds: JSON as such, anything else in base64."""
    if body is None:
        return b""
    if isinstance(body, str):
        try:
            return b64decode(body, validate=True)
        except (NoBase64, ValueError):
            return body.encode()
    return json.dumps(body).encode()
