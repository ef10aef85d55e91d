"""What was granted to whom, and the tokens that stand for it."""

import random
from collections.abc import Iterable
from datetime import datetime, timedelta

import attrs

from kloudsync.testing.clock import TellsTime
from kloudsync.testing.oauth.refusals import Refusal, dead_grant


@attrs.define(kw_only=True, eq=False)
class Grant:
    """What one person, or nobody, allowed one application; all its tokens live and die with it.

    Attributes:
        client: The application's id.
        user: The person's address; empty where an application acts for itself.
        scopes: What was allowed.
        alive: Whether it still counts.
        refresh: The refresh token that is good now; empty for none.
        spent: The refresh tokens that were good before, and when each was spent.
    """

    client: str
    user: str
    scopes: tuple[str, ...]
    alive: bool = True
    refresh: str = ""
    spent: dict[str, datetime] = attrs.field(factory=dict[str, datetime], repr=False)


@attrs.frozen(kw_only=True)
class Access:
    """An access token as the server holds it.

    Attributes:
        grant: What it stands for.
        scopes: What it is good for.
        expires_at: When it lapses.
    """

    grant: Grant
    scopes: tuple[str, ...]
    expires_at: datetime


class Grants:
    """All grants and tokens of a server.

    Args:
        clock: What tells the present.
        seed: What tokens are drawn from.

    Attributes:
        rotating: Whether a refresh token is good for one use; may be changed at any time.
        lifetime: How long access tokens live.
        leeway: How long after its use a spent refresh token is still taken for a repetition.
        reused: How often a spent refresh token came again, and killed its grant.
    """

    def __init__(self, clock: TellsTime, seed: int) -> None:
        self.rotating: bool = True
        self.lifetime: timedelta = timedelta(hours=1)
        self.leeway: timedelta = timedelta()
        self.reused: int = 0
        self._clock = clock
        self._random = random.Random(f"oauth/{seed}")
        self._access: dict[str, Access] = {}
        self._refresh: dict[str, Grant] = {}

    def secret(self, prefix: str) -> str:
        """Draw a token that nobody else has."""
        return f"{prefix}-{self._random.getrandbits(128):032x}"

    def begin(
        self, client: str, user: str, scopes: Iterable[str], *, lasting: bool = True
    ) -> Grant:
        """Write down what was allowed; with a refresh token if it is to last."""
        grant = Grant(client=client, user=user, scopes=tuple(scopes))
        if lasting:
            self._renew(grant)
        return grant

    def access(self, grant: Grant, scopes: tuple[str, ...] | None = None) -> str:
        """Issue an access token."""
        token = self.secret("access")
        chosen = grant.scopes if scopes is None else scopes
        expires_at = self._clock.now() + self.lifetime
        self._access[token] = Access(grant=grant, scopes=chosen, expires_at=expires_at)
        return token

    def redeem(self, token: str, client: str, scope: str = "") -> Grant:
        """Find what a refresh token stands for, and spend it where tokens rotate.

        A token that was spent before ends the grant: either the one who sends it now or the one
        who sent it then has stolen it (RFC 9700, section 4.14.2).

        Args:
            token: The refresh token.
            client: Who sends it.
            scope: What the next access token is to be good for; empty for all.

        Raises:
            Refusal: `invalid_grant`, or `invalid_scope` for more than was granted.
        """
        grant = self._refresh.get(token)
        if grant is None or grant.client != client or not grant.alive:
            raise dead_grant()
        narrowed(grant, scope)
        if token in grant.spent:
            self._judge_reuse(grant, token)
        elif self.rotating:
            grant.spent[token] = self._clock.now()
            self._renew(grant)
        return grant

    def _judge_reuse(self, grant: Grant, token: str) -> None:
        if self._clock.now() - grant.spent[token] >= self.leeway:
            self.reused += 1
            grant.alive = False
            raise dead_grant()

    def find(self, token: str) -> Access | None:
        """Find what a living access token is good for."""
        held = self._access.get(token)
        if held is None or not held.grant.alive or self._clock.now() >= held.expires_at:
            return None
        return held

    def lapse(self) -> None:
        """Let every access token lapse at once."""
        self._access.clear()

    def revoke(self, token: str) -> None:
        """Let a token die, and with a refresh token its whole grant (RFC 7009)."""
        if token in self._refresh:
            self._refresh[token].alive = False
        self._access.pop(token, None)

    def withdraw(self, user: str | None = None, client: str | None = None) -> None:
        """End the grants of a person, of an application, of both, or all."""
        every = {id(grant): grant for grant in self._refresh.values()}
        every |= {id(held.grant): held.grant for held in self._access.values()}
        for grant in every.values():
            if user in {None, grant.user} and client in {None, grant.client}:
                grant.alive = False

    def _renew(self, grant: Grant) -> None:
        grant.refresh = self.secret("refresh")
        self._refresh[grant.refresh] = grant


def narrowed(grant: Grant, asked: str) -> tuple[str, ...]:
    """Read the scopes that a renewal asks for: no more than were granted, by default all."""
    wanted = tuple(asked.split()) or grant.scopes
    if not set(wanted) <= set(grant.scopes):
        raise Refusal("invalid_scope", "Some requested scopes were invalid.")
    return wanted
