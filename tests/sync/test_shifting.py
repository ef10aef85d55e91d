"""Listings of several pages over a calendar that changes while they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest
from tests.sync.world import World

from kloudsync.model.change import Added, Deleted, Updated
from kloudsync.testing.exchange import Reply
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.transport import FakeTransport

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
Edit = Callable[[], object]


class Meddling(FakeTransport):
    """Carries requests to a fake, and lets somebody edit the calendar before one of them."""

    def __init__(self, fake: FakeGoogle) -> None:
        super().__init__(self)
        self._fake = fake
        self.edits: dict[int, Edit] = {}
        self.count = 0

    def meddle(self, edits: dict[int, Edit]) -> None:
        """Let edits happen before the requests of these numbers, counted from now on."""
        self.edits, self.count = edits, 0

    @property
    def base_path(self) -> str:
        """Where the paths of the service begin."""
        return self._fake.base_path

    def handle(self, method: str, url: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        """Answer a request, after what somebody does before it."""
        self._next()
        return self._fake.handle(method, url, headers, body)

    def _next(self) -> None:
        self.count += 1
        self.edits.pop(self.count, lambda: None)()


class Shifting:
    """A calendar of ten events whose lists are places in it, and its copy, in step."""

    def __init__(self, make_world: Callable[..., World]) -> None:
        fake = FakeGoogle()
        fake.shifting_pages = True
        self.transport = Meddling(fake)
        self.world = make_world(fake=fake, transport=self.transport, page_size=3)
        calendar = self.world.calendar
        self.ids = [calendar.create(f"{n}", MONDAY + timedelta(days=n)) for n in range(10)]
        self.world.sync()
        self.world.changes()

    def move(self, id_: str, days: int) -> Edit:
        """Return an edit that moves an event."""
        begins = MONDAY + timedelta(days=days)
        ends = begins + timedelta(hours=1)
        return lambda: self.world.calendar.edit(
            id_, start={"dateTime": begins.isoformat()}, end={"dateTime": ends.isoformat()}
        )

    def resync(self, edits: dict[int, Edit]) -> None:
        """Sync with a dead cursor, while somebody edits; the first request is the refused one."""
        self.world.fake.expire_sync_tokens()
        self.transport.meddle(edits)
        self.world.sync()


def told(shifting: Shifting) -> list[tuple[type, str]]:
    """Return what the feed tells of which event."""
    changes = shifting.world.changes()
    return [(type(one), one.id) for one in changes if isinstance(one, Added | Updated | Deleted)]


@pytest.fixture
def shifting(make_world: Callable[..., World]) -> Shifting:
    """Make a calendar and its copy."""
    return Shifting(make_world)


def test_what_moves_in_front_of_its_reader_is_told_as_moved(shifting: Shifting) -> None:
    """It is on no page of the listing, and is not taken for deleted."""
    moved = shifting.ids[9]
    shifting.resync({4: shifting.move(moved, -30)})

    assert shifting.world.is_in_step()
    assert told(shifting) == [(Updated, moved)]


def test_the_cursor_of_the_second_look_is_the_one_that_is_kept(shifting: Shifting) -> None:
    """Nothing is told twice."""
    shifting.resync({4: shifting.move(shifting.ids[9], -30)})
    shifting.world.changes()
    report = shifting.world.sync()

    assert (report.requests, shifting.world.changes()) == (1, [])


def test_what_really_went_is_told_as_deleted(shifting: Shifting) -> None:
    """A look at the changes since the listing began does not bring it back."""
    gone = shifting.ids[2]
    shifting.world.fake.expire_sync_tokens()
    shifting.world.calendar.delete(gone)
    shifting.resync({})

    assert shifting.world.is_in_step()
    assert told(shifting) == [(Deleted, gone)]


def test_what_goes_and_comes_while_it_is_read_is_told_as_it_is_at_the_end(
    shifting: Shifting,
) -> None:
    """All pages of the second look are read, however many changes there were."""
    calendar = shifting.world.calendar
    new: list[str] = []

    def upheaval() -> None:
        for id_ in shifting.ids[5:]:
            shifting.move(id_, -40)()
        calendar.delete(shifting.ids[0])
        new.extend(calendar.create(f"new {n}", MONDAY - timedelta(days=n + 60)) for n in range(4))

    shifting.resync({3: upheaval})

    assert shifting.world.is_in_step()
    assert sorted(told(shifting), key=str) == sorted(
        [
            (Deleted, shifting.ids[0]),
            *((Added, id_) for id_ in new),
            *((Updated, id_) for id_ in shifting.ids[5:]),
        ],
        key=str,
    )


def test_a_listing_that_lacks_nothing_is_not_looked_at_again(shifting: Shifting) -> None:
    """The refused request, and four pages."""
    shifting.resync({})

    assert shifting.transport.count == 5


def test_a_second_look_that_is_refused_begins_the_pass_anew(shifting: Shifting) -> None:
    """The service may drop its own new token meanwhile."""
    away = shifting.move(shifting.ids[9], -30)

    def drop() -> None:
        shifting.world.fake.expire_sync_tokens()

    shifting.resync({4: away, 6: drop})

    assert shifting.world.is_in_step()
    assert [type(one) for one in shifting.world.changes()] == [Updated]
