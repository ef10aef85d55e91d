import pytest

from kloudsync.errors import SignatureMismatch, UsageError, WebhookError
from kloudsync.providers.salesloft.webhooks import Webhook, sign, verify
from kloudsync.providers.salesloft.wire.subscription import EventType

BODY = b'{"id": 7, "state": "done"}'
TOKEN = "callback-s3cret"


def test_a_signed_notification_is_read() -> None:
    """Header names come in any case, and so do hex digits."""
    headers = {"X-Salesloft-Signature": sign(BODY, TOKEN).upper(), "X-Salesloft-Event": "x"}
    notification = Webhook(TOKEN).receive(BODY, headers)
    assert notification.event == "x"
    assert notification.payload["state"] == "done"


def test_known_events_are_members() -> None:
    """What calendars care for has a name."""
    headers = {
        "x-salesloft-signature": sign(BODY, TOKEN),
        "x-salesloft-event": "bulk_job_completed",
    }
    assert Webhook(TOKEN).receive(BODY, headers).event is EventType.BULK_JOB_COMPLETED


@pytest.mark.parametrize("signature", [None, "", "zz", "é", sign(BODY + b" ", TOKEN)])
def test_anything_else_is_refused(signature: str | None) -> None:
    """Absent, unreadable and wrong signatures are all the same."""
    with pytest.raises(SignatureMismatch):
        verify(BODY, signature, TOKEN)


@pytest.mark.parametrize("body", [b"", b"[]", b"{"])
def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    """The signature does not make sense of nonsense."""
    with pytest.raises(WebhookError):
        Webhook(TOKEN).receive(body, {"x-salesloft-signature": sign(body, TOKEN)})


def test_an_empty_token_is_refused() -> None:
    """It would let everybody in."""
    with pytest.raises(UsageError):
        Webhook("")
    with pytest.raises(UsageError):
        verify(BODY, sign(BODY, ""), "")


def test_the_token_is_not_shown() -> None:
    """Neither the receiver nor a subscription shows its secret."""
    assert TOKEN not in repr(Webhook(TOKEN))
