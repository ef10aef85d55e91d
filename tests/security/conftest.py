"""Fixtures of the security tests."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.security.scan import ADDRESS, DESCRIPTION, GUEST, PERSONAL, PLACE, SECRETS, TITLE, leaks

from kloudsync.testing.google import FakeGoogle

Expect = Callable[[], None]


def private_service() -> FakeGoogle:
    """Return a fake Google whose primary calendar is full of planted personal data."""
    fake = FakeGoogle(account=ADDRESS)
    now = fake.clock.now()
    guests = [{"email": ADDRESS, "displayName": GUEST, "responseStatus": "accepted"}]
    for number in range(7):
        start = now + timedelta(hours=number)
        fake.calendar().create(
            f"{TITLE} {number}",
            start,
            start + timedelta(minutes=30),
            description=DESCRIPTION,
            location=PLACE,
            attendees=guests,
            recurrence=["RRULE:FREQ=DAILY;COUNT=5"] if number % 2 else [],
        )
    return fake


@pytest.fixture
def private_google() -> FakeGoogle:
    """A fake Google with planted personal data."""
    return private_service()


@pytest.fixture
def expect_quiet_log(caplog: pytest.LogCaptureFixture) -> Expect:
    """See that nothing planted was logged so far, at any level, by anybody."""
    caplog.set_level(logging.DEBUG, logger="kloudsync")

    def expect() -> None:
        texts = [f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records]
        ours = [text for text, one in zip(texts, caplog.records, strict=True) if _is_ours(one)]
        assert leaks(ours, SECRETS + PERSONAL) == []

    return expect


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.split(".")[0] == "kloudsync"
