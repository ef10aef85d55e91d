"""Whatever services, gateways and strangers send ends in a value or in an error of ours."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fuzz import inputs

from kloudsync.errors import APIError, KloudsyncError, WebhookError
from kloudsync.http.codec import decode_json
from kloudsync.http.consent import ask_consent
from kloudsync.http.message import Headers, Response, path
from kloudsync.http.retry import parse_retry_after
from kloudsync.http.scan import read_item, scan_page
from kloudsync.http.token_endpoint import TokenEndpoint
from kloudsync.model.arrival import Arrival
from kloudsync.model.channel import Channel
from kloudsync.model.record import EventRecord, Kind, Malformed
from kloudsync.providers.google import errors as google_errors
from kloudsync.providers.google.ids import base_of, parse_id
from kloudsync.providers.google.multipart import read_parts
from kloudsync.providers.google.push import unwrap
from kloudsync.providers.google.records import read_record
from kloudsync.providers.google.refusal import why_refused
from kloudsync.providers.google.translate import read_event, read_held, write_event
from kloudsync.providers.google.wire.codec import codec as google_codec
from kloudsync.providers.google.wire.event import Event as GoogleEvent
from kloudsync.providers.kloudless import errors as kloudless_errors
from kloudsync.providers.kloudless import records as kloudless_records
from kloudsync.providers.kloudless import translate as kloudless_translate
from kloudsync.providers.kloudless import webhooks as kloudless_webhooks
from kloudsync.providers.salesloft import errors as salesloft_errors
from kloudsync.providers.salesloft import webhooks as salesloft_webhooks
from kloudsync.providers.salesloft.limiter import until_granted

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
STATUSES = st.sampled_from((300, 304, 400, 401, 403, 404, 409, 410, 412, 422, 429, 500, 503, 599))


def may_refuse(work: Callable[[], object]) -> None:
    """Do something; errors of ours are fine, all others fail the test."""
    with suppress(KloudsyncError):
        work()


def check_google_record(item: Any) -> None:
    """An event is a record or malformed; every record but a tombstone can be shown."""
    record = read_record(item, json.dumps(item))
    if isinstance(record, Malformed):
        assert record.reason
        return
    assert isinstance(record, EventRecord)
    if record.kind != Kind.TOMBSTONE:
        read_held(record)


def check_google_event(item: Any) -> None:
    """The typed event is read or refused, and what was read can be written."""
    may_refuse(lambda: write_event(read_event(item)))


def check_google_wire(item: Any) -> None:
    """The wire class is read or refused."""
    may_refuse(lambda: google_codec.load(GoogleEvent, item))


def check_kloudless_record(item: Any) -> None:
    """The same through Kloudless."""
    record = kloudless_records.read_record(item, json.dumps(item))
    if isinstance(record, EventRecord):
        may_refuse(lambda: kloudless_translate.read_held(record))


def check_kloudless_activity(item: Any) -> None:
    """An activity is a record, malformed or nothing of ours."""
    kloudless_records.is_activity(item)
    record = kloudless_records.read_activity(item, json.dumps(item))
    if isinstance(record, EventRecord):
        may_refuse(lambda: kloudless_translate.read_event(record))


def check_kloudless_json(item: Any) -> None:
    """Text that was kept is read or refused, and what was read can be written."""
    text = json.dumps(item)
    may_refuse(lambda: kloudless_translate.write_event(kloudless_translate.read_json(text)))


def check_decoders(answer: tuple[int, bytes, Mapping[str, str]]) -> None:
    """Every error answer becomes an exception with a short message, at all three services."""
    status, body, fields = answer
    response = Response(status=status, headers=Headers.of(fields), body=body)
    for provider in (google_errors, kloudless_errors, salesloft_errors):
        error = provider.decode_error(response, "events.list", NOW)
        assert isinstance(error, APIError)
        assert len(str(error)) < 2000
        assert error.retry_after is None or 0 <= error.retry_after < inf
        why_refused(error, sent=True)
    until_granted(response, NOW.timestamp())
    may_refuse(lambda: decode_json(response))


def check_parts(answer: tuple[int, bytes, Mapping[str, str]]) -> None:
    """The answer to a batch is taken apart or refused."""
    _, body, fields = answer
    typed = {"Content-Type": "multipart/mixed; boundary=x", **fields}
    head = b"--x\r\nContent-Type: application/http\r\nContent-ID: <response-1>\r\n\r\n"
    for content in (body, head + body + b"\r\n--x--", head + b"HTTP/1.1 200 OK\r\n\r\n" + body):
        response = Response(status=200, headers=Headers.of(typed), body=content)
        may_refuse(partial(read_parts, response))


def check_tokens(answer: tuple[int, bytes, Mapping[str, str]]) -> None:
    """A token endpoint's answer is a grant or an error."""
    status, body, fields = answer
    endpoint = TokenEndpoint(provider="any", url="https://api.example.com", client_id="client")
    for code in (200, status):
        flow = endpoint.refresh("refresh", NOW)
        next(flow)
        with suppress(StopIteration, KloudsyncError):
            flow.send(Response(status=code, headers=Headers.of(fields), body=body))
            pytest.fail("one answer is all that a grant takes")


def check_retry_after(text: str) -> None:
    """A wait is a number of seconds or unknown."""
    wait = parse_retry_after(text, NOW)
    assert wait is None or wait >= 0


def check_webhooks(message: tuple[bytes, Mapping[str, str]]) -> None:
    """A notification that is signed is read or refused; without its signature it is refused."""
    body, fields = message
    receivers = (
        (kloudless_webhooks, kloudless_webhooks.Webhook("application", "key")),
        (salesloft_webhooks, salesloft_webhooks.Webhook("key")),
    )
    for module, hook in receivers:
        signed = {**fields, module.SIGNATURE_HEADER: module.sign(body, "key")}
        may_refuse(partial(hook.receive, body, signed))
        with pytest.raises(WebhookError):
            hook.receive(body, fields)


def nothing(name: str) -> Channel | None:
    """Know no channel."""


def check_messages(fields: Mapping[str, str]) -> None:
    """A message over a channel that nobody knows is refused, whatever it says."""
    named = dict(zip(GOOGLE_FIELDS, fields.values(), strict=False)) | dict(fields)
    with pytest.raises(WebhookError):
        unwrap(Arrival(headers=named), nothing, NOW.timestamp())


GOOGLE_FIELDS = (
    "X-Goog-Message-Number",
    "X-Goog-Resource-State",
    "X-Goog-Channel-ID",
    "X-Goog-Resource-ID",
    "X-Goog-Channel-Expiration",
)


def check_scan(text: str) -> None:
    """A page is walked or refused; its items are what a whole decoding finds."""
    found: list[Any] = []
    body = text.encode("utf-8", "surrogatepass")
    may_refuse(lambda: scan_page(body, "items", lambda item, _: found.append(item)))
    read_item(text)


def check_ids(text: str) -> None:
    """Any text is an id of some kind, and can be put into a path or is refused."""
    parse_id(text)
    base_of(text)
    may_refuse(lambda: path(text))


def check_redirects(text: str) -> None:
    """Where a browser was sent is an answer to the question, or refused."""
    consent = ask_consent(
        "https://accounts.example.com",
        client_id="client",
        redirect_uri="https://app.example.com/back",
        scopes=(),
        entropy=bytes(64),
    )
    for address in (text, f"https://app.example.com/back?{text}"):
        may_refuse(partial(consent.answer, address))


answers = st.tuples(STATUSES, inputs.bodies, inputs.headers)
pages = st.one_of(
    st.text(max_size=60),
    inputs.values.map(inputs.dumped),
    inputs.values.map(
        lambda value: f'{{"items":[{inputs.dumped(value)}],"x":{inputs.dumped(value)}'
    ),
)
CHECKS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], None]]] = {
    "google records": (inputs.google_events, check_google_record),
    "google events": (inputs.google_events, check_google_event),
    "google wire": (inputs.google_events, check_google_wire),
    "kloudless records": (inputs.kloudless_events, check_kloudless_record),
    "kloudless activities": (inputs.kloudless_activities, check_kloudless_activity),
    "kloudless texts": (inputs.kloudless_events, check_kloudless_json),
    "error decoders": (answers, check_decoders),
    "batches": (answers, check_parts),
    "token endpoints": (answers, check_tokens),
    "waits": (
        inputs.headers.flatmap(lambda h: st.sampled_from([*h.values(), ""])),
        check_retry_after,
    ),
    "webhooks": (st.tuples(inputs.bodies, inputs.headers), check_webhooks),
    "messages": (st.dictionaries(st.sampled_from(GOOGLE_FIELDS), inputs.texts), check_messages),
    "pages": (pages, check_scan),
    "ids": (inputs.texts, check_ids),
    "redirects": (inputs.texts, check_redirects),
}


@pytest.mark.parametrize("examples", [80, pytest.param(5000, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CHECKS)
def test_no_input_raises_anything_foreign(name: str, examples: int) -> None:
    """Values or errors of ours, whatever comes in."""
    drawn, check = CHECKS[name]
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    settings(max_examples=examples, suppress_health_check=quiet)(given(drawn)(check))()
