"""What passes between a client and a fake service, whatever carries it."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qsl, urlsplit

import attrs

Resource = dict[str, Any]
"""A JSON object, as on the wire."""

CREDENTIALS = frozenset(("access_token", "oauth_token", "key", "api_key"))

_LONGEST = 18


class Reply(NamedTuple):
    """An answer of a fake service.

    Attributes:
        status: The HTTP status.
        headers: Its headers, without those that the carrier adds.
        body: Its body, not compressed.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


class FakeService(Protocol):
    """A fake that answers requests, wherever they come from."""

    @property
    def base_path(self) -> str:
        """The path that the service's own paths follow."""
        ...

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request; raises `Disrupted` where the network would fail."""
        ...


@attrs.frozen
class RequestLine:
    """One request as a fake's log keeps it; credentials are left out.

    Attributes:
        method: The HTTP verb.
        path: The path as it was sent, still encoded.
        query: The query parameters; repeated ones are joined by commas.
        status: The status of the answer; 0 if the connection broke first.
        operation: The vendor's name of the method, such as `events.list`; empty if unknown.
    """

    method: str
    path: str
    query: Mapping[str, str]
    status: int
    operation: str = ""


def is_form(headers: Mapping[str, str]) -> bool:
    """Tell whether a body holds form fields, by the headers of its request in lower case."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    return kind == "application/x-www-form-urlencoded"


class Query:
    """The query of a request.

    Args:
        pairs: Names and values in the order of the URL, decoded.
    """

    def __init__(self, pairs: Sequence[tuple[str, str]]) -> None:
        self.pairs = pairs

    @classmethod
    def parse(cls, text: str) -> "Query":
        """Read the part of a URL after the question mark."""
        return cls(parse_qsl(text, keep_blank_values=True))

    def joined(self, form: bytes) -> "Query":
        """Join parameters that were sent as a form in the body."""
        pairs = parse_qsl(form.decode(errors="replace"), keep_blank_values=True)
        return Query([*self.pairs, *pairs])

    def __contains__(self, name: str) -> bool:
        """Tell whether a parameter was sent."""
        return any(key == name for key, _ in self.pairs)

    def get(self, name: str, default: str = "") -> str:
        """Read a parameter; the last value counts."""
        values = self.all(name)
        return values[-1] if values else default

    def number(self, name: str, default: int) -> int | None:
        """Read a whole number; None where what was sent is none."""
        text = self.get(name, str(default))
        return int(text) if text.isdecimal() and len(text) <= _LONGEST else None

    def all(self, name: str) -> list[str]:
        """Read a parameter that may be repeated."""
        return [value for key, value in self.pairs if key == name]

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Read a boolean parameter."""
        return self.get(name, str(default)).lower() == "true"

    def public(self) -> dict[str, str]:
        """Collect what a log may keep: everything but credentials, repeated values joined."""
        names = dict.fromkeys(key for key, _ in self.pairs if key not in CREDENTIALS)
        return {name: ",".join(self.all(name)) for name in names}


@attrs.frozen(kw_only=True)
class Request:
    """What a fake is asked.

    Attributes:
        method: The HTTP verb.
        url: The URL or path as it was sent.
        path: The path, still encoded.
        query: The query parameters.
        headers: The headers, names in lower case.
        body: The body, not compressed.
    """

    method: str
    url: str
    path: str
    query: Query
    headers: Mapping[str, str]
    body: bytes = b""

    @classmethod
    def read(cls, method: str, url: str, headers: Mapping[str, str], body: bytes) -> "Request":
        """Take a request apart; names of headers may be in any case."""
        target = urlsplit(url)
        return cls(
            method=method,
            url=url,
            path=target.path,
            query=Query.parse(target.query),
            headers={name.lower(): value for name, value in headers.items()},
            body=body,
        )

    def with_form(self) -> "Request":
        """Return the request with the fields of a form among its parameters, if its body is one."""
        if not is_form(self.headers):
            return self
        return attrs.evolve(self, query=self.query.joined(self.body), body=b"")
