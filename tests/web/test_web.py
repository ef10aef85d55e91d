"""Notifications as web applications, in both of Python's interfaces, mounted as users would."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, TypeAlias
from wsgiref.validate import validator

import flask
import httpx
import pytest
from attrs import evolve
from starlette.applications import Starlette
from starlette.routing import Mount
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from kloudsync import PushIntake
from kloudsync.errors import StoreBusy, UsageError
from kloudsync.model.arrival import Acknowledgement, Arrival
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Topic
from kloudsync.providers.kloudless.webhooks import Webhook as KloudlessWebhook
from kloudsync.providers.kloudless.webhooks import sign as sign_for_kloudless
from kloudsync.providers.salesloft.webhooks import Notification
from kloudsync.providers.salesloft.webhooks import Webhook as SalesloftWebhook
from kloudsync.providers.salesloft.webhooks import sign as sign_for_salesloft
from kloudsync.stores import MemoryStore
from kloudsync.testing.stores.channels import TOPIC, pending
from kloudsync.web import Receiver, asgi, handing_on, wsgi

Post: TypeAlias = Callable[..., httpx.Response]
Build: TypeAlias = Callable[..., Post]


def over_asgi(receivers: Mapping[str, Receiver], **options: Any) -> Post:
    """Mount the application below /hooks in a framework of its kind, and return what posts to it."""
    app = Starlette(routes=[Mount("/hooks", asgi(receivers, **options))])

    def post(path: str, *, method: str = "POST", **request: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
                return await client.request(method, f"/hooks{path}", **request)

        return asyncio.run(send())

    return post


def over_wsgi(receivers: Mapping[str, Receiver], **options: Any) -> Post:
    """Mount the application below /hooks beside a framework's own, and return what posts to it."""
    mounted = validator(wsgi(receivers, **options))
    app = DispatcherMiddleware(flask.Flask(__name__), {"/hooks": mounted})
    client = httpx.Client(transport=httpx.WSGITransport(app), base_url="http://h")

    def post(path: str, *, method: str = "POST", **request: Any) -> httpx.Response:
        return client.request(method, f"/hooks{path}", **request)

    return post


@pytest.fixture(params=[over_asgi, over_wsgi], ids=["asgi", "wsgi"])
def build(request: pytest.FixtureRequest) -> Build:
    """Either interface."""
    chosen: Build = request.param
    return chosen


def google(number: int, token: str = "token") -> dict[str, str]:
    """Return the header fields of a message over the channel of the store's contract."""
    return {
        "X-Goog-Channel-ID": pending().id,
        "X-Goog-Channel-Token": token,
        "X-Goog-Message-Number": str(number),
        "X-Goog-Resource-ID": "r",
        "X-Goog-Resource-State": "exists",
    }


@pytest.fixture
def store() -> MemoryStore:
    """A store with a channel that does not end."""
    store = MemoryStore()
    store.open_channel(evolve(pending(), expires_at=1e11))
    return store


def test_google(build: Build, store: MemoryStore) -> None:
    """A message is verified, noted once, and answered with nothing to say."""
    post = build({"/google": PushIntake(store).acknowledge})
    answers = [post("/google", headers=google(number)) for number in (1, 1, 2)]
    assert [one.status_code for one in answers] == [204, 204, 204]
    assert [one.content for one in answers] == [b""] * 3
    assert [(one.topic, one.marks) for one in store.standings("google", "owner")] == [(TOPIC, 2)]


def test_what_is_not_proven_marks_nothing(build: Build, store: MemoryStore) -> None:
    """A forged message, one of an unknown channel and one of nothing at all are refused."""
    post = build({"/google": PushIntake(store).acknowledge})
    unknown = {**google(1), "X-Goog-Channel-ID": "other"}
    heads = [google(1, token="forged"), unknown, {}]
    assert [post("/google", headers=head).status_code for head in heads] == [403, 410, 400]
    assert store.standings("google", "owner") == []


class Held(MemoryStore):
    """A store with copies of two accounts' calendars, and of too many others to list."""

    def calendars(self) -> list[CalendarKey]:
        """Refuse."""
        raise NotImplementedError

    def calendars_of(self, provider: str, account: str) -> list[CalendarKey]:
        """Return the one of an account."""
        return [CalendarKey(provider, account, "c")]


KLOUDLESS = KloudlessWebhook("app-id", "api-key")


def test_kloudless(build: Build) -> None:
    """A notification names an account, and is answered with the application's id."""
    store, body = Held(), b'{"account": 7}'
    post = build({"/kloudless": PushIntake(store, unwrap=KLOUDLESS.unwrap).acknowledge})
    answer = post(
        "/kloudless",
        content=body,
        headers={"X-Kloudless-Signature": sign_for_kloudless(body, "api-key")},
    )
    assert (answer.status_code, answer.text) == (200, "app-id")
    assert answer.headers["content-type"] == "text/plain"
    noted = [[one.topic for one in store.standings("kloudless", name)] for name in "78"]
    assert noted == [[Topic(CalendarKey("kloudless", "7", "c"))], []]
    assert post("/kloudless", content=body).status_code == 403


def test_salesloft(build: Build) -> None:
    """A notification is verified and handed to a function of the program."""
    taken: list[Notification] = []
    post = build({"/salesloft": handing_on(SalesloftWebhook("token"), taken.append)})
    body = json.dumps({"id": 1}).encode()
    signed = {
        "x-salesloft-signature": sign_for_salesloft(body, "token"),
        "x-salesloft-event": "meeting_booked",
    }
    assert post("/salesloft", content=body, headers=signed).status_code == 204
    assert [one.payload for one in taken] == [{"id": 1}]
    assert post("/salesloft", content=body + b" ", headers=signed).status_code == 403
    assert len(taken) == 1


def test_query_and_words_of_its_own(build: Build) -> None:
    """A service that checks an address by a parameter gets its words back."""

    def handshake(arrival: Arrival) -> Acknowledgement:
        said = arrival.query["validationToken"].encode()
        return Acknowledgement(status=200, body=said, content_type="text/plain")

    answer = build({"/ms": handshake})("/ms", params={"validationToken": "a+b c/ä"})
    assert (answer.status_code, answer.content.decode()) == (200, "a+b c/ä")
    assert answer.headers["content-length"] == str(len(answer.content))


def test_elsewhere(build: Build) -> None:
    """Other paths are unknown, and other verbs are told which one is taken."""
    post = build({"/google": PushIntake(MemoryStore()).acknowledge})
    assert post("/other").status_code == 404
    refused = post("/google", method="GET")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_too_large(build: Build) -> None:
    """A body beyond the bound is refused, and reaches nobody."""
    seen: list[int] = []

    def receive(arrival: Arrival) -> Acknowledgement:
        seen.append(len(arrival.body))
        return Acknowledgement()

    post = build({"/": receive}, largest=10)
    assert [post("/", content=b"x" * size).status_code for size in (10, 11)] == [204, 413]
    assert seen == [10]


def test_a_receiver_that_fails(build: Build, caplog: pytest.LogCaptureFixture) -> None:
    """What a receiver raises ends in an answer and in the log, and tells nothing of its words."""

    def fail(_: Arrival) -> Acknowledgement:
        raise RuntimeError("secret words")

    def busy(_: Notification) -> None:
        raise StoreBusy("locked")

    body = b"{}"
    signed = {"x-salesloft-signature": sign_for_salesloft(body, "token")}
    post = build({"/a": fail, "/b": handing_on(SalesloftWebhook("token"), busy)})
    assert post("/a").status_code == 500
    assert post("/b", content=body, headers=signed).status_code == 503
    assert "RuntimeError" in caplog.text
    assert "secret words" not in caplog.text


@pytest.mark.parametrize("receivers", [{}, {"google": print}, {"/google": "PushIntake"}])
@pytest.mark.parametrize("make", [asgi, wsgi])
def test_what_cannot_receive(make: Callable[..., object], receivers: Any) -> None:
    """No receivers, a path without a slash and what is no function are refused when it is made."""
    with pytest.raises(UsageError, match="path"):
        make(receivers)


def test_at_the_mount_itself() -> None:
    """A request to the address of the mount, without a slash at its end, is one to /."""
    assert over_wsgi({"/": lambda _: Acknowledgement()})("").status_code == 204


@pytest.mark.parametrize("path", ["/hooks", "/hooks/"])
@pytest.mark.parametrize("root", ["/hooks", "/hooks/"])
def test_a_server_that_tells_the_whole_path(root: str, path: str) -> None:
    """Where the path has the mount before it, the mount is / with a slash at its end or without."""
    body: Message = {"type": "http.request", "body": b""}
    sent = exchange(iter([body]), path=path, root_path=root)
    assert sent[0]["status"] == 204


def test_what_a_receiver_says_that_is_no_answer(
    build: Build, caplog: pytest.LogCaptureFixture
) -> None:
    """A receiver that returns nothing is answered with 500, and named in the log."""

    def forgetful(_: Arrival) -> Any:
        """Return nothing, as a program may."""

    def odd(_: Arrival) -> Acknowledgement:
        return Acknowledgement(status=299)

    post = build({"/a": forgetful, "/b": odd})
    assert [post(path).status_code for path in ("/a", "/b")] == [500, 299]
    assert "NoneType" in caplog.text


Message: TypeAlias = MutableMapping[str, Any]


def exchange(arriving: Iterator[Message | None], **options: Any) -> list[Message]:
    """Run the application over messages of a server; None never arrives."""
    sent: list[Message] = []

    async def receive() -> Message:
        message = next(arriving)
        if message is None:
            await asyncio.Event().wait()
        return message or {}

    async def send(message: Message) -> None:
        sent.append(message)

    kind = "lifespan" if options.pop("lifespan", False) else "http"
    headers: list[tuple[bytes, bytes]] = []
    scope = {"type": kind, "method": "POST", "path": "/", "headers": headers, "query_string": b""}
    scope |= {name: options.pop(name) for name in ("path", "root_path") if name in options}
    app = asgi({"/": lambda _: Acknowledgement()}, **options)
    asyncio.run(app(scope, receive, send))  # type: ignore[arg-type]
    return sent


def test_a_request_that_never_arrives() -> None:
    """A body that trickles is given up after a while, and its sender told."""
    begun: Message = {"type": "http.request", "body": b"a", "more_body": True}
    sent = exchange(iter([begun, None]), patience=0.01)
    assert sent[0]["status"] == 408


def test_who_hangs_up_is_told_nothing() -> None:
    """A server whose client went is sent nothing more."""
    assert exchange(iter([{"type": "http.disconnect"}])) == []


def test_lifespan() -> None:
    """Servers that announce their beginning and end get their words."""
    steps = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]
    told = [one["type"] for one in exchange(iter(steps), lifespan=True)]
    assert told == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_server_that_ends_streams_by_itself() -> None:
    """A body without an announced length is read where the server says that it has an end."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "wsgi.input": io.BytesIO(b"chunked"),
        "wsgi.input_terminated": True,
    }
    seen: list[bytes] = []

    def receive(arrival: Arrival) -> Acknowledgement:
        seen.append(arrival.body)
        return Acknowledgement()

    list(wsgi({"/": receive})(environ, lambda *_: None))  # type: ignore[arg-type]
    assert seen == [b"chunked"]
