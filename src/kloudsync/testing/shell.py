"""What every fake of a service does with a request, whatever the service."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import ClassVar, Generic, TypeVar

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.exchange import Reply, Request, RequestLine
from kloudsync.testing.faults import Fault, Faults, Scene
from kloudsync.testing.refusal import ServiceRefusal
from kloudsync.testing.routing import Route
from kloudsync.testing.serve import serve
from kloudsync.testing.transport import FakeTransport
from kloudsync.testing.wording import Wording

C = TypeVar("C")


class Shell(ABC, Generic[C]):
    """The outside of a fake: a request is read, routed, struck by faults, performed and logged.

    A vendor's fake says by its methods what its API is: which method a request means (`_route`),
    what a fault must know of it (`_scene`), and how it is read and authorised before a handler
    answers it (`_call`). One request is performed at a time.

    Args:
        clock: What tells the present.
        faults: The faults to commit; none unless given.
        lock: Held while a request is performed, and by whoever edits what the service holds.

    Attributes:
        clock: What tells the present.
        faults: The faults to commit; may be replaced at any time.
        requests: Every request so far, credentials left out.
    """

    base_path: str
    wording: ClassVar[Wording]
    """How the service words its faults."""
    reads_forms: ClassVar[bool] = False
    """Whether the fields of a form in the body are parameters, like those of the query."""

    def __init__(self, clock: TellsTime, faults: Faults | None, lock: threading.RLock) -> None:
        self.clock: TellsTime = clock
        self.faults: Faults = faults or Faults()
        self.requests: list[RequestLine] = []
        self._lock = lock

    def transport(self) -> FakeTransport:
        """Carry the requests of an httpx client, blocking or awaiting, to this fake."""
        return FakeTransport(self)

    @contextmanager
    def serve(self, *, port: int = 0, host: str = "127.0.0.1") -> Generator[str]:
        """Serve this fake on a loopback port while the block runs; yields its base URL.

        Args:
            port: The port; 0 takes a free one.
            host: The address to listen on.
        """
        with serve(self, port=port, host=host) as url:
            yield url

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request.

        Args:
            method: The HTTP verb.
            url: An absolute URL or a path; the host does not matter.
            headers: The headers; names in any case.
            body: The body, not compressed.

        Raises:
            Disrupted: Where a fault breaks the connection; carriers turn it into what their
                clients see.
        """
        request = Request.read(method, url, headers, body)
        if self.reads_forms:
            request = request.with_form()
        route = self._route(request)
        with self._lock:
            status = 0
            try:
                reply = self._answer(route, request)
                status = reply.status
            finally:
                self.requests.append(self._line(route, request, status))
        self._done(route, reply)
        return reply

    @abstractmethod
    def _route(self, request: Request) -> Route[C]:
        """Find the method of the API that a request means."""

    @abstractmethod
    def _call(self, route: Route[C], request: Request, fault: Fault | None) -> C:
        """Read and authorise a request; a fault that strikes while it is performed comes along.

        Raises:
            ServiceRefusal: It is answered with an error.
        """

    def _scene(self, route: Route[C], request: Request) -> Scene:
        """Say what a fault must know of a request."""
        del request
        return Scene(operation=route.operation)

    def _perform(self, route: Route[C], request: Request, fault: Fault | None) -> Reply:
        """Answer a request that no fault has kept from being performed."""
        return route.handler(self._call(route, request, fault))

    def _dressed(self, reply: Reply, request: Request) -> Reply:
        """Add what every answer has, be it a refusal or not."""
        del request
        return reply

    def _line(self, route: Route[C], request: Request, status: int) -> RequestLine:
        """Write down a request for the log."""
        shown = request.query.public()
        return RequestLine(request.method, request.path, shown, status, route.operation)

    def _done(self, route: Route[C], reply: Reply) -> None:
        """Do what follows an answer, such as telling of a change; nobody waits meanwhile."""

    def _answer(self, route: Route[C], request: Request) -> Reply:
        """Perform a request with the fault that strikes it, if any."""
        fault = self.faults.next(self._scene(route, request))
        reply = self.wording.before(fault, self.clock) if fault else None
        if reply is None:
            try:
                reply = self._perform(route, request, fault)
            except ServiceRefusal as refusal:
                reply = refusal.reply()
        reply = self._dressed(reply, request)
        return self.wording.after(fault, reply, request) if fault else reply
