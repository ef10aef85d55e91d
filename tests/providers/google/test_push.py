from __future__ import annotations

import json
import time

import pytest
from attrs import evolve

from kloudsync.errors import (
    APIError,
    DecodeError,
    NotificationStale,
    SignatureMismatch,
    UsageError,
    WebhookError,
)
from kloudsync.http.caller import Blocking
from kloudsync.http.message import Response
from kloudsync.model.arrival import Arrival, Heard
from kloudsync.model.calendar import CalendarKey
from kloudsync.model.channel import Channel, Grant, Topic, WatchFate, hash_token
from kloudsync.model.notification import Notification, NotificationKind
from kloudsync.providers.google.client import Google
from kloudsync.providers.google.push import GooglePush, parse, unwrap, verify
from kloudsync.push.ports import PushService, Unwrap
from kloudsync.testing.clock import ManualClock

NOW = 1_000_000.0
TOKEN = "cal=42&sig=abc"
HEADERS = {
    "Content-Type": "application/json; utf-8",
    "X-Goog-Channel-ID": "6f1c1f0e",
    "X-Goog-Channel-Token": TOKEN,
    "X-Goog-Channel-Expiration": "Sun, 22 Nov 2026 13:52:44 GMT",
    "X-Goog-Resource-ID": "o3hgv1538sdjfh",
    "X-Goog-Resource-URI": "https://www.googleapis.com/calendar/v3/calendars/primary/events?alt=json",
    "X-Goog-Resource-State": "exists",
    "X-Goog-Message-Number": "11",
}
CHANNEL = Channel(
    id="6f1c1f0e",
    topic=Topic(CalendarKey("google", "owner", "team@example.com")),
    address="https://hooks.example.com/google",
    token_hash=hash_token(TOKEN),
    opened_at=NOW,
    expires_at=NOW + 3600.0,
    resource="o3hgv1538sdjfh",
)
MESSAGE = parse(HEADERS)


@pytest.fixture
def push() -> GooglePush[Blocking]:
    """The channels of one account."""
    return GooglePush(caller=Google("token", clock=ManualClock()).caller, account="owner")


def test_ports(push: GooglePush[Blocking]) -> None:
    """Google's side is what push asks for."""
    service: PushService[Blocking] = push
    reader: Unwrap = unwrap
    assert (service.provider, service.account, reader) == ("google", "owner", unwrap)


def test_unwrap() -> None:
    """Reading and verifying are one step."""
    asked: list[str] = []

    def find(name: str) -> Channel:
        asked.append(name)
        return CHANNEL

    assert unwrap(Arrival(headers=HEADERS), find, NOW) == Heard(notifications=(MESSAGE,))
    assert asked == [CHANNEL.id]


def test_parse() -> None:
    """A message is read from its headers, of which the repr shows all but the token."""
    assert parse(HEADERS) == Notification(
        channel="6f1c1f0e",
        number=11,
        kind=NotificationKind.CHANGED,
        resource="o3hgv1538sdjfh",
        token=TOKEN,
        expires_at=1_795_355_564.0,
    )
    assert TOKEN not in repr(MESSAGE)


@pytest.mark.parametrize("change", [str.lower, str.upper, str.title])
def test_header_case(change: type[str]) -> None:
    """Servers and frameworks may change the case of names."""
    assert parse({change(name): value for name, value in HEADERS.items()}) == MESSAGE


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("sync", NotificationKind.OPENED),
        ("exists", NotificationKind.CHANGED),
        ("not_exists", NotificationKind.GONE),
        ("update", NotificationKind.OTHER),
    ],
)
def test_states(state: str, kind: NotificationKind) -> None:
    """The handshake, changes and the end are told apart; unknown words are let through."""
    assert parse(HEADERS | {"X-Goog-Resource-State": state}).kind is kind


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of the machine cannot be set")
def test_expiration_without_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    """An end whose zone is unknown is in UTC, wherever the program runs."""
    headers = HEADERS | {"X-Goog-Channel-Expiration": "Sun, 22 Nov 2026 13:52:44 -0000"}
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        found = parse(headers)
    time.tzset()
    assert found == MESSAGE


@pytest.mark.parametrize("date", ["soon", "", "Sun, 99 Nov 2026 13:52:44 GMT"])
def test_odd_expiration(date: str) -> None:
    """An end that cannot be read says nothing."""
    assert parse(HEADERS | {"X-Goog-Channel-Expiration": date}).expires_at is None


@pytest.mark.parametrize(
    "name",
    [
        "X-Goog-Channel-ID",
        "X-Goog-Resource-ID",
        "X-Goog-Resource-State",
        "X-Goog-Message-Number",
    ],
)
@pytest.mark.parametrize("value", [None, "", " "])
def test_missing_header(name: str, value: str | None) -> None:
    """What lacks a header that every message has is no message."""
    headers = {key: held for key, held in HEADERS.items() if key != name}
    with pytest.raises(WebhookError, match=f"no {name} header"):
        parse(headers if value is None else headers | {name: value})


@pytest.mark.parametrize("name", ["X-Goog-Channel-ID", "X-Goog-Resource-ID"])
@pytest.mark.parametrize("odd", ["\ud800", "a\0b", "x" * 100_000])
def test_impossible_name(name: str, odd: str) -> None:
    """What no store could hold names nothing, and no store is asked for it."""
    with pytest.raises(WebhookError, match=f"{name} names no"):
        parse(HEADERS | {name: odd})


@pytest.mark.parametrize("number", ["-1", "1.5", "1e3", "٣", "9" * 19, "one"])
def test_odd_number(number: str) -> None:
    """A message number is a number."""
    with pytest.raises(WebhookError, match="no number"):
        parse(HEADERS | {"X-Goog-Message-Number": number})


def test_verified() -> None:
    """A message with the channel's token and resource passes until the channel ends."""
    verify(MESSAGE, CHANNEL, NOW + 3599.9)


@pytest.mark.parametrize(
    "token", [None, "", "guess", TOKEN[:-1], TOKEN + " ", TOKEN.upper(), "\udc80é"]
)
@pytest.mark.parametrize("resource", [None, CHANNEL.resource])
def test_wrong_token(token: str | None, resource: str | None) -> None:
    """Without exactly its token, nothing is believed, whether or not the channel is confirmed."""
    with pytest.raises(SignatureMismatch, match="lacks its channel's token"):
        verify(evolve(MESSAGE, token=token), evolve(CHANNEL, resource=resource), NOW)


@pytest.mark.parametrize("token", [None, ""])
def test_no_token_ever_matches(token: str | None) -> None:
    """A stored hash of nothing lets nothing in."""
    with pytest.raises(SignatureMismatch):
        verify(evolve(MESSAGE, token=token), evolve(CHANNEL, token_hash=hash_token("")), NOW)


def test_wrong_resource() -> None:
    """A message about something else is refused."""
    with pytest.raises(SignatureMismatch, match="another resource"):
        verify(evolve(MESSAGE, resource="other"), CHANNEL, NOW)


def test_resource_not_known_yet() -> None:
    """A message that overtakes the answer to its watch tells the resource."""
    verify(evolve(MESSAGE, resource="other"), evolve(CHANNEL, resource=None), NOW)


def test_unknown_channel() -> None:
    """A message of a channel that is not stored is refused."""
    with pytest.raises(NotificationStale, match="unknown or was closed"):
        unwrap(Arrival(headers=HEADERS), lambda _: None, NOW)


def test_ended_channel() -> None:
    """A message of a channel that has ended is refused, to the second."""
    with pytest.raises(NotificationStale, match="has ended"):
        verify(MESSAGE, CHANNEL, NOW + 3600.0)


def test_no_secrets_in_errors() -> None:
    """Refusals show neither the token that came nor the hash that is stored."""
    with pytest.raises(SignatureMismatch) as caught:
        verify(evolve(MESSAGE, token="s3cret-guess"), CHANNEL, NOW)
    assert "s3cret" not in str(caught.value)
    assert CHANNEL.token_hash not in str(caught.value)
    assert CHANNEL.token_hash not in repr(CHANNEL)


@pytest.mark.parametrize(
    ("collection", "operation", "path"),
    [
        ("events", "events.watch", "calendars/team%40example.com/events/watch"),
        ("acl", "acl.watch", "calendars/team%40example.com/acl/watch"),
        ("calendarList", "calendarList.watch", "users/me/calendarList/watch"),
        ("settings", "settings.watch", "users/me/settings/watch"),
    ],
)
def test_watch(push: GooglePush[Blocking], collection: str, operation: str, path: str) -> None:
    """Opening a channel asks for its life twice over, and is not repeated by itself."""
    channel = evolve(CHANNEL, topic=evolve(CHANNEL.topic, collection=collection))
    described = push.watch(channel, TOKEN)
    assert (described.name, described.request.path) == (operation, path)
    assert (described.request.query, described.repeatable) == ((), False)
    assert json.loads(described.request.body or b"") == {
        "id": "6f1c1f0e",
        "type": "web_hook",
        "address": "https://hooks.example.com/google",
        "token": TOKEN,
        "expiration": "1003600000",
        "params": {"ttl": "3600"},
    }


def test_granted(push: GooglePush[Blocking]) -> None:
    """The answer tells the resource and the end."""
    body = b'{"id":"6f1c1f0e","resourceId":"r","expiration":"1003600500"}'
    answer = push.watch(CHANNEL, TOKEN).decode(Response(status=200, body=body))
    assert answer == Grant(resource="r", expires_at=1_003_600.5)


def test_granted_nothing(push: GooglePush[Blocking]) -> None:
    """A channel that could never be stopped is no answer."""
    with pytest.raises(DecodeError, match="resourceId"):
        push.watch(CHANNEL, TOKEN).decode(Response(status=200, body=b'{"id":"6f1c1f0e"}'))


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "hooks.example.com",
        "ftp://127.0.0.2",
        "https:///",
        "https://[x",
    ],
)
def test_open_address(push: GooglePush[Blocking], address: str) -> None:
    """Tokens are not sent to where others can read them."""
    with pytest.raises(UsageError, match="https"):
        push.expect_address(address)
    with pytest.raises(UsageError, match="https"):
        push.watch(evolve(CHANNEL, address=address), TOKEN)


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000/", "http://localhost/", "http://[::1]:80/"]
)
def test_loopback(push: GooglePush[Blocking], address: str) -> None:
    """On the loopback interface, where only a fake can reach, http will do."""
    assert push.watch(evolve(CHANNEL, address=address), TOKEN).name == "events.watch"


def test_unknown_collection(push: GooglePush[Blocking]) -> None:
    """What the service does not watch is refused before it is asked."""
    topic = evolve(CHANNEL.topic, collection="colors")
    with pytest.raises(UsageError, match="'colors' cannot be watched"):
        push.watch(evolve(CHANNEL, topic=topic), TOKEN)


def test_stop(push: GooglePush[Blocking]) -> None:
    """Stopping names the resource that the service told."""
    described = push.stop(CHANNEL)
    assert described.request.path == "channels/stop"
    assert json.loads(described.request.body or b"") == {
        "id": "6f1c1f0e",
        "resourceId": "o3hgv1538sdjfh",
    }


@pytest.mark.parametrize(
    ("status", "reason", "fate"),
    [
        (400, "pushNotSupportedForRequestedResource", WatchFate.UNWATCHABLE),
        (400, "push.webhookUrlNotHttps", WatchFate.REFUSED),
        (401, "push.webhookUrlUnauthorized", WatchFate.REFUSED),
        (403, "rateLimitExceeded", WatchFate.REFUSED),
        (400, "channelIdNotUnique", WatchFate.UNKNOWN),
        (503, "backendError", WatchFate.UNKNOWN),
    ],
)
def test_fate(push: GooglePush[Blocking], status: int, reason: str, fate: WatchFate) -> None:
    """Errors tell whether there is a channel, there is none, or nobody knows."""
    error = APIError("refused", status=status, provider="google", reason=reason)
    assert push.fate(error) is fate
