"""Other programs that edit a calendar over its API, as any client may."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import islice
from typing import Any
from urllib.parse import quote

from attrs import frozen

from kloudsync.testing.faults import Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle, expansion, rules
from kloudsync.testing.google.rows import Kind
from kloudsync.testing.google.times import (
    Moment,
    plus,
    render_field,
    until_before,
    utc_text,
)

ZONES = ("Europe/Paris", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Auckland", "UTC")
_REACH = 8
_CARRIED = ("summary", "description", "location", "transparency")


@frozen(kw_only=True)
class Division:
    """A "this and following" as clients write it: two requests, in either order.

    Attributes:
        old: The series that is cut.
        new: The id that the rest goes on under.
        shorten: Writes the earlier half.
        insert: Writes the later half.
    """

    old: str
    new: str
    shorten: Callable[[], None]
    insert: Callable[[], None]


class ForeignClient:
    """A program that knows nothing of ours; no fault of the service strikes it.

    Args:
        fake: The service.
        calendar: The calendar that it edits.
        token: Its access token.
    """

    def __init__(self, fake: FakeGoogle, calendar: FakeCalendar, token: str) -> None:
        self._fake = fake
        self._calendar = calendar
        self._token = token

    def divide(self, luck: int) -> Division | None:
        """Choose a series and where to cut it; None if there is nothing to cut."""
        dice = random.Random(luck)
        book = self._calendar.book
        series = [row.resource() for row in book.rows if row.kind is Kind.SERIES]
        for old in dice.sample(series, len(series)):
            start = book.moment(old, "start")
            lines: Sequence[str] = old["recurrence"]
            cuts = list(islice(expansion.slots(start, lines), 1, _REACH))
            if cuts:
                return self._division(old, dice.choice(cuts), luck, dice)
        return None

    def _division(
        self, old: dict[str, Any], at: Moment, luck: int, dice: random.Random
    ) -> Division:
        book = self._calendar.book
        start = book.moment(old, "start")
        early, late = expansion.split_dates(start, old["recurrence"], at)
        bound = rules.bound_of(late)
        if "COUNT" in bound:
            rest = int(bound["COUNT"]) - expansion.ruled_before(start, late, at)
            bound = {"COUNT": str(max(rest, 1))}
        until = dice.choice((until_before(at), _just_before(at)))
        moment = {"start": render_field(at, book.zone)}
        moment["end"] = render_field(plus(at, book.duration(old)), book.zone)
        new = f"{luck:x}".rjust(9, "0") + f"{len(book.rows):x}"
        body = {name: old[name] for name in _CARRIED if name in old} | moment
        body |= {"id": new, "recurrence": rules.with_bound(late, bound)}
        patch = {"recurrence": rules.with_bound(early, {"UNTIL": until})}
        return Division(
            old=old["id"],
            new=new,
            shorten=lambda: self._send("PATCH", f"events/{old['id']}", patch),
            insert=lambda: self._send("POST", "events", body),
        )

    def rezone(self, luck: int) -> None:
        """Give the calendar another zone."""
        self._send("PATCH", "", {"timeZone": ZONES[luck % len(ZONES)]})

    def _send(self, method: str, path: str, body: object) -> None:
        place = f"/calendar/v3/calendars/{quote(self._calendar.id, safe='')}/{path}".rstrip("/")
        headers = {"Authorization": f"Bearer {self._token}"}
        with calm(self._fake):
            reply = self._fake.handle(method, place, headers, json.dumps(body).encode())
        assert reply.status == 200, reply.body


@contextmanager
def calm(fake: FakeGoogle) -> Generator[None]:
    """Let a fake commit no fault for a while."""
    storm, fake.faults = fake.faults, Faults([])
    try:
        yield
    finally:
        fake.faults = storm


def _just_before(at: Moment) -> str:
    """Write the UNTIL of clients that end a series a second before the first occurrence lost."""
    if not isinstance(at, datetime):
        return until_before(at)
    return f"{utc_text(plus(at, timedelta(seconds=-1)))}Z"
