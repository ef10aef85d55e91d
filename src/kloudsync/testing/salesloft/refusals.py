"""Salesloft's error answers, raised where the fake finds the cause."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

JSON = {"Content-Type": "application/json; charset=utf-8"}


class Refusal(ServiceRefusal):
    """An error that the service answers a request with.

    Args:
        status: The HTTP status.
        body: The body.
        headers: Headers of the answer beside the content type.
    """

    def __init__(
        self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, f"{status} {body}", headers)
        self.body = body

    def reply(self) -> Reply:
        """Write the answer."""
        return Reply(self.status, JSON | self.headers, json.dumps(self.body).encode())


def refuse(status: int, error: str) -> Refusal:
    """Refuse with one text under `error`."""
    return Refusal(status, {"error": error})


def invalid(fields: Mapping[str, Sequence[str]]) -> Refusal:
    """Refuse fields: 422 with texts by field under `errors`."""
    return Refusal(422, {"errors": {name: list(said) for name, said in fields.items()}})


def unauthorized() -> Refusal:
    """Refuse a token that is missing, unknown or lapsed."""
    return refuse(401, "No Bearer Token attached to request, or it is not valid")


def not_found() -> Refusal:
    """Refuse what does not exist or may not be seen."""
    return refuse(404, "Not found")


def limited(headers: Mapping[str, str] | None = None) -> Refusal:
    """Refuse because the budget of the minute is spent; without advice, as the service does."""
    return Refusal(429, {"error": "API rate limit exceeded"}, headers)
