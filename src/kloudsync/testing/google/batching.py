"""Many requests in one: `multipart/mixed` bodies of the batch endpoint."""

from collections.abc import Callable, Iterator, Mapping
from email.message import Message
from email.parser import BytesParser
from http import HTTPStatus

from kloudsync.testing.exchange import Reply
from kloudsync.testing.google.refusals import Refusal

PATH = "/batch/calendar/v3"
MOST = 50
"""How many requests fit into one."""

_BOUNDARY = "batch_kloudsync_testing"
_CARRIED = ("content-type", "content-length", "host", "accept-encoding")

Handle = Callable[[str, str, Mapping[str, str], bytes], Reply]


def answer_batch(handle: Handle, headers: Mapping[str, str], body: bytes) -> Reply:
    """Perform each part on its own and answer with the answers, in another order than asked.

    Args:
        handle: Performs one request.
        headers: Those of the whole; what a part does not say itself is taken from here.
        body: The parts.
    """
    parts = _parts(headers.get("content-type", ""), body)
    if len(parts) > MOST:
        message = f"The batch request contains too many calls: {len(parts)} above {MOST}."
        raise Refusal(400, "batchSizeTooLarge", message)
    outer = {name: value for name, value in headers.items() if name not in _CARRIED}
    answers = [_written(part, _performed(handle, outer, part)) for part in parts]
    # The service promises no order.
    lines = b"".join(f"--{_BOUNDARY}\r\n".encode() + each for each in reversed(answers))
    content_type = f"multipart/mixed; boundary={_BOUNDARY}"
    return Reply(200, {"Content-Type": content_type}, lines + f"--{_BOUNDARY}--\r\n".encode())


def _parts(content_type: str, body: bytes) -> list[Message]:
    whole = BytesParser().parsebytes(f"Content-Type: {content_type}\r\n\r\n".encode() + body)
    parts = [part for part in whole.walk() if part.get_content_type() == "application/http"]
    if whole.get_content_type() != "multipart/mixed" or not parts:
        raise Refusal(400, "badRequest", "The batch request could not be processed.")
    return parts


def _performed(handle: Handle, outer: Mapping[str, str], part: Message) -> Reply:
    head, _, body = _payload(part).replace(b"\r\n", b"\n").partition(b"\n\n")
    line, _, fields = head.partition(b"\n")
    method, url, *_ = [*line.decode().split(" "), ""]
    own = BytesParser().parsebytes(fields + b"\n\n")
    headers = {**outer, **{name.lower(): value for name, value in own.items()}}
    return handle(method, url, headers, body)


def _payload(part: Message) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _written(part: Message, reply: Reply) -> bytes:
    name = (part.get("Content-ID") or "").strip("<>")
    lines = [
        "Content-Type: application/http",
        *([f"Content-ID: <response-{name}>"] if name else []),
        "",
        f"HTTP/1.1 {reply.status} {HTTPStatus(reply.status).phrase}",
        *_fields(reply),
        "",
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + reply.body + b"\r\n"


def _fields(reply: Reply) -> Iterator[str]:
    for name, value in reply.headers.items():
        yield f"{name}: {value}"
    yield f"Content-Length: {len(reply.body)}"
