"""What became of a write whose answer was lost, found out when its repetition is refused.

An insert that arrived makes its repetition a duplicate; a change that arrived makes
its repetition fail the precondition; a deletion that arrived leaves nothing to
delete. Reading what is there, and comparing it with what was sent, tells.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar, cast

from kloudsync.errors import APIError, Conflict, Gone, NotFound, PreconditionFailed
from kloudsync.http.codec import decode_json
from kloudsync.http.message import Request, Response
from kloudsync.http.operation import Answer, Operation, Settle
from kloudsync.providers.google.wire.codec import codec

T = TypeVar("T")

SERVICES_OWN = frozenset(
    {"kind", "etag", "created", "updated", "sequence", "htmlLink", "hangoutLink", "creator"}
    | {"organizer", "conferenceData", "iCalUID"}
)
"""Members that the service fills or changes by itself, so that they prove nothing."""

DEFAULTS: dict[str, object] = {
    "status": "confirmed",
    "eventType": "default",
    "transparency": "opaque",
    "visibility": "default",
    "guestsCanInviteOthers": True,
    "guestsCanSeeOtherGuests": True,
}
"""Values that the service leaves out of its answers, beside those that are false in Python."""


def settle_insert(name: str, location: str, answer: type[T], sent: Mapping[str, Any]) -> Settle[T]:
    """Take a duplicate of the caller's own id for success where it holds what was sent.

    Also on the first try: a program that died before it noted its success tries again.
    """

    def settle(error: APIError, _: int) -> Operation[T] | None:
        if not isinstance(error, Conflict):
            return None
        return _reread(name, location, answer, sent, error)

    return settle


def settle_change(name: str, location: str, answer: type[T], sent: Mapping[str, Any]) -> Settle[T]:
    """Take a failed precondition of a repeated try for success where what was sent is there."""

    def settle(error: APIError, attempt: int) -> Operation[T] | None:
        if attempt == 1 or not isinstance(error, PreconditionFailed):
            return None
        return _reread(name, location, answer, sent, error)

    return settle


def settle_deletion(error: APIError, attempt: int) -> Answer[None] | None:
    """Take absence for success where a try before may have deleted what is absent."""
    response = error.response
    if attempt == 1 or not isinstance(error, (Gone, NotFound)):
        return None
    if not isinstance(response, Response):
        return None
    return Answer(value=None, response=response, attempts=attempt)


def _reread(
    name: str, location: str, answer: type[T], sent: Mapping[str, Any], error: APIError
) -> Operation[T]:
    def decode(response: Response) -> T:
        found: object = decode_json(response)
        if not _is_living(found) or not carries(found, sent):
            raise error
        return codec.load(answer, found)

    return Operation(name=name, request=Request(method="GET", path=location), decode=decode)


def _is_living(found: object) -> bool:
    return not isinstance(found, dict) or cast("dict[str, Any]", found).get("status") != "cancelled"


def carries(found: object, sent: object) -> bool:
    """Tell whether what the service holds is what was sent, as far as that says anything."""
    if isinstance(sent, dict):
        members = cast("dict[str, Any]", found if isinstance(found, dict) else {})
        return all(
            _carries_member(members, name, value)
            for name, value in cast("dict[str, Any]", sent).items()
            if name not in SERVICES_OWN
        )
    if isinstance(sent, list):
        held = cast("list[object]", found if isinstance(found, list) else [])
        items = cast("list[object]", sent)
        return len(held) == len(items) and all(any(carries(h, i) for h in held) for i in items)
    return found == sent or _normal(found) == _normal(sent)


def _carries_member(members: Mapping[str, Any], name: str, value: object) -> bool:
    if members.get(name) is None:
        return not value or DEFAULTS.get(name) == value
    return carries(members[name], value)


def _normal(value: object) -> object:
    """Return a form in which texts that mean the same are equal: instants, and rules by part."""
    if not isinstance(value, str):
        return value
    if value.startswith("RRULE:"):
        return frozenset(value.upper().removeprefix("RRULE:").split(";"))
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return value.casefold()
