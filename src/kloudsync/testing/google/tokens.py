"""Sync tokens: opaque to clients, a small protobuf inside, as Google's are."""

import base64
import binascii
import zlib

from kloudsync.testing.google.refusals import full_sync_required, invalid_sync_token

_MARK, _AGAIN, _ROLE, _HASH, _HASH_AGAIN = 0x08, 0x10, 0x18, 0x20, 0x28


def write_sync_token(mark: int, scope: str) -> str:
    """Write the token that continues after `mark`.

    Args:
        mark: The stamp of the last change that its holder has seen.
        scope: Account, calendar and parameters; the token is good for nothing else.
    """
    seal = zlib.crc32(scope.encode())
    fields = ((_MARK, mark), (_AGAIN, mark), (_ROLE, 5), (_HASH, seal), (_HASH_AGAIN, seal))
    raw = b"".join(bytes([tag]) + _varint(value) for tag, value in fields)
    return base64.urlsafe_b64encode(raw).decode()


def read_sync_token(token: str, scope: str) -> int:
    """Read the mark of a token.

    Raises:
        Refusal: 400 if it is no token; 410 if it is one of another scope or has expired.
    """
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_sync_token() from error
    mark, rest = _read_varint(raw[1:])
    if raw[:1] != bytes([_MARK]) or not rest:
        raise invalid_sync_token()
    if token != write_sync_token(mark, scope):
        raise full_sync_required()
    return mark


def _varint(value: int) -> bytes:
    parts: list[int] = []
    while value > 0x7F:
        parts.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*parts, value])


def _read_varint(raw: bytes) -> tuple[int, bytes]:
    value = 0
    for index, part in enumerate(raw):
        value |= (part & 0x7F) << (7 * index)
        if part < 0x80:
            return value, raw[index + 1 :]
    return value, b""
