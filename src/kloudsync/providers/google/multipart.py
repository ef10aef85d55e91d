"""Requests and answers as parts of a `multipart/mixed` body (RFC 2046, section 5.1.3).

Each part is one HTTP message of the type `application/http` under a number of its own;
the answer to part 7 carries the id `response-7`, wherever in the answer it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from email.message import Message
from email.parser import BytesParser
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlsplit

from kloudsync.errors import DecodeError
from kloudsync.http.message import Headers, Request, Response

_STATUS_LINE: Final = re.compile(rb"HTTP/\d(?:\.\d)? (\d{3})")
_BLANK_LINE: Final = re.compile(rb"\r?\n\r?\n")
_NUMBER: Final = re.compile(r"<?response-(\d+)>?")


def write_parts(requests: Sequence[Request], base_url: str, url: str) -> Request:
    """Pack requests into one.

    Args:
        requests: What to pack; the first has the number 0.
        base_url: Where their paths begin.
        url: Where the whole goes.
    """
    parts = [_written(number, request, base_url) for number, request in enumerate(requests)]
    # A digest of the parts cannot stand in any of them.
    boundary = f"batch_{sha256(b''.join(parts)).hexdigest()}"
    lines = b"".join(f"--{boundary}\r\n".encode() + part for part in parts)
    headers = Headers((("Content-Type", f"multipart/mixed; boundary={boundary}"),))
    body = lines + f"--{boundary}--\r\n".encode()
    return Request(method="POST", path=url, headers=headers, body=body)


def read_parts(response: Response) -> Mapping[int, Response]:
    """Unpack answers, by the number of the request; parts that say nothing are left out.

    Raises:
        DecodeError: The answer is no such body.
    """
    content_type = response.headers.get("Content-Type") or ""
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    whole = BytesParser().parsebytes(head + response.body)
    if not whole.is_multipart():
        raise DecodeError(
            f"expected many answers in one, as multipart/mixed; found {content_type or 'nothing'}",
            response=response,
        )
    return dict(_answers(whole))


def _written(number: int, request: Request, base_url: str) -> bytes:
    target = urlsplit(request.url(base_url))._replace(scheme="", netloc="").geturl()
    body = request.body or b""
    fields = [*request.headers.pairs, *([("Content-Length", str(len(body)))] if body else [])]
    lines = [
        "Content-Type: application/http",
        "Content-Transfer-Encoding: binary",
        f"Content-ID: <{number}>",
        "",
        f"{request.method} {target} HTTP/1.1",
        *(f"{name}: {value}" for name, value in fields),
        "",
    ]
    return "\r\n".join(lines).encode() + b"\r\n" + body + b"\r\n"


def _answers(whole: Message[Any, Any]) -> Iterator[tuple[int, Response]]:
    for part in whole.walk():
        number = _NUMBER.fullmatch(str(part.get("Content-ID", "")).strip())
        payload = part.get_payload(decode=True)
        if number is None or not isinstance(payload, bytes):
            continue
        response = _read(payload)
        if response is not None:
            yield int(number[1]), response


def _read(payload: bytes) -> Response | None:
    status = _STATUS_LINE.match(payload)
    if status is None:
        return None
    head, *rest = _BLANK_LINE.split(payload, maxsplit=1)
    fields = BytesParser().parsebytes(head.partition(b"\n")[2] + b"\n\n")
    body = b"".join(rest).strip(b"\r\n")
    pairs = tuple((name, str(value)) for name, value in fields.items())
    return Response(status=int(status[1]), headers=Headers(pairs), body=body)
