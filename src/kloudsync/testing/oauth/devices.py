"""Consent on another device: a code that a person types elsewhere (RFC 8628)."""

from datetime import datetime, timedelta

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.oauth.consents import Person
from kloudsync.testing.oauth.grants import Grant, Grants
from kloudsync.testing.oauth.refusals import Refusal

LIFETIME, INTERVAL = timedelta(minutes=30), timedelta(seconds=5)


@attrs.define(kw_only=True)
class Wait:
    """A device that waits for a person.

    Attributes:
        client: The application's id.
        scope: What it asks for.
        user_code: What the person types.
        expires_at: When nobody waits any more.
        interval: The least time between two questions.
        asked_at: When it asked last.
        person: Who answered; None so far.
    """

    client: str
    scope: str
    user_code: str
    expires_at: datetime
    interval: timedelta = INTERVAL
    asked_at: datetime | None = None
    person: Person | None = None


class Devices:
    """The devices that wait.

    Args:
        clock: What tells the present.
        grants: Where what was allowed is written down.
    """

    def __init__(self, clock: TellsTime, grants: Grants) -> None:
        self._clock = clock
        self._grants = grants
        self._waiting: dict[str, Wait] = {}

    def begin(self, client: str, scope: str) -> tuple[str, Wait]:
        """Let a device wait; answers with its own code, and what the person types."""
        typed = self._grants.secret("user")[-8:].upper()
        wait = Wait(
            client=client,
            scope=scope,
            user_code=f"{typed[:4]}-{typed[4:]}",
            expires_at=self._clock.now() + LIFETIME,
        )
        code = self._grants.secret("device")
        self._waiting[code] = wait
        return code, wait

    def answer(self, user_code: str, person: Person) -> None:
        """Type a code in, and agree or not."""
        for wait in self._waiting.values():
            if wait.user_code == user_code and wait.person is None:
                wait.person = person
                return
        raise LookupError(f"no device waits for the code {user_code!r}")

    def redeem(self, code: str, client: str) -> Grant:
        """Answer a device that asks whether the person has answered."""
        wait = self._waiting.get(code)
        if wait is None or wait.client != client:
            raise Refusal("invalid_grant", "Malformed device code.")
        now = self._clock.now()
        if now >= wait.expires_at:
            raise Refusal("expired_token", "The device code has expired.")
        early = wait.asked_at is not None and now - wait.asked_at < wait.interval
        wait.asked_at = now
        if early:
            wait.interval += INTERVAL
            raise Refusal("slow_down", "Polling too frequently.")
        if wait.person is None:
            raise Refusal("authorization_pending", "Precondition Required")
        del self._waiting[code]
        if not wait.person.willing:
            raise Refusal("access_denied", "The person said no.")
        return self._grants.begin(client, wait.person.address, wait.person.allows(wait.scope))
