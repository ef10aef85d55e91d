"""What a carrier does to a request and to its answer on their way, whatever the fake."""

import gzip
import hashlib
import logging
from collections.abc import Mapping

from kloudsync.testing.bodies import Unreadable, decode_body
from kloudsync.testing.exchange import FakeService, Reply
from kloudsync.testing.faults import Disrupted

KEPT = 128
_SMALLEST = 512
_OVERRIDE = "x-http-method-override"
_UNDONE = frozenset(("content-encoding", "content-length", "transfer-encoding", _OVERRIDE))

logger: logging.Logger = logging.getLogger("kloudsync.testing")


class Carrier:
    """Hands requests to a fake as it can read them, and its answers back as HTTP has them.

    Encoded bodies are decoded, `X-HTTP-Method-Override` is obeyed, HEAD is answered as GET
    without the body. Whatever a fake fails at is answered with 500 and logged, as a service
    would: it never becomes an exception of the program under test.

    Args:
        fake: The service.
    """

    def __init__(self, fake: FakeService) -> None:
        self._fake = fake
        self._compression = Compression()

    def carry(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Carry a request there and its answer back.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path.
            headers: The headers; names in any case.
            body: The body as it was sent.

        Raises:
            Disrupted: Where a fault breaks the connection.
        """
        asked = {name.lower(): value for name, value in headers.items()}
        verb = asked.get(_OVERRIDE, method).upper() if method == "POST" else method
        try:
            reply = self._handled(verb, url, asked, body)
        except Disrupted as disrupted:
            cut = disrupted.reply and _as_asked(disrupted.reply, verb)
            raise Disrupted(disrupted.kind, cut, disrupted.seconds) from disrupted
        return _as_asked(self._compression.apply(reply, asked), verb)

    def _handled(self, verb: str, url: str, asked: Mapping[str, str], body: bytes) -> Reply:
        headers = {name: value for name, value in asked.items() if name not in _UNDONE}
        understood = "GET" if verb == "HEAD" else verb
        try:
            return self._fake.handle(understood, url, headers, decode_body(body, asked))
        except Unreadable as unreadable:
            return unreadable.reply()
        except Disrupted:
            raise
        except Exception:
            logger.exception("the fake failed at %s", understood)
            return Reply(500, {"Content-Type": "text/plain"}, b"500 Internal Server Error\n")


def length_of(reply: Reply) -> dict[str, str]:
    """Return the header that tells the length of an answer, where it has one."""
    if reply.status in {204, 304} or "Content-Length" in reply.headers:
        return {}
    return {"Content-Length": str(len(reply.body))}


def _as_asked(reply: Reply, verb: str) -> Reply:
    """Leave the body out for those who asked for the head alone; its length is told."""
    if verb != "HEAD":
        return reply
    return Reply(reply.status, {**reply.headers, **length_of(reply)}, b"")


class Compression:
    """Compresses answers for clients that ask for it.

    Google compresses only if the User-Agent says `gzip` as well. Answers sent again are not
    compressed again.
    """

    def __init__(self) -> None:
        self._done: dict[bytes, bytes] = {}

    def apply(self, reply: Reply, asked: Mapping[str, str]) -> Reply:
        """Compress an answer if the request's headers, in lower case, allow it."""
        willing = all("gzip" in asked.get(name, "") for name in ("accept-encoding", "user-agent"))
        if not willing or len(reply.body) < _SMALLEST:
            return reply
        headers = {**reply.headers, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Reply(reply.status, headers, self._compress(reply.body))

    def _compress(self, body: bytes) -> bytes:
        name = hashlib.blake2b(body, digest_size=16).digest()
        if name not in self._done:
            if len(self._done) >= KEPT:
                self._done.pop(next(iter(self._done)))
            self._done[name] = gzip.compress(body, compresslevel=5, mtime=0)
        return self._done[name]
