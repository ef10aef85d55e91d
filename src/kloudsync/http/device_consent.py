"""Consent on another device: a code that a person types elsewhere (RFC 8628)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Final, cast

from attrs import field, frozen

from kloudsync.errors import APIError, DecodeError, PermissionDenied
from kloudsync.http.auth import Flow, Pause
from kloudsync.http.message import Response, form_request
from kloudsync.http.secret import Secret
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens
from kloudsync.http.token_refusals import OPERATION

GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
INTERVAL: Final = 5.0
"""Seconds between two questions where the service names none, and by which `slow_down` slows."""

LIFE: Final = 900.0
"""Seconds that a person has where the service does not say."""

_REFUSALS: Final = frozenset({"access_denied", "authorization_declined", "expired_token"})
"""What a person's answer is told by (section 3.5); the second is Microsoft's. Others blame the program."""


@frozen(kw_only=True)
class DeviceCode:
    """What a person has to do. The repr hides the code that the program itself redeems.

    Attributes:
        url: The page to open, on whatever device.
        user_code: What to type there.
        message: What the service would tell the person, or None.
        device_code: What the program asks with.
        interval: Seconds between two questions.
        life: Seconds that the person has.
    """

    url: str
    user_code: str
    message: str | None = None
    device_code: str = field(repr=False, converter=Secret)
    interval: float = INTERVAL
    life: float = LIFE


def consent_on_device(
    endpoint: TokenEndpoint,
    url: str,
    scopes: Iterable[str],
    show: Callable[[DeviceCode], object],
    now: datetime,
) -> Flow[Tokens]:
    """Ask a person for access who may sit at another device.

    Args:
        endpoint: Where the answer is exchanged for tokens.
        url: Where the service hands out codes.
        scopes: What to ask for.
        show: Tells the person what to do; called once.
        now: The current time, aware.

    Raises:
        PermissionDenied: The person said no, or nothing in time.
        APIError: The service refuses the program itself.
        DecodeError: The service answered with no code.
    """
    fields = {"client_id": endpoint.client_id, "scope": " ".join(scopes)}
    response: Response = yield form_request(url, fields)
    code = _read(response, endpoint)
    show(code)
    waited, interval = 0.0, code.interval
    while waited < code.life:
        yield Pause(interval)
        waited += interval
        try:
            return (yield from endpoint.redeem_device(code.device_code, _at(now, waited)))
        except APIError as error:
            if error.reason == "slow_down":
                # Five seconds more are asked for (section 3.5); twice as long makes sure.
                interval += max(interval, INTERVAL)
            elif error.reason in _REFUSALS:
                raise _refusal(endpoint, error.reason, error) from error
            elif error.reason != "authorization_pending":
                raise
    raise _refusal(endpoint, "expired_token", None)


def _at(now: datetime, seconds: float) -> datetime:
    return now + timedelta(seconds=seconds)


def _refusal(
    endpoint: TokenEndpoint, reason: str | None, error: APIError | None
) -> PermissionDenied:
    late = reason == "expired_token"
    happened = "nobody answered in time" if late else "the person said no"
    return PermissionDenied(
        f"{endpoint.provider} {OPERATION}: {happened} ({reason or 'no reason given'}); ask again",
        status=400 if error is None else error.status,
        provider=endpoint.provider,
        operation=OPERATION,
        reason=reason,
    )


def _read(response: Response, endpoint: TokenEndpoint) -> DeviceCode:
    try:
        told: Any = response.json()
    except ValueError:
        told = None
    members = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    page = members.get("verification_uri") or members.get("verification_url")
    code, typed = members.get("device_code"), members.get("user_code")
    if not all(isinstance(one, str) and one for one in (page, code, typed)):
        raise DecodeError(
            f"{endpoint.provider} {OPERATION}: expected a code for a device, found none; "
            "check the client id, and that the application may use this flow",
            operation=OPERATION,
        )
    message = members.get("message")
    return DeviceCode(
        url=str(page),
        user_code=str(typed),
        message=message if isinstance(message, str) else None,
        device_code=str(code),
        interval=_seconds(members.get("interval"), INTERVAL),
        life=_seconds(members.get("expires_in"), LIFE),
    )


def _seconds(value: Any, usual: float) -> float:
    known = isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0
    return float(value) if known else usual
