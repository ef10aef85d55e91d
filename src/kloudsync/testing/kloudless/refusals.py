"""Kloudless's error answers, raised where the fake finds the cause."""

import json
from collections.abc import Mapping

from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

JSON = {"Content-Type": "application/json"}


class Refusal(ServiceRefusal):
    """An error that the service answers a request with.

    Args:
        status: The HTTP status.
        code: Kloudless's `error_code`.
        message: Kloudless's text.
        headers: Headers of the answer beside the content type.
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, f"{status} {code}: {message}", headers)
        self.code = code
        self.message = message

    def reply(self) -> Reply:
        """Write the answer."""
        body = {
            "status_code": self.status,
            "error_code": self.code,
            "message": self.message,
            "id": "00000000-0000-4000-8000-000000000000",
        }
        return Reply(self.status, JSON | self.headers, json.dumps(body).encode())


def not_found(what: str = "Object") -> Refusal:
    """Refuse what does not exist: 404 `not_found`."""
    return Refusal(404, "not_found", f"{what} not found.")


def invalid(what: str) -> Refusal:
    """Refuse a parameter: 400 `invalid_parameters`."""
    return Refusal(400, "invalid_parameters", f"Invalid {what}.")


def unauthorized() -> Refusal:
    """Refuse a credential: 401 `unauthorized`."""
    return Refusal(401, "unauthorized", "The token or key is missing or not valid.")


def upstream_refusal(reply: Reply) -> Refusal:
    """Put an error of the upstream service in Kloudless's words."""
    wait = {name: v for name, v in reply.headers.items() if name.lower() == "retry-after"}
    limited = reply.status == 429 or (reply.status == 403 and b"imitExceeded" in reply.body)
    if limited:
        return Refusal(429, "too_many_service_requests", "The service limits requests.", wait)
    status, code = {
        400: (400, "bad_request"),
        401: (401, "service_unauthorized"),
        403: (403, "service_forbidden"),
        404: (404, "not_found"),
        410: (404, "not_found"),
    }.get(reply.status, (502, "bad_gateway"))
    return Refusal(status, code, "The service refused the request.")
