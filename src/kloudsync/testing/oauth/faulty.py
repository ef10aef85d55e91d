"""Faults in the words of an authorisation server."""

from kloudsync.testing.faults import FaultKind
from kloudsync.testing.oauth.refusals import Refusal
from kloudsync.testing.wording import Refuse, Wording


def _refuse(status: int, error: str) -> Refuse:
    return lambda advice: Refusal(error, status=status, headers=advice)


WORDING = Wording(
    refusals={
        FaultKind.RATE_LIMIT: _refuse(403, "rate_limit_exceeded"),
        FaultKind.USER_RATE_LIMIT: _refuse(403, "rate_limit_exceeded"),
        FaultKind.QUOTA_EXCEEDED: _refuse(403, "rate_limit_exceeded"),
        FaultKind.TOO_MANY_REQUESTS: _refuse(429, "rate_limit_exceeded"),
        FaultKind.RETRY_AFTER_SECONDS: _refuse(429, "rate_limit_exceeded"),
        FaultKind.RETRY_AFTER_DATE: _refuse(429, "rate_limit_exceeded"),
        FaultKind.SERVER_ERROR: _refuse(500, "server_error"),
        FaultKind.UNAVAILABLE: _refuse(503, "temporarily_unavailable"),
        FaultKind.FORBIDDEN: _refuse(403, "access_denied"),
        FaultKind.UNAUTHORIZED: _refuse(401, "invalid_client"),
    },
)
