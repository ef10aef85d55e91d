import asyncio
import gzip
import sys
from collections.abc import AsyncIterator, Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread
from types import ModuleType
from typing import Any

import httpx
import pytest
from tests.http.drives import (
    AwaitingDrive,
    BlockingDrive,
    Drive,
    Script,
    blocking_ports,
    reading,
    setting,
)

from kloudsync.errors import ConnectFailed, DecodeError, TimedOut, TransportError, UsageError
from kloudsync.http.awaiting_transport import AwaitingPorts
from kloudsync.http.caller import Blocking
from kloudsync.http.clocks import Timeouts
from kloudsync.http.message import Request
from kloudsync.http.retry import Retry
from kloudsync.http.transport import BlockingPorts
from kloudsync.runtime.drive import run

ONCE = Retry(attempts=1)


class Chunks(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that arrives in chunks, and may break off with an exception."""

    def __init__(self, *chunks: bytes | Exception) -> None:
        self._chunks = chunks

    def __iter__(self) -> Iterator[bytes]:
        """Yield the chunks to a blocking client."""
        for chunk in self._chunks:
            if isinstance(chunk, Exception):
                raise chunk
            yield chunk

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the chunks to an awaiting client."""
        for chunk in self:
            yield chunk


def streamed(*chunks: bytes | Exception, encoding: str = "identity") -> Script:
    """Return a service that answers with a body in chunks."""
    headers = {"Content-Encoding": encoding}
    return Script([httpx.Response(200, headers=headers, stream=Chunks(*chunks))])


def test_a_packed_body_is_unpacked_as_it_arrives(drive: Drive) -> None:
    """The caller reads plain text whatever the service sent."""
    packed = gzip.compress(b"content")
    answer = drive.perform(reading(), setting(), streamed(packed[:9], packed[9:], encoding="gzip"))
    assert answer.value == "content"


def test_a_body_that_a_mock_has_read_already_is_taken_as_it_is(drive: Drive) -> None:
    """Mocks of the library unpack a body when they make it; nothing is unpacked twice."""
    response = httpx.Response(
        200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b"content")
    )
    assert drive.perform(reading(), setting(), Script([response])).value == "content"


@pytest.mark.parametrize(
    ("chunks", "encoding", "expected"),
    [
        (
            (b"half", httpx.RemoteProtocolError("peer closed connection")),
            "identity",
            TransportError,
        ),
        ((b"half", httpx.ReadTimeout("")), "identity", TimedOut),
        ((b"half", httpx.ReadError("")), "identity", ConnectFailed),
        ((gzip.compress(b"content")[:-4],), "gzip", ConnectFailed),
        ((b"<html>",), "gzip", DecodeError),
        ((b"brotli",), "br", DecodeError),
    ],
    ids=["cut", "stalled", "reset", "cut gzip", "no gzip", "unasked encoding"],
)
def test_a_body_that_does_not_arrive_whole_is_our_own_error(
    drive: Drive, chunks: tuple[bytes | Exception, ...], encoding: str, expected: type[Exception]
) -> None:
    """Each names the operation."""
    with pytest.raises(expected, match=r"things\.get"):
        drive.perform(reading(), setting(retry=ONCE), streamed(*chunks, encoding=encoding))


def test_an_over_long_answer_is_refused_before_its_end(
    drive: Drive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chunks past the largest answer are never asked for."""
    monkeypatch.setattr("kloudsync.http.body.LARGEST_ANSWER", 1000)
    beyond = AssertionError("read past the largest answer")
    with pytest.raises(DecodeError, match="longer than 1000 bytes"):
        drive.perform(reading(), setting(), streamed(bytes(600), bytes(600), beyond))


class Abrupt(BaseRequestHandler):
    """Promises a hundred bytes, sends seven and hangs up."""

    def handle(self) -> None:
        """Answer one request."""
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial")


class Stalling(BaseRequestHandler):
    """Sends half an answer and waits until the client hangs up."""

    def handle(self) -> None:
        """Answer one request."""
        self.request.recv(65536)
        self.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npartial")
        self.request.recv(1)


@pytest.fixture
def stalling_url() -> Iterator[str]:
    """The address of a server that falls silent in the middle of its answers."""
    with ThreadingTCPServer(("127.0.0.1", 0), Stalling) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_body_that_stalls_past_the_timeout_is_timed_out(stalling_url: str) -> None:
    """On a real socket silence ends with our own error, on either colour of client."""
    request, impatient = Request(method="GET", path=""), Timeouts(read=0.05)
    ports = BlockingPorts()
    with pytest.raises(TimedOut):
        run(ports.exchange(request, stalling_url, impatient))
    run(ports.close())

    async def exchange() -> None:
        awaiting = AwaitingPorts()
        with pytest.raises(TimedOut):
            await awaiting.exchange(request, stalling_url, impatient)
        await awaiting.close()

    asyncio.run(exchange())


@pytest.fixture
def abrupt_url() -> Iterator[str]:
    """The address of a server that hangs up in the middle of its answers."""
    with ThreadingTCPServer(("127.0.0.1", 0), Abrupt) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_connection_that_breaks_inside_the_body_is_a_transport_error(abrupt_url: str) -> None:
    """On a real socket half an answer is no answer, on either colour of client."""
    request = Request(method="GET", path="")
    ports = BlockingPorts()
    with pytest.raises(TransportError):
        run(ports.exchange(request, abrupt_url, Timeouts()))
    run(ports.close())

    async def exchange() -> None:
        awaiting = AwaitingPorts()
        with pytest.raises(TransportError):
            await awaiting.exchange(request, abrupt_url, Timeouts())
        await awaiting.close()

    asyncio.run(exchange())


def test_a_client_that_was_passed_in_stays_open_and_an_own_one_is_closed() -> None:
    """Whoever made a client closes it."""
    with httpx.Client() as theirs:
        run(BlockingPorts(theirs).close())
        assert not theirs.is_closed
    ours = BlockingPorts()
    run(ours.close())
    assert ours._client.is_closed

    async def main() -> None:
        async with httpx.AsyncClient() as theirs:
            await AwaitingPorts(theirs).close()
            assert not theirs.is_closed
        ours = AwaitingPorts()
        await ours.close()
        assert ours._client.is_closed

    asyncio.run(main())


def test_a_client_of_the_other_colour_is_refused() -> None:
    """The message names what is wanted and what was given."""
    with pytest.raises(UsageError, match="AsyncClient of httpx, not Client"):
        AwaitingPorts(httpx.Client())
    with pytest.raises(UsageError, match="a Client of httpx, not AsyncClient"):
        BlockingPorts(httpx.AsyncClient())


def test_a_closed_client_says_so() -> None:
    """A call after closing is the caller's mistake, not a failure of the network."""
    ports = blocking_ports(Script([]))
    ports._client.close()
    with pytest.raises(UsageError, match="was closed"):
        run(ports.exchange(Request(method="GET", path=""), "https://api.example.com", Timeouts()))


def test_what_a_passed_in_client_is_set_to_does_not_weaken_a_call() -> None:
    """A client that follows redirects is told not to, call by call."""
    script = Script([httpx.Response(302, headers={"Location": "https://evil.example.net"})])
    client = httpx.Client(transport=httpx.MockTransport(script), follow_redirects=True, timeout=99)
    response = run(
        BlockingPorts(client).exchange(
            Request(method="GET", path=""), "https://api.example.com", Timeouts()
        )
    )
    assert (response.status, len(script.asked)) == (302, 1)
    assert script.asked[0].extensions["timeout"]["read"] == 30.0


def test_a_fork_of_the_library_is_a_welcome_client(monkeypatch: pytest.MonkeyPatch) -> None:
    """The failures of the module that a client comes from are translated, whatever its name."""
    fork = ModuleType("forked_http")
    for name in ("HTTPError", "InvalidURL", "StreamError", "CookieConflict"):
        setattr(fork, name, type(name, (Exception,), {}))
    for name in ("TimeoutException", "NetworkError", "ConnectError"):
        setattr(fork, name, type(name, (fork.HTTPError,), {}))

    def fail(_client: object, **_arguments: Any) -> None:
        raise fork.TimeoutException("slow")

    client = type("Client", (), {"__module__": "forked_http", "build_request": fail})()
    monkeypatch.setitem(sys.modules, "forked_http", fork)
    with pytest.raises(TimedOut, match="slow"):
        run(BlockingPorts(client).exchange(Request(method="GET", path=""), "", Timeouts()))


def test_clients_of_a_process_share_the_certificates() -> None:
    """Reading the certificate bundle once is enough; it takes longer than many calls."""
    first, second = BlockingPorts(), BlockingPorts()
    contexts = {id(ports._client._transport._pool._ssl_context) for ports in (first, second)}
    run(first.close())
    run(second.close())
    assert len(contexts) == 1


def test_both_drives_are_of_their_colour() -> None:
    """The drives of these tests finish calls with the client that they are named after."""
    for drive in (BlockingDrive(), AwaitingDrive()):
        assert drive.perform(reading(), setting(), streamed(b"here")).value == "here"


@pytest.mark.parametrize("colour", [BlockingPorts, AwaitingPorts])
def test_own_clients_remember_no_cookies(colour: type[BlockingPorts | AwaitingPorts]) -> None:
    """Whatever an answer sets, nothing is kept."""
    client = vars(colour())["_client"]
    request = httpx.Request("GET", "https://api.example.com/")
    response = httpx.Response(200, headers={"Set-Cookie": "session=planted"}, request=request)
    client.cookies.extract_cookies(response)
    assert len(client.cookies.jar) == 0


@pytest.mark.parametrize("colour", [BlockingPorts, AwaitingPorts])
def test_own_clients_say_who_asks(colour: type[BlockingPorts | AwaitingPorts]) -> None:
    """A request has the name that its service wants to hear, and ours where it wants none."""
    ports, url = colour(), "https://api.example.com/"
    plain = Request(method="GET", path="")
    for request, told in (
        (plain, "kloudsync"),
        (plain.with_headers({"user-agent": "kloudsync (gzip)"}), "kloudsync (gzip)"),
    ):
        sent = ports._built(request, url, Timeouts())
        assert sent.headers.get_list("User-Agent") == [told]
        assert sent.headers["Accept-Encoding"] == "gzip"


def test_no_request_tells_what_another_accounts_service_set() -> None:
    """A client that serves several accounts sends no cookie, though its own jar may keep some."""
    script = Script([httpx.Response(200, text="done")])

    def serve(request: httpx.Request) -> httpx.Response:
        request.headers.setdefault("X-Seen-Cookie", request.headers.get("Cookie", "none"))
        return script(request)

    ports = blocking_ports(serve)
    vars(ports)["_client"].cookies.set("session", "planted", domain="api.example.com")
    Blocking(setting(), ports).call(reading())
    assert script.asked[0].headers["X-Seen-Cookie"] == "none"
