"""Faults that a fake service is told, or left to chance by a seed, to commit.

A script of faults belongs to no vendor; each fake words them as its service does.
"""

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Self

import attrs

from kloudsync.testing.exchange import Reply


class FaultKind(Enum):
    """What can go wrong with an answer."""

    RATE_LIMIT = "403 with the reason for too many requests of the project"
    USER_RATE_LIMIT = "403 with the reason for too many requests of the user"
    TOO_MANY_REQUESTS = "429 without advice"
    RETRY_AFTER_SECONDS = "429 with Retry-After in seconds"
    RETRY_AFTER_DATE = "429 with Retry-After as a date"
    SERVER_ERROR = "500 with a JSON error"
    UNAVAILABLE = "503 with a JSON error"
    HTML_502 = "502 with a page of HTML"
    HTML_200 = "200 with a page of HTML"
    QUOTA_EXCEEDED = "403 with the reason for a limit that takes hours to pass"
    FORBIDDEN = "403 with a reason that no waiting mends"
    UNAUTHORIZED = "401, although the token is good"
    CUT_CONNECTION = "the connection breaks before the request is performed"
    CUT_BODY = "the request is performed, the connection breaks within the answer"
    SLOW_BODY = "the request is performed, the answer stalls half-way"
    CURSOR_GONE = "the cursor is refused as too old"
    CURSOR_GONE_SILENTLY = "the cursor is refused as too old, without a body"
    CURSOR_INVALID = "the cursor is refused as no cursor at all"
    CURSOR_UNNAMED = "the cursor is refused as an invalid value, without saying which"
    DUPLICATE_ITEMS = "items of a list come again on later pages"
    REORDER_PAGES = "the items of a list come in reverse"
    ENDLESS_PAGES = "the page names itself as the next one"
    MALFORMED_ITEM = "a page holds one more item, which makes no sense"
    RECORD_REFUSED = "422 for one record, alone or as a row of a batch; Salesloft's fake only"


CURSOR_FAULTS = frozenset(
    (
        FaultKind.CURSOR_GONE,
        FaultKind.CURSOR_GONE_SILENTLY,
        FaultKind.CURSOR_INVALID,
        FaultKind.CURSOR_UNNAMED,
    )
)
FIRST_PAGE_FAULTS = frozenset((FaultKind.DUPLICATE_ITEMS, FaultKind.REORDER_PAGES))
PAGE_FAULTS = frozenset((FaultKind.ENDLESS_PAGES, FaultKind.MALFORMED_ITEM))
RECORD_FAULTS = frozenset((FaultKind.RECORD_REFUSED,))
AFTERWARDS = frozenset((FaultKind.CUT_BODY, FaultKind.SLOW_BODY))
TRANSIENT = (
    FaultKind.RATE_LIMIT,
    FaultKind.USER_RATE_LIMIT,
    FaultKind.TOO_MANY_REQUESTS,
    FaultKind.RETRY_AFTER_SECONDS,
    FaultKind.RETRY_AFTER_DATE,
    FaultKind.SERVER_ERROR,
    FaultKind.UNAVAILABLE,
    FaultKind.HTML_502,
    FaultKind.CUT_CONNECTION,
    FaultKind.CUT_BODY,
)
"""What a client is expected to overcome by asking again."""


@attrs.frozen
class Fault:
    """One line of a script: what goes wrong, and with which requests.

    Attributes:
        kind: What goes wrong.
        operation: Only requests of this name count, such as `events.list`; None for all.
        nth: The first request that it strikes, counted from 1 among those that count; of what
            strikes records, the first record.
        times: How many requests it strikes from there; None for all that follow.
        seconds: The wait that it advises or causes.
    """

    kind: FaultKind
    operation: str | None = attrs.field(default=None, kw_only=True)
    nth: int = attrs.field(default=1, kw_only=True)
    times: int | None = attrs.field(default=1, kw_only=True)
    seconds: float = attrs.field(default=1.0, kw_only=True)

    def strikes(self, number: int) -> bool:
        """Tell whether the fault strikes the request of this number among those that count."""
        return number >= self.nth and (self.times is None or number < self.nth + self.times)


@attrs.frozen(kw_only=True)
class Scene:
    """What a fault must know of a request.

    Attributes:
        operation: The vendor's name of the method.
        listing: Whether the answer is a page of a list.
        first: Whether it is the first page.
        cursor: Whether the request carries a cursor of an earlier pass.
        record: Whether this is no request, but one record that some request brought.
    """

    operation: str
    listing: bool = False
    first: bool = True
    cursor: bool = False
    record: bool = False

    def allows(self, kind: FaultKind) -> bool:
        """Tell whether a fault of this kind can happen to the request."""
        if self.record or kind in RECORD_FAULTS:
            return self.record and kind in RECORD_FAULTS
        if kind in CURSOR_FAULTS:
            return self.cursor
        if kind in FIRST_PAGE_FAULTS:
            return self.listing and self.first
        return self.listing or kind not in PAGE_FAULTS


class Faults:
    """A script of faults for a fake service.

    Args:
        script: The faults; the first that strikes a request wins.

    Attributes:
        injected: How many faults of each kind were committed.
    """

    def __init__(self, script: Iterable[Fault] = ()) -> None:
        self._script = list(script)
        self._seen = [0] * len(self._script)
        self.injected: Counter[FaultKind] = Counter()

    @classmethod
    def random(
        cls,
        seed: int | str,
        *,
        rate: float = 0.1,
        kinds: Sequence[FaultKind] = TRANSIENT,
        longest: int = 2,
        seconds: float = 1.0,
    ) -> "RandomFaults":
        """Leave the faults to chance; the same seed strikes the same requests.

        Args:
            seed: What the chance starts from.
            rate: The share of requests that a fault strikes.
            kinds: The faults to choose from.
            longest: How many requests in a row may be struck, so that patience is rewarded.
            seconds: The wait that they advise or cause.
        """
        return RandomFaults(seed, rate=rate, kinds=kinds, longest=longest, seconds=seconds)

    def add(self, fault: Fault) -> Self:
        """Add a fault; its requests are counted from now on."""
        self._script.append(fault)
        self._seen.append(0)
        return self

    def next(self, scene: Scene) -> Fault | None:
        """Decide whether a fault strikes the request, and count it."""
        struck = self._choose(scene)
        if struck is not None:
            self.injected[struck.kind] += 1
        return struck

    def _choose(self, scene: Scene) -> Fault | None:
        struck: Fault | None = None
        for index, fault in enumerate(self._script):
            if fault.operation in {None, scene.operation} and scene.allows(fault.kind):
                self._seen[index] += 1
                if struck is None and fault.strikes(self._seen[index]):
                    struck = fault
        return struck


class RandomFaults(Faults):
    """Faults by chance; see `Faults.random`."""

    def __init__(
        self,
        seed: int | str,
        *,
        rate: float,
        kinds: Sequence[FaultKind],
        longest: int,
        seconds: float,
    ) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self._rate = rate
        self._kinds = list(kinds)
        self._longest = longest
        self._seconds = seconds
        self._row = 0

    def _choose(self, scene: Scene) -> Fault | None:
        scripted = super()._choose(scene)
        if scene.record:
            return scripted
        struck = self._random.random() < self._rate
        kind = self._random.choice(self._kinds)
        if scripted is not None or not struck or self._row >= self._longest:
            self._row = 0
            return scripted
        self._row += 1
        return Fault(kind, seconds=self._seconds) if scene.allows(kind) else None


class Disrupted(Exception):
    """The network failed; carriers turn it into what their clients see.

    Args:
        kind: How it failed.
        reply: What the service answered, where it got that far.
        seconds: How long a slow answer stalls.
    """

    def __init__(self, kind: FaultKind, reply: Reply | None, seconds: float) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.reply = reply
        self.seconds = seconds


def html_page(status: int) -> Reply:
    """Write the page that proxies send in place of an answer."""
    title = "502 Bad Gateway" if status == 502 else "Welcome"
    text = f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{title}</body></html>\n"
    return Reply(status, {"Content-Type": "text/html; charset=UTF-8"}, text.encode())
