import gzip
import tracemalloc
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kloudsync.errors import AnswerTooLong, ConnectFailed, DecodeError
from kloudsync.http.body import Body


def read(packed: bytes, encoding: str | None, step: int = 7) -> bytes:
    """Decode a body that arrives in chunks of `step` bytes."""
    body = Body(encoding)
    for start in range(0, len(packed), step):
        body.add(packed[start : start + step])
    return body.finish()


@given(st.binary(max_size=2000), st.integers(1, 50), st.sampled_from(["gzip", "X-GZip ", None]))
def test_a_body_is_what_was_packed_however_it_is_cut_into_chunks(
    content: bytes, step: int, encoding: str | None
) -> None:
    """Decoding does not depend on where the network cuts."""
    packed = gzip.compress(content) if encoding else content
    assert read(packed, encoding, step) == content


def test_several_members_of_one_gzip_body_are_joined() -> None:
    """A gzip body may be a concatenation of members."""
    assert read(gzip.compress(b"left ") + gzip.compress(b"right"), "gzip") == b"left right"


def test_no_bytes_at_all_are_an_empty_body() -> None:
    """A 304 names an encoding and sends nothing."""
    assert read(b"", "gzip") == b""


@given(st.integers(1, 20))
def test_a_gzip_body_that_ends_early_is_a_broken_connection(missing: int) -> None:
    """Half an answer is never taken for a whole one."""
    with pytest.raises(ConnectFailed, match="broke off"):
        read(gzip.compress(b"content")[:-missing], "gzip")


def test_bytes_that_are_not_the_gzip_they_claim_are_refused() -> None:
    """A plain body under a gzip header is the service's mistake."""
    with pytest.raises(DecodeError, match="not the gzip"):
        read(b"<html>gateway</html>", "gzip")


@pytest.mark.parametrize("encoding", ["br", "zstd", "deflate", "gzip, gzip"])
def test_an_encoding_that_was_not_asked_for_is_refused(encoding: str) -> None:
    """Only what can be unpacked within bounds is taken."""
    with pytest.raises(DecodeError, match="not asked for"):
        Body(encoding)


@pytest.mark.parametrize("encoding", ["gzip", None])
def test_a_body_that_is_too_long_is_refused(
    encoding: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One byte above the largest answer is too many; the largest itself is not."""
    monkeypatch.setattr("kloudsync.http.body.LARGEST_ANSWER", 1000)
    pack = gzip.compress if encoding else bytes
    assert len(read(pack(bytes(1000)), encoding)) == 1000
    with pytest.raises(DecodeError, match="longer than 1000 bytes"):
        read(pack(bytes(1001)), encoding)


def test_a_gzip_bomb_never_unfolds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hundred megabytes in a single chunk cost no more memory than the largest answer."""
    monkeypatch.setattr("kloudsync.http.body.LARGEST_ANSWER", 1 << 20)
    packer = zlib.compressobj(wbits=16 + zlib.MAX_WBITS)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(100)) + packer.flush()
    body = Body("gzip")
    tracemalloc.start()
    try:
        with pytest.raises(DecodeError):
            body.add(bomb)
        assert tracemalloc.get_traced_memory()[1] < 6 << 20
    finally:
        tracemalloc.stop()


def test_bytes_that_unpack_to_nothing_count_on_the_wire(monkeypatch: pytest.MonkeyPatch) -> None:
    """One long member without content is as long as what was received."""
    monkeypatch.setattr("kloudsync.http.body.LARGEST_ANSWER", 1000)
    head = zlib.compressobj(wbits=31).flush(zlib.Z_SYNC_FLUSH)
    empty_block = b"\x00\x00\x00\xff\xff"
    with pytest.raises(AnswerTooLong):
        read(head + empty_block * 1000, "gzip")


def test_members_without_content_have_an_end() -> None:
    """Each takes time, and none fills the memory."""
    with pytest.raises(DecodeError, match="more than 4096 members"):
        read(gzip.compress(b"") * 5000, "gzip", 20)


def test_a_body_of_many_blocks_is_read() -> None:
    """Packers that work in blocks write a member for each."""
    packed = b"".join(gzip.compress(b"block") for _ in range(4000))
    assert read(packed, "gzip", 4096) == b"block" * 4000
