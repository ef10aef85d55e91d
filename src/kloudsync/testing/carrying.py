"""What a carrier does to an answer on its way: compression, as the client allows it."""

import gzip
import hashlib
from collections.abc import Mapping

from kloudsync.testing.exchange import Reply

KEPT = 128
_SMALLEST = 512


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
