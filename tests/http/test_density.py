"""Answers that are hardly anything but brackets."""

from __future__ import annotations

import json

import pytest

from kloudsync.errors import APIError, DecodeError
from kloudsync.http.codec import decode_json
from kloudsync.http.density import FEW_OBJECTS, SMALLEST_OBJECT, TooDense, expect_contents
from kloudsync.http.message import Response
from kloudsync.providers.google.errors import decode_error
from kloudsync.testing.clock import ManualClock


def test_few_objects_may_be_as_small_as_they_like() -> None:
    """What is small altogether takes little memory, whatever it is made of."""
    expect_contents(b"[" + b",".join([b"{}"] * FEW_OBJECTS) + b"]")
    with pytest.raises(TooDense):
        expect_contents(b"[" + b",".join([b"{}"] * (FEW_OBJECTS + 1)) + b"]")


def test_an_answer_may_have_any_number_of_ordinary_objects() -> None:
    """A page of 2,500 events with 200 guests each is within the bounds."""
    guest = {"email": "a@b.cd", "self": True}
    event = {"id": "e", "attendees": [guest] * 200}
    text = json.dumps({"items": [event] * 2500}, separators=(",", ":")).encode()
    expect_contents(text)
    assert text.count(b"{") > 500_000
    assert len(text) > SMALLEST_OBJECT * text.count(b"{")


def test_an_answer_of_brackets_is_refused_before_it_is_decoded() -> None:
    """The refusal says how much it was; a service's error of that kind is an error all the same."""
    body = b'{"error":[' + b",".join([b"{}"] * 20_000) + b"]}"
    with pytest.raises(DecodeError, match="20001 objects in 60011 bytes") as caught:
        decode_json(Response(status=200, body=body))
    assert caught.value.response is not None
    error = decode_error(Response(status=500, body=body), "events.list", ManualClock().now())
    assert isinstance(error, APIError)
