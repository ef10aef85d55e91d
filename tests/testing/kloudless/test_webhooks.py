"""Webhooks of the fake, delivered over HTTP to a receiver built with the library."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import httpx
import pytest

from kloudsync.errors import WebhookError
from kloudsync.providers.kloudless.client import Kloudless
from kloudsync.providers.kloudless.webhooks import Notification, Webhook
from kloudsync.providers.kloudless.wire.event import Event
from kloudsync.testing.kloudless import FakeKloudless

NINE = datetime(2026, 1, 6, 9, tzinfo=ZoneInfo("America/Los_Angeles"))


class Receiver(HTTPServer):
    """A server that answers notifications as an application should."""

    def __init__(self, hook: Webhook) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.hook = hook
        self.received: list[Notification] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}/hook"


class _Handler(BaseHTTPRequestHandler):
    @property
    def receiver(self) -> Receiver:
        """The server that it answers for."""
        assert isinstance(self.server, Receiver)
        return self.server

    def do_POST(self) -> None:
        """Verify first, answer at once."""
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        try:
            notification = self.receiver.hook.receive(body, dict(self.headers.items()))
        except WebhookError:
            self._answer(403, b"")
            return
        self.receiver.received.append(notification)
        self._answer(200, self.receiver.hook.answer)

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Keep quiet."""


@contextmanager
def receiving(hook: Webhook) -> Generator[Receiver]:
    """Run a receiver on a loopback port."""
    server = Receiver(hook)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def fake() -> FakeKloudless:
    """A fake whose key is known."""
    return FakeKloudless(api_keys=("the-key",), application="the-application")


def client_of(fake: FakeKloudless) -> Kloudless:
    """Return a client of the fake."""
    http_client = httpx.Client(transport=fake.transport())
    return Kloudless("token", base_url="https://kloudless.example.com", http_client=http_client)


@pytest.mark.parametrize("as_json", [False, True])
def test_a_notification_leads_to_the_activity(fake: FakeKloudless, as_json: bool) -> None:
    """The address is checked, a change is announced, and the stream has what it was about."""
    fake.hooks.as_json = as_json
    with receiving(Webhook("the-application", ("the-key",))) as receiver:
        assert fake.hooks.register(receiver.url).status == 200
        client = client_of(fake)
        cursor = client.activity.list().cursor
        client.events.create(Event(name="Lunch", start=NINE, end=NINE.replace(hour=10)))
    assert [one.is_validation for one in receiver.received] == [True, False]
    assert receiver.received[-1].account == "4242"
    assert receiver.received[-1].subscription == ("99" if as_json else None)
    assert isinstance(cursor, str)
    found = [one.event.name for one in client.activity.iterate(cursor=cursor) if one.event]
    assert found == ["Lunch"]


def test_a_replayed_notification_brings_nothing_new(fake: FakeKloudless) -> None:
    """The scheme has no time in it, so a replay verifies; all it causes is an empty look."""
    with receiving(Webhook("the-application", ("the-key",))) as receiver:
        fake.hooks.register(receiver.url)
        client = client_of(fake)
        client.events.create(Event(name="Lunch", start=NINE, end=NINE.replace(hour=10)))
        cursor = client.activity.list().cursor
        fake.hooks.notify(4242)
    assert [one.account for one in receiver.received] == [None, "4242", "4242"]
    assert isinstance(cursor, str)
    assert client.activity.list(cursor=cursor).items == ()


def test_an_address_with_another_key_is_not_saved(fake: FakeKloudless) -> None:
    """A receiver that cannot verify the check refuses it, and the address is not used."""
    with receiving(Webhook("the-application", ("another-key",))) as receiver:
        assert fake.hooks.register(receiver.url).status == 403
    assert (fake.hooks.urls, receiver.received) == ([], [])


def test_an_address_that_answers_otherwise_is_not_saved(fake: FakeKloudless) -> None:
    """Only the application's id is the right answer; silence is none."""
    with receiving(Webhook("another-application", ("the-key",))) as receiver:
        assert fake.hooks.register(receiver.url).answer == "another-application"
    assert fake.hooks.register(receiver.url).status == 0
    assert fake.hooks.urls == []


def test_addresses_can_be_registered_by_request(fake: FakeKloudless) -> None:
    """The management call checks the address before it saves it."""
    path = "/v1/meta/applications/the-application/webhooks/"
    with receiving(Webhook("the-application", ("the-key",))) as receiver:
        headers = {"Authorization": "APIKey the-key"}
        body = f'{{"url": "{receiver.url}"}}'.encode()
        assert fake.handle("POST", path, headers, body).status == 201
        assert fake.handle("POST", path, headers, b'{"url": 7}').status == 400
    assert fake.handle("POST", path, headers, body).status == 400
    assert fake.hooks.urls == [receiver.url]


def test_a_delivery_can_be_asked_for(fake: FakeKloudless) -> None:
    """Edits of the upstream user are announced when the fake is told to deliver."""
    with receiving(Webhook("the-application", ("the-key",))) as receiver:
        fake.hooks.register(receiver.url)
        fake.google.calendar().create("Lunch", NINE)
        assert [one.status for one in fake.deliver()] == [200]
        assert fake.deliver() == []
