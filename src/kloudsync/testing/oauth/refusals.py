"""The error answers of an authorisation server (RFC 6749, section 5.2)."""

import json
from collections.abc import Mapping

from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

JSON = {
    "Content-Type": "application/json;charset=UTF-8",
    "Cache-Control": "no-store",
    "Pragma": "no-cache",
}


class Refusal(ServiceRefusal):
    """An error that the server answers a request with.

    Args:
        error: The code of the error.
        description: The server's own words.
        status: The HTTP status.
        headers: Headers of the answer beside those of every answer.
    """

    def __init__(
        self,
        error: str,
        description: str = "",
        *,
        status: int = 400,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, f"{status} {error}: {description}", headers)
        self.error = error
        self.description = description

    def reply(self) -> Reply:
        """Write the answer."""
        described = {"error_description": self.description} if self.description else {}
        body = {"error": self.error, **described}
        return Reply(self.status, JSON | self.headers, json.dumps(body).encode())


def dead_grant(description: str = "Token has been expired or revoked.") -> Refusal:
    """Refuse a code or a refresh token that is good for nothing: `invalid_grant`."""
    return Refusal("invalid_grant", description)


def bad_request(description: str) -> Refusal:
    """Refuse a request that says too little, too much or the wrong thing: `invalid_request`."""
    return Refusal("invalid_request", description)
