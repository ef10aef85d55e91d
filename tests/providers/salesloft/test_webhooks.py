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


@pytest.mark.parametrize("blank", ["", " ", "\n", b"\t "])
def test_a_blank_token_is_refused(blank: str | bytes) -> None:
    """It would let everybody in."""
    with pytest.raises(UsageError):
        Webhook(blank)
    with pytest.raises(UsageError):
        Webhook([TOKEN, blank])
    with pytest.raises(UsageError):
        verify(BODY, sign(BODY, blank), blank)


def test_any_of_several_tokens_may_have_signed() -> None:
    """While a token is replaced, the old one and the new one are both good, and no other."""
    hook = Webhook(["new-token", "old-token"])
    for token in ("new-token", "old-token"):
        hook.receive(BODY, {"x-salesloft-signature": sign(BODY, token)})
    with pytest.raises(SignatureMismatch):
        hook.receive(BODY, {"x-salesloft-signature": sign(BODY, TOKEN)})


def test_the_event_is_not_what_was_signed() -> None:
    """The name of the event may be changed on the way; what was verified is the body."""
    signature = sign(BODY, TOKEN)
    told = {
        name: Webhook(TOKEN).receive(
            BODY, {"x-salesloft-signature": signature, "x-salesloft-event": name}
        )
        for name in ("meeting_booked", "bulk_job_completed")
    }
    assert told["meeting_booked"].event is not told["bulk_job_completed"].event
    assert told["meeting_booked"].payload == told["bulk_job_completed"].payload


def test_the_token_is_not_shown() -> None:
    """Neither the receiver nor a subscription shows its secret."""
    assert TOKEN not in f"{Webhook(TOKEN)!r} {Webhook(TOKEN)}"
