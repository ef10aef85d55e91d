"""What deltas continue from: rounds that are being read, and tokens that stand for them."""

import base64
import binascii
import json
import zlib
from datetime import datetime

import attrs

from kloudsync.testing.exchange import Resource
from kloudsync.testing.microsoft.refusals import (
    invalid_delta_token,
    not_found,
    sync_state_not_found,
)

KEPT = 64
"""How many rounds that are not read to their end are remembered."""


@attrs.frozen(kw_only=True)
class Question:
    """What a delta follows; a token is good for no other.

    Attributes:
        kind: `view` for occurrences in a window, `items` for what calendars hold.
        calendar: The id of the calendar.
        start: The beginning of the window.
        end: The end of the window; None for no end.
    """

    kind: str
    calendar: str
    start: datetime
    end: datetime | None = None


@attrs.frozen(kw_only=True)
class State:
    """Where a delta continues.

    Attributes:
        question: What it follows.
        mark: The stamp of the last change that was told.
        former: The same of the round before.
        number: Its number among all states of the same calendar.
    """

    question: Question
    mark: int
    former: int
    number: int


@attrs.define(kw_only=True)
class Round:
    """One round as it stood when its first page was asked for.

    Attributes:
        pages: The rows of each page.
        state: Where the next round continues.
    """

    pages: list[list[Resource]]
    state: State


class SyncStates:
    """The states of all deltas.

    Attributes:
        kept: How many states of one calendar are remembered; older ones are evicted by newer.
            None for all.
        epoch: Counts how often all states were dropped.
    """

    def __init__(self) -> None:
        self.kept: int | None = None
        self.epoch: int = 0
        self._counts: dict[str, int] = {}
        self._rounds: dict[int, Round] = {}
        self._begun = 0

    def next(self, question: Question, mark: int, former: int) -> State:
        """Draw up the state after a round."""
        number = self._counts.get(question.calendar, 0) + 1
        self._counts[question.calendar] = number
        return State(question=question, mark=mark, former=former, number=number)

    def begin(self, round_: Round) -> int:
        """Remember a round that goes on; answers with its number."""
        self._begun += 1
        self._rounds[self._begun] = round_
        self._rounds.pop(self._begun - KEPT, None)
        return self._begun

    def page_token(self, number: int, page: int) -> str:
        """Write the token of a page."""
        return _sealed({"r": number, "p": page, "e": self.epoch})

    def page(self, token: str, calendar: str) -> tuple[Round, int, int]:
        """Find a round by the token of one of its pages: the round, its number, the page."""
        told = _opened(token, "$skiptoken")
        round_ = self._rounds.get(told.get("r", 0))
        if told.get("e") != self.epoch or round_ is None:
            raise sync_state_not_found()
        if round_.state.question.calendar != calendar:
            raise not_found()
        return round_, told["r"], told["p"]

    def token(self, state: State) -> str:
        """Write the token of a state."""
        question = state.question
        return _sealed(
            {
                "k": question.kind,
                "c": question.calendar,
                "s": question.start.isoformat(),
                "t": question.end and question.end.isoformat(),
                "m": state.mark,
                "f": state.former,
                "n": state.number,
                "e": self.epoch,
            }
        )

    def state(self, token: str, kind: str, calendar: str) -> State:
        """Read a token.

        Raises:
            Refusal: 400 if it is none, 410 if its state is gone, 404 if it is of another calendar.
        """
        told = _opened(token, "$deltaToken")
        if told.get("k") != kind:
            raise invalid_delta_token("$deltaToken", token)
        if told["c"] != calendar:
            raise not_found()
        newest = self._counts.get(calendar, 0)
        evicted = self.kept is not None and told["n"] <= newest - self.kept
        if told["e"] != self.epoch or evicted:
            raise sync_state_not_found(told["n"], newest)
        question = Question(
            kind=kind,
            calendar=calendar,
            start=datetime.fromisoformat(told["s"]),
            end=datetime.fromisoformat(told["t"]) if told["t"] else None,
        )
        return State(question=question, mark=told["m"], former=told["f"], number=told["n"])

    def expire(self) -> None:
        """Drop everything; every token from before is refused."""
        self.epoch += 1

    def forget_rounds(self) -> None:
        """Drop the rounds that are being read; their later pages are refused."""
        self._rounds.clear()


def _sealed(told: Resource) -> str:
    raw = json.dumps(told, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(zlib.crc32(raw).to_bytes(4, "big") + raw).decode()


def _opened(token: str, name: str) -> Resource:
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise invalid_delta_token(name, token) from error
    if raw[:4] != zlib.crc32(raw[4:]).to_bytes(4, "big"):
        raise invalid_delta_token(name, token)
    told: Resource = json.loads(raw[4:])
    return told
