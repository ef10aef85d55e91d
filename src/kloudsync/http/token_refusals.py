"""What the refusals of a token endpoint mean (RFC 6749, section 5.2). Pure.

Errors are told by their code. A service's own words are left out of messages, since some quote
the token that they refuse; they can be read in the error's `response`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kloudsync.errors import (
    APIError,
    BadRequest,
    ConsentRequired,
    KloudsyncError,
    PermissionDenied,
    RateLimited,
    ServiceUnavailable,
    TransportError,
    Unauthorized,
)
from kloudsync.http.censor import SHORTEST
from kloudsync.http.json_kinds import is_object
from kloudsync.http.message import Response
from kloudsync.http.retry import parse_retry_after

OPERATION = "oauth.token"

_SECRETS = (
    "client_secret",
    "refresh_token",
    "code",
    "code_verifier",
    "client_assertion",
    "device_code",
)
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,60}")

_PASSING: dict[str, type[APIError]] = {
    "internal_failure": ServiceUnavailable,
    "server_error": ServiceUnavailable,
    "temporarily_unavailable": ServiceUnavailable,
    "rate_limit_exceeded": RateLimited,
    "slow_down": RateLimited,
}
"""Codes that pass by themselves, whatever status they come with (RFC 6749, section 4.1.2.1)."""

_LEAVES: dict[str, tuple[type[APIError], str]] = {
    "invalid_grant": (ConsentRequired, "a person has to grant access again"),
    "invalid_client": (Unauthorized, "check the client id and secret"),
    "unauthorized_client": (Unauthorized, "allow this kind of grant for the client"),
    "invalid_scope": (PermissionDenied, "ask for scopes that the client may have"),
    "access_denied": (PermissionDenied, "the grant was refused"),
}


def refusal(response: Response, provider: str, given: Mapping[str, str]) -> APIError:
    """Return the error that an answer means.

    Args:
        response: What the token endpoint answered.
        provider: The service's name in errors.
        given: The fields that it was asked with; no message repeats a secret among them.
    """
    reason = _code(_error(response), given)
    leaf, advice = _LEAVES.get(reason or "", (BadRequest, "the request cannot succeed as it is"))
    return leaf(
        f"{provider} {OPERATION}: refused with {response.status} "
        f"({reason or 'no reason given'}); {advice}",
        status=response.status,
        provider=provider,
        operation=OPERATION,
        reason=reason,
        response=response,
    )


def expect_able(response: Response, provider: str, now: datetime) -> None:
    """Refuse an answer that says no more than that another try may succeed.

    Raises:
        RateLimited: There were too many requests.
        ServiceUnavailable: The service failed, or says that it does for a while.
    """
    status, code = response.status, None
    if 200 <= status < 300:
        return
    told = text(_error(response))
    if told in _PASSING:
        code, leaf = told, _PASSING[told]
    elif status == 429 or status >= 500:
        leaf = RateLimited if status == 429 else ServiceUnavailable
    else:
        return
    found = f"{status} ({code})" if code else str(status)
    raise leaf(
        f"{provider}: the token endpoint answered {found}; try again later",
        status=status,
        provider=provider,
        operation=OPERATION,
        reason=code,
        retry_after=parse_retry_after(response.headers.get("Retry-After"), now),
        response=response,
    )


def is_unprocessed(error: KloudsyncError) -> bool:
    """Tell whether a request surely left what it carries unspent.

    It was never sent, or the service itself says that it did nothing for now.
    """
    if isinstance(error, TransportError):
        return not error.sent
    if isinstance(error, ServiceUnavailable):
        return error.reason in _PASSING or (error.status == 503 and error.retry_after is not None)
    return isinstance(error, RateLimited)


def members_of(response: Response) -> Mapping[str, Any] | None:
    """Return the members of an answer's JSON object, or None where it is something else."""
    try:
        content: Any = response.json()
    except ValueError:
        return None
    return content if is_object(content) else None


def text(value: object) -> str | None:
    """Return what is a text and says something, or None."""
    return value if isinstance(value, str) and value else None


def _error(response: Response) -> object:
    found = members_of(response)
    return None if found is None else found.get("error")


def _code(value: object, given: Mapping[str, str]) -> str | None:
    """Return the code of an error, unless it is something that quotes what was sent."""
    code = text(value) or ""
    # What is shorter than any credential is a part of many a code.
    secrets = [given[name] for name in _SECRETS if len(given.get(name, "")) >= SHORTEST]
    quotes = any(secret in code for secret in secrets)
    return code if _CODE.fullmatch(code) and not quotes else None
