"""The error answers of Graph, raised where the fake finds the cause."""

from collections.abc import Mapping

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

JSON = {
    "Content-Type": "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
}


class Refusal(ServiceRefusal):
    """An error that the service answers a request with.

    Args:
        status: The HTTP status.
        code: The machine-readable code.
        message: The service's text.
        headers: Headers of the answer beside the usual ones.
    """

    def __init__(
        self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, f"{status} {code}: {message}", headers)
        self.code = code
        self.message = message

    def reply(self) -> Reply:
        """Write the error envelope; whoever answers adds which request it is about."""
        body = {"error": {"code": self.code, "message": self.message}}
        return Reply(self.status, JSON | self.headers, encode(body))


def not_found() -> Refusal:
    """Refuse an item that does not exist: 404 `ErrorItemNotFound`."""
    return Refusal(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def folder_not_found() -> Refusal:
    """Refuse a calendar that does not exist: 404 `ErrorFolderNotFound`."""
    return Refusal(404, "ErrorFolderNotFound", "The specified folder could not be found.")


def no_mailbox() -> Refusal:
    """Refuse a user without a mailbox in the cloud: 404 `MailboxNotEnabledForRESTAPI`."""
    message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return Refusal(404, "MailboxNotEnabledForRESTAPI", message)


def no_resource(segment: str) -> Refusal:
    """Refuse a path that means nothing: 400 `BadRequest`."""
    return Refusal(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def bad_request(message: str) -> Refusal:
    """Refuse a query that OData can't read: 400 `BadRequest`."""
    return Refusal(400, "BadRequest", message)


def unreadable_body() -> Refusal:
    """Refuse a body with members of wrong types: 400 `UnableToDeserializePostBody`."""
    return Refusal(400, "UnableToDeserializePostBody", "were unable to deserialize ")


def malformed_id() -> Refusal:
    """Refuse an id that is none: 400 `ErrorInvalidIdMalformed`."""
    return Refusal(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def invalid_request(message: str) -> Refusal:
    """Refuse what makes no sense together: 400 `ErrorInvalidRequest`."""
    return Refusal(400, "ErrorInvalidRequest", message)


def invalid_parameter(name: str, value: str) -> Refusal:
    """Refuse a parameter: 400 `ErrorInvalidParameter`."""
    message = f"The value '{value}' of parameter '{name}' is invalid."
    return Refusal(400, "ErrorInvalidParameter", message)


def invalid_property() -> Refusal:
    """Refuse an event that can't be so: 400 `ErrorPropertyValidationFailure`."""
    message = "At least one property failed validation."
    return Refusal(400, "ErrorPropertyValidationFailure", message)


def crossing_boundary() -> Refusal:
    """Refuse to move an occurrence past its neighbour: 400 `ErrorOccurrenceCrossingBoundary`."""
    message = (
        "Modified occurrence is crossing or overlapping adjacent occurrence, which is not allowed."
    )
    return Refusal(400, "ErrorOccurrenceCrossingBoundary", message)


def invalid_delta_token(name: str, value: str) -> Refusal:
    """Refuse a token that is none: 400 `InvalidDeltaToken`."""
    message = f"The value '{value}' of parameter '{name}' is invalid."
    return Refusal(400, "InvalidDeltaToken", message)


def sync_state_not_found(generation: int = 149, highest: int = 157) -> Refusal:
    """Refuse a token whose state is gone: 410 `SyncStateNotFound`."""
    message = (
        f"The sync state generation is not found; generation={generation};[highest={highest}]."
    )
    return Refusal(410, "SyncStateNotFound", message)


def resync_required(location: str) -> Refusal:
    """Refuse a token and send the client back to the beginning: 410 `resyncRequired`."""
    message = "Resync required. Replace local items with the server's version."
    return Refusal(410, "resyncRequired", message, headers={"Location": location})


def bad_token() -> Refusal:
    """Refuse a token that is missing, unknown or lapsed: 401 `InvalidAuthenticationToken`."""
    message = "Lifetime validation failed, the token is expired."
    headers = {"WWW-Authenticate": 'Bearer realm="", error="invalid_token"'}
    return Refusal(401, "InvalidAuthenticationToken", message, headers=headers)


def access_denied() -> Refusal:
    """Refuse what nobody allowed: 403 `ErrorAccessDenied`."""
    message = "Access is denied. Check credentials and try again."
    return Refusal(403, "ErrorAccessDenied", message)


def throttled(
    advice: Mapping[str, str] | None = None,
    message: str = "Application is over its MailboxConcurrency limit.",
) -> Refusal:
    """Refuse for a limit: 429 `ApplicationThrottled`, with the advice to wait, if there is any."""
    return Refusal(429, "ApplicationThrottled", message, headers=advice)
