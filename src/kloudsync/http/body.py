"""An answer's body while it arrives: decoded here, so that its size stays bounded.

A library that unpacks for us would expand a few compressed kilobytes to
gigabytes before anybody could object. Only gzip is asked for, and it is
unpacked no further than the largest answer that is accepted.
"""

from __future__ import annotations

import zlib

from kloudsync.errors import AnswerTooLong, ConnectFailed, DecodeError

LARGEST_ANSWER = 64 * 1024 * 1024
"""Answers longer than this many bytes, decoded or on the wire, are refused before their end."""

MOST_MEMBERS = 4096
"""Members of one gzip body; files that are packed in blocks have one per 64 KiB of content."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
# Larger pieces take twice the time: the system hands out fresh memory for each of them.
_PIECE = 256 * 1024


class Body:
    """Collects the chunks of one body, as they come off the connection.

    Args:
        encoding: The value of `Content-Encoding`, or None where the chunks are plain.

    Raises:
        DecodeError: The encoding is not one that was asked for.
    """

    def __init__(self, encoding: str | None = None) -> None:
        named = (encoding or "identity").strip().lower()
        if named not in ("identity", "gzip", "x-gzip"):
            raise DecodeError(f"the answer is encoded as {named[:40]!r}, which was not asked for")
        self._zipped = named != "identity"
        self._member = zlib.decompressobj(_GZIP_WINDOW)
        self._begun = False
        self._pieces: list[bytes] = []
        self._size = self._received = self._members = 0

    def add(self, chunk: bytes) -> None:
        """Take the next chunk.

        Raises:
            AnswerTooLong: The body grew too long.
            DecodeError: It is not what its encoding says.
        """
        # What unpacks to nothing fills no memory, but takes time for as long as it comes.
        self._received += len(chunk)
        if self._zipped:
            self._unpack(chunk)
        else:
            self._keep(chunk)
        if max(self._size, self._received) > LARGEST_ANSWER:
            raise AnswerTooLong(
                f"the answer is longer than {LARGEST_ANSWER} bytes; ask for smaller pages"
            )

    def finish(self) -> bytes:
        """Return the whole body.

        Raises:
            ConnectFailed: The body ended before its encoding did.
        """
        if self._begun and not self._member.eof:
            raise ConnectFailed("the answer broke off before its end")
        return b"".join(self._pieces)

    def _keep(self, piece: bytes) -> None:
        self._pieces.append(piece)
        self._size += len(piece)

    def _begin_member(self) -> None:
        self._members += 1
        if self._members >= MOST_MEMBERS:
            raise DecodeError(f"the answer's gzip has more than {MOST_MEMBERS} members")
        self._member = zlib.decompressobj(_GZIP_WINDOW)

    def _unpack(self, packed: bytes) -> None:
        while packed and self._size <= LARGEST_ANSWER:
            if self._member.eof:  # a gzip file may hold several members (RFC 1952, section 2.2)
                self._begin_member()
            self._begun = True
            room = LARGEST_ANSWER + 1 - self._size
            try:
                self._keep(self._member.decompress(packed, min(room, _PIECE)))
            except zlib.error as error:
                raise DecodeError(f"the answer is not the gzip that it claims ({error})") from error
            packed = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
