"""Google's error answers, raised where the fake finds the cause."""

from collections.abc import Mapping
from typing import Any

from kloudsync.testing.encoding import encode
from kloudsync.testing.exchange import Reply
from kloudsync.testing.refusal import ServiceRefusal

JSON = {"Content-Type": "application/json; charset=UTF-8"}


class Refusal(ServiceRefusal):
    """An error that the service answers a request with.

    Args:
        status: The HTTP status.
        reason: Google's machine-readable reason.
        message: Google's text.
        domain: Where the reason comes from (`global`, `calendar`, `usageLimits`).
        location: The parameter or header at fault, where Google names one.
        headers: Headers of the answer beside the content type.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        message: str,
        *,
        domain: str = "global",
        location: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, f"{status} {reason}: {message}", headers)
        self.reason = reason
        self.message = message
        self.domain = domain
        self.location = location

    def reply(self) -> Reply:
        """Write the error envelope."""
        error: dict[str, Any] = {
            "domain": self.domain,
            "reason": self.reason,
            "message": self.message,
        }
        if self.location is not None:
            kind = "header" if self.location[0].isupper() else "parameter"
            error |= {"locationType": kind, "location": self.location}
        envelope = {"errors": [error], "code": self.status, "message": self.message}
        return Reply(self.status, JSON | self.headers, encode({"error": envelope}))


def refuse_invalid(message: str = "Invalid Value", location: str | None = None) -> Refusal:
    """Refuse a value: 400 `invalid`."""
    return Refusal(400, "invalid", message, location=location)


def missing_time(name: str) -> Refusal:
    """Refuse an event without start or end: 400 `required`."""
    return Refusal(400, "required", f"Missing {name} time.")


def missing_zone(name: str) -> Refusal:
    """Refuse a wall time or a series without a zone: 400 `required`."""
    return Refusal(400, "required", f"Missing time zone definition for {name} time.")


def empty_range() -> Refusal:
    """Refuse an end before its start: 400 `timeRangeEmpty`."""
    message = "The specified time range is empty."
    return Refusal(400, "timeRangeEmpty", message, domain="calendar", location="timeMax")


def too_long() -> Refusal:
    """Refuse a question about too long a time: 400 `timeRangeTooLong`."""
    message = "The requested time range is too long."
    return Refusal(400, "timeRangeTooLong", message, domain="calendar", location="timeMax")


def bad_credentials() -> Refusal:
    """Refuse a token that is missing, unknown or revoked: 401 `authError`."""
    return Refusal(401, "authError", "Invalid Credentials", location="Authorization")


def forbidden() -> Refusal:
    """Refuse a write by somebody who may only read: 403 `requiredAccessLevel`."""
    message = "You need to have writer access to this calendar."
    return Refusal(403, "requiredAccessLevel", message, domain="calendar")


def usage_limit(
    status: int, reason: str, message: str, headers: Mapping[str, str] | None = None
) -> Refusal:
    """Refuse for a usage limit: 403 or 429, with headers that advise to wait, or without."""
    return Refusal(status, reason, message, domain="usageLimits", headers=headers)


def not_found() -> Refusal:
    """Refuse what does not exist: 404 `notFound`."""
    return Refusal(404, "notFound", "Not Found")


def duplicate() -> Refusal:
    """Refuse an id that is taken: 409 `duplicate`."""
    return Refusal(409, "duplicate", "The requested identifier already exists.")


def already_deleted() -> Refusal:
    """Refuse to delete twice: 410 `deleted`."""
    return Refusal(410, "deleted", "Resource has been deleted")


def full_sync_required() -> Refusal:
    """Refuse a sync token that no longer counts: 410 `fullSyncRequired`."""
    message = "Sync token is no longer valid, a full sync is required."
    return Refusal(410, "fullSyncRequired", message, domain="calendar", location="syncToken")


def invalid_sync_token() -> Refusal:
    """Refuse a sync token that is none: 400 `invalid`."""
    return refuse_invalid("Invalid sync token value.", "syncToken")


def updated_min_too_old() -> Refusal:
    """Refuse an `updatedMin` beyond the horizon: 410 `updatedMinTooLongAgo`."""
    message = "The requested minimum modification time lies too far in the past."
    return Refusal(410, "updatedMinTooLongAgo", message, domain="calendar", location="updatedMin")


def precondition_failed() -> Refusal:
    """Refuse a write on a version that is no longer the current one: 412 `conditionNotMet`."""
    return Refusal(412, "conditionNotMet", "Precondition Failed", location="If-Match")


def restricted_sync_token() -> Refusal:
    """Refuse filters beside a sync token: 400 `syncTokenWithRequestRestrictions`."""
    message = "Sync token cannot be used with other request restrictions."
    return Refusal(400, "syncTokenWithRequestRestrictions", message, domain="calendar")


def ordered_sync_token() -> Refusal:
    """Refuse an ordering beside a sync token: 400 `syncTokenWithNonDefaultOrdering`."""
    message = "Sync token cannot be used with non-default ordering."
    return Refusal(400, "syncTokenWithNonDefaultOrdering", message, domain="calendar")
