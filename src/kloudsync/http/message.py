"""Requests and responses as plain values, free of any HTTP library's types."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.http.density import expect_contents
from kloudsync.http.depth import expect_shallow
from kloudsync.http.secret import Secret, SecretBytes

QueryValue = str | int | float | bool | None
Query = tuple[tuple[str, str], ...]

_RESERVED = re.compile(r"[^A-Za-z0-9_.~-]+")


def path(*segments: str) -> str:
    """Join path segments, each percent-encoded whole, so that ids may hold `/ # ? % @ +`.

    Raises:
        UsageError: A segment is no text, or empty or a dot segment, which would name another
            resource.
    """
    for segment in segments:
        if not _is_text(segment) or segment in ("", ".", ".."):
            raise UsageError(f"{segment!r} is not an id; pass the id of the resource")
    return "/".join(quote(_encodable(segment), safe="") for segment in segments)


def query(parameters: Mapping[str, QueryValue | Iterable[str]]) -> Query:
    """Turn parameters into query pairs; None is left out, lists repeat the name.

    Booleans become `true` and `false`, as JSON services expect them.
    """
    return tuple((name, _encodable(value)) for name, value in _pairs(parameters))


def _is_text(given: object) -> bool:
    # A caller's own mistake may be of any type.
    return isinstance(given, str)


def _encodable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError(f"{text!r} holds half a surrogate pair; pass valid text") from error
    return text


def _quoted(text: str) -> str:
    # What `urlencode` does, but for a look at each byte of what may stay as it is.
    return _RESERVED.sub(lambda found: quote_plus(found[0]), text)


def _pairs(parameters: Mapping[str, QueryValue | Iterable[str]]) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if value is None:
            continue
        if isinstance(value, bool):
            yield name, "true" if value else "false"
        elif isinstance(value, (str, int, float)):
            yield name, str(value)
        else:
            for item in value:
                yield name, item


@frozen
class Headers:
    """Header fields in order; names compare without case. The repr shows names only."""

    pairs: tuple[tuple[str, str], ...] = field(
        default=(), repr=lambda pairs: str([n for n, _ in pairs])
    )

    @classmethod
    def of(cls, fields: Mapping[str, str]) -> Headers:
        """Take header fields from a mapping."""
        return cls(tuple(fields.items()))

    def get(self, name: str) -> str | None:
        """Return the first value of a header field, or None."""
        wanted = name.lower()
        return next((value for key, value in self.pairs if key.lower() == wanted), None)

    def merged(self, fields: Mapping[str, str]) -> Headers:
        """Return these header fields with others put in their place or added."""
        if not self.pairs:
            return Headers.of(fields)
        names = {name.lower() for name in fields}
        kept = tuple(pair for pair in self.pairs if pair[0].lower() not in names)
        return Headers((*kept, *fields.items()))

    def __contains__(self, name: str) -> bool:
        """Tell whether a header field is present."""
        return self.get(name) is not None


def _shown_path(path: str) -> str:
    return repr(path if isinstance(path, Secret) else path.partition("?")[0])


@frozen(kw_only=True)
class Request:
    """One HTTP request, described and not yet sent. The repr shows no values but the path.

    Attributes:
        method: The HTTP verb, in capitals.
        path: The percent-encoded path below the service's base URL, without a leading
            slash; or an absolute URL, which never receives the service's credentials
            unless it lies on the service's own host. A `Secret` is shown nowhere.
        query: Query pairs, in order.
        headers: Header fields; credentials are added while performing.
        body: The bytes to send, or None.
    """

    method: str
    path: str = field(repr=_shown_path)
    query: Query = field(default=(), repr=lambda pairs: str([name for name, _ in pairs]))
    headers: Headers = Headers()
    body: bytes | None = field(default=None, repr=False)

    def url(self, base_url: str) -> str:
        """Return the absolute URL below a base URL."""
        url = self.path if "://" in self.path else f"{base_url.rstrip('/')}/{self.path}"
        if not self.query:
            return url
        encoded = "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in self.query)
        return f"{url}{'&' if '?' in url else '?'}{encoded}"

    def with_query(self, **parameters: QueryValue) -> Request:
        """Return this request with query parameters put in their place or added."""
        kept = tuple(pair for pair in self.query if pair[0] not in parameters)
        return self._but(kept + query(parameters), self.headers)

    def with_headers(self, fields: Mapping[str, str]) -> Request:
        """Return this request with header fields put in their place or added."""
        return self._but(self.query, self.headers.merged(fields))

    def over(self, headers: Headers, query: Query = ()) -> Request:
        """Return this request with header fields that its own go before, and more of a query."""
        return self._but(self.query + query, headers.merged(dict(self.headers.pairs)))

    def _but(self, query: Query, headers: Headers) -> Request:
        # Each try makes two of these; `evolve` takes several times as long.
        return Request(
            method=self.method, path=self.path, query=query, headers=headers, body=self.body
        )


@frozen(kw_only=True)
class Response:
    """One HTTP answer, read to its end. The repr never shows the body.

    Attributes:
        status: The HTTP status code.
        headers: Header fields as received.
        body: The decoded bytes.
    """

    status: int
    headers: Headers = Headers()
    body: bytes = field(default=b"", repr=False)

    @property
    def text(self) -> str:
        """The body as UTF-8 text; bytes that are not UTF-8 are replaced."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Parse the body as JSON.

        Raises:
            ValueError: The body is not JSON, or hardly anything but brackets, or nested too deeply.
        """
        expect_contents(self.body)
        expect_shallow(self.body)
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("the JSON is nested too deeply") from error


def json_request(
    method: str,
    location: str,
    *,
    parameters: Mapping[str, QueryValue | Iterable[str]] | None = None,
    content: object | None = None,
) -> Request:
    """Describe a request of a JSON service; `content` is encoded as the body unless None.

    Raises:
        UsageError: The content holds NaN, an infinity, or text that is not valid Unicode.
    """
    pairs = query(parameters or {})
    if content is None:
        return Request(method=method, path=location, query=pairs)
    try:
        text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        body = text.encode()
    except ValueError as error:
        raise UsageError(f"the content cannot be sent as JSON ({error})") from error
    headers = Headers((("Content-Type", "application/json"),))
    return Request(method=method, path=location, query=pairs, headers=headers, body=body)


def form_request(location: str, fields: Mapping[str, str]) -> Request:
    """Describe a POST of form fields, as OAuth token endpoints want them."""
    headers = Headers((("Content-Type", "application/x-www-form-urlencoded"),))
    body = SecretBytes(urlencode(fields).encode())
    return Request(method="POST", path=location, headers=headers, body=body)
