"""Which errors of a listing mean that its sync token or page token is dead."""

from __future__ import annotations

from typing import Any, Final

from kloudsync.errors import APIError
from kloudsync.http.json_kinds import is_object

_TOO_OLD: Final = "updatedMinTooLongAgo"
_TOKENS: Final = frozenset({None, "syncToken", "pageToken"})


def why_refused(error: APIError, *, sent: bool) -> str | None:
    """Return why a token was refused, or None if the error means something else.

    A token dies of age, of a changed ACL, or because it was never one: the service
    says 410, with or without a reason, or 400. Other 400 are mistakes of the caller,
    which no full pass would mend; 410 `deleted` speaks of a single event.

    Args:
        error: What a listing was answered with.
        sent: Whether a sync token or page token was part of the request.
    """
    reason = error.reason
    if error.status == 410:
        dead = reason != "deleted" and (sent or reason == "fullSyncRequired")
        return f"410 {reason or 'without a reason'}: the cursor has expired" if dead else None
    if error.status == 400 and sent and _blames_token(error):
        return f"400 {reason or 'invalid'}: the service does not know the cursor"
    return None


def may_mean_token(error: APIError) -> bool:
    """Tell whether a refused delta may mean its sync token, though it does not say so.

    Not documented are the words in which Google refuses tokens. Those that begin with
    `syncTokenWith` blame the other parameters.
    """
    return error.status == 400 and not (error.reason or "").startswith("syncTokenWith")


def _blames_token(error: APIError) -> bool:
    detail = _detail(error)
    message = str(detail.get("message") or error).lower()
    if error.reason not in (None, "invalid", "badRequest", "INVALID_ARGUMENT"):
        return False
    named = "sync token value" in message or "page token" in message
    vague = error.reason == "invalid" or "invalid value" in message
    return named or (vague and detail.get("location") in _TOKENS)


def _detail(error: APIError) -> dict[str, Any]:
    """Return the first entry of Google's error envelope, as far as there is one."""
    if error.response is None:
        return {}
    try:
        detail = error.response.json()["error"]["errors"][0]
    except (ValueError, LookupError, TypeError):
        return {}
    return detail if is_object(detail) else {}
