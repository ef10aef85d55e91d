"""What becomes of a topic once it was worked at: its state, and when it is due again. Pure."""

from __future__ import annotations

from typing import Final

from attrs import evolve, frozen

from kloudsync.errors import (
    APIError,
    DeletionsPending,
    IdentityMismatch,
    LeaseHeld,
    LeaseLost,
    NotFound,
    RateLimited,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreTooNew,
    UsageError,
)
from kloudsync.fleet.lanes import Lane
from kloudsync.fleet.policy import FleetPolicy
from kloudsync.fleet.states import Note, State
from kloudsync.fleet.topics import GONE
from kloudsync.model.visible import visible
from kloudsync.runtime.rests import HOPELESS

FOREVER: Final = float("inf")
"""Waits until it is asked for."""

BUSY: Final = 2.0
"""Seconds until another look at what another worker is at."""

STORE_TRIES: Final = 4
"""As which failure in a row one of the store's is told: before, it is somebody else's, and over soon."""

LONGEST_ASKED: Final = 86_400.0
"""The longest rest that a service may ask for, in seconds."""

LEFT: Final = 60.0
"""Seconds until what another fleet of the store does is offered to all of them again."""

_LONGEST: Final = 300
"""Characters of a message that are told."""

_LASTING: Final[dict[type[Exception], str]] = {
    NotFound: "the service does not know it (any more)",
    IdentityMismatch: "the client is another person's",
}
"""What a minute does not mend."""


@frozen(kw_only=True)
class Result:
    """What a job came to.

    Attributes:
        changed: Whether it found anything.
        pending: How many deletions wait for somebody's word.
        watched: Whether a channel announces changes of the topic at present.
        unwatchable: Why the service has no channels for it, or None.
        wait: When the job itself wants to be done again, in seconds, which may be infinite; None to
            leave it to the policy.
        gone: Whether there is nothing left to do for it, ever.
        passes: How many passes of the calendar were committed by now, or 0.
        left: Whether it is left to another fleet of the store, whose settings have it done.
    """

    changed: bool = True
    pending: int = 0
    watched: bool = False
    unwatchable: str | None = None
    wait: float | None = None
    gone: bool = False
    passes: int = 0
    left: bool = False


@frozen(kw_only=True)
class Verdict:
    """How a topic is given back.

    Attributes:
        note: How it stands now.
        wait: In how many seconds it is due again.
        lane: Where it queues then.
        done: Whether it was worked off; if not it rests, whoever asks.
        account_rests: How long all of the account rests, or None.
    """

    note: Note
    wait: float
    lane: Lane = Lane.POLL
    done: bool = True
    account_rests: float | None = None


def of_result(
    note: Note, result: Result, policy: FleetPolicy, *, now: float, chance: float
) -> Verdict:
    """Judge a job that went well.

    Args:
        note: How the topic stood.
        result: What the job came to.
        policy: Intervals.
        now: Seconds since 1970.
        chance: A random number in [0, 1).
    """
    if result.gone:
        return Verdict(note=note.turned(State.RETIRED, now, GONE), wait=FOREVER)
    if result.left:
        return Verdict(note=note, wait=policy.spread_out(result.wait or LEFT, chance))
    calm = 0 if result.changed else note.calm + 1
    wait = result.wait
    if wait is None:
        wait = policy.interval(watched=result.watched, calm=calm, chance=chance)
    turned = evolve(
        _stands(note, result, now),
        calm=calm,
        watched=result.watched,
        passes=result.passes,
        urgent=False,
    )
    return Verdict(note=turned, wait=wait)


def _stands(note: Note, result: Result, now: float) -> Note:
    if result.pending:
        waiting = f"{result.pending} deletions wait to be confirmed or refused"
        return note.turned(State.HELD, now, waiting)
    if result.unwatchable:
        return note.turned(State.UNWATCHABLE, now, result.unwatchable)
    return note.turned(State.HEALTHY, now)


def of_error(
    note: Note,
    error: Exception,
    policy: FleetPolicy,
    *,
    lane: Lane,
    attempts: int,
    now: float,
    chance: float,
) -> Verdict:
    """Judge a job that failed, with whatever error: the topic rests, and nobody else does.

    Only what is the account's fault makes all of it rest: a grant that was revoked, or a limit
    that the service has for the account.

    Args:
        note: How the topic stood.
        error: What the job raised.
        policy: Intervals.
        lane: The lane that it was taken from.
        attempts: How often in a row it was begun and not finished.
        now: Seconds since 1970.
        chance: A random number in [0, 1).
    """
    asked = error.retry_after if isinstance(error, APIError) else None
    # Whatever a service says, somebody looks once a day.
    asked = None if asked is None else min(asked, LONGEST_ASKED)
    rest = policy.rest_after(attempts, asked, chance)
    if isinstance(error, (LeaseHeld, LeaseLost)):
        # Another worker is at it, whose success is what this one waits for: no failure.
        return Verdict(note=note, wait=policy.spread_out(BUSY, chance), lane=lane)
    if _is_passing(error) and attempts < STORE_TRIES:
        wait = policy.spread_out(BUSY * 2 ** (attempts - 1), chance)
        return Verdict(note=note, wait=wait, lane=lane, done=False)
    if isinstance(error, DeletionsPending):
        wait = policy.interval(watched=note.watched, calm=0, chance=chance)
        return Verdict(note=note.turned(State.HELD, now, str(error)), wait=wait)
    if isinstance(error, HOPELESS):
        asleep = note.turned(State.NEEDS_CONSENT, now, "the account's owner has to allow access")
        return Verdict(note=asleep, wait=rest, lane=lane, done=False, account_rests=rest)
    lasting = next((said for kind, said in _LASTING.items() if isinstance(error, kind)), None)
    return Verdict(
        note=note.turned(State.FAILING, now, lasting or words(error)),
        wait=policy.longest_rest if lasting else rest,
        lane=lane,
        done=False,
        account_rests=asked if isinstance(error, RateLimited) else None,
    )


def _is_passing(error: Exception) -> bool:
    """Tell whether a store may be itself again in a moment: contended, or a database that starts anew."""
    lasting = StoreCorrupt, StoreFull, StoreTooNew
    return isinstance(error, StoreError) and not isinstance(error, lasting)


def words(error: Exception) -> str:
    """Return what an operator reads of an error: its kind and reason, never what strangers wrote.

    A `UsageError` is the program's own mistake, and its message says how to mend it: it is told, on
    one line and without addresses. What inherits from it may quote a calendar, and is named only.
    """
    kind = type(error).__name__
    if type(error) is UsageError:
        return f"{kind}: {_without_addresses(str(error))}"
    reason = getattr(error, "reason", None)
    return f"{kind} ({reason})" if isinstance(reason, str) and reason.isascii() else kind


def _without_addresses(text: str) -> str:
    words = ("(an address)" if "@" in word else word for word in text.split())
    told = visible(" ".join(words))
    return told if len(told) <= _LONGEST else f"{told[: _LONGEST - 1]}…"
