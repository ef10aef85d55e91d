"""Taking credentials out of errors: some services and gateways quote what they were sent."""

from __future__ import annotations

from kloudsync.errors import APIError, InvalidFields

INSTEAD = "(hidden)"

SHORTEST = 8
"""What is shorter is no credential but a test's, and a part of many a word."""


def censor(error: APIError, sent: str) -> None:
    """Put a placeholder wherever an error repeats a credential, but in the answer that it keeps.

    Args:
        error: The error, changed in place.
        sent: What must not be shown: a credential as it was sent, or several with commas between
            them, each of which an answer may quote alone.
    """
    for secret in (sent, *sent.split(",")):
        if len(secret) >= SHORTEST:
            _hide(error, secret)


def _hide(error: APIError, secret: str) -> None:
    error.args = tuple(_without(secret, str(argument)) for argument in error.args)
    error.reason = None if error.reason is None else _without(secret, error.reason)
    error.request_id = None if error.request_id is None else _without(secret, error.request_id)
    if isinstance(error, InvalidFields):
        error.fields = {
            _without(secret, name): tuple(_without(secret, one) for one in said)
            for name, said in error.fields.items()
        }


def _without(secret: str, text: str) -> str:
    return text.replace(secret, INSTEAD)
