"""Laws of the fake: what holds after whatever its users did."""

import random
from datetime import timedelta

import pytest
from tests.testing.google.caller import Caller

from kloudsync.testing.exchange import Resource
from kloudsync.testing.google import FakeGoogle, RandomUser

SEEDS = range(25)
YEAR = timedelta(days=366)


class Mirror:
    """The simplest client that is right: it applies deltas by id and cascades deletions."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._token = ""
        self.held: dict[str, Resource] = {}

    def sync(self, size: int) -> None:
        """Read a full pass or a delta in pages of `size` and apply it."""
        query = {"maxResults": str(size)} | ({"syncToken": self._token} if self._token else {})
        pages = self._caller.pages(**query)
        for item in (item for page in pages for item in page["items"]):
            self._apply(item)
        self._token = str(pages[-1]["nextSyncToken"])

    def _apply(self, item: Resource) -> None:
        if item["status"] == "cancelled" and "recurringEventId" not in item:
            self.held.pop(item["id"], None)
            orphans = [
                name
                for name, event in self.held.items()
                if event.get("recurringEventId") == item["id"]
            ]
            for name in orphans:
                self.held.pop(name)
        else:
            self.held[item["id"]] = item


@pytest.mark.parametrize("live", [False, True], ids=["snapshot", "live"])
@pytest.mark.parametrize("seed", SEEDS)
def test_deltas_lead_to_the_truth(seed: int, live: bool) -> None:
    """A client that applies every delta holds what the service holds, whatever was done."""
    fake = FakeGoogle()
    fake.live_paging = live
    user, chance = RandomUser(fake.calendar(), seed), random.Random(seed)
    mirror = Mirror(Caller(fake))
    for _ in range(25):
        for _ in range(chance.randrange(4)):
            user.act()
        mirror.sync(chance.randrange(1, 9))
        assert mirror.held == fake.truth()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_full_pass_is_the_truth(seed: int) -> None:
    """What a new client reads is what the service holds."""
    fake = FakeGoogle()
    user = RandomUser(fake.calendar(), seed)
    for _ in range(60):
        user.act()
    assert {item["id"]: item for item in Caller(fake).items(maxResults="7")} == fake.truth()


@pytest.mark.parametrize("seed", SEEDS)
def test_the_expanded_list_is_what_the_oracle_shows(seed: int) -> None:
    """`singleEvents` and the oracle agree about a window."""
    fake = FakeGoogle()
    user = RandomUser(fake.calendar(), seed)
    for _ in range(60):
        user.act()
    start, end = fake.clock.now() - YEAR, fake.clock.now() + YEAR
    query = {"timeMin": start.isoformat(), "timeMax": end.isoformat(), "maxResults": "2500"}
    listed = Caller(fake).items(singleEvents="true", orderBy="startTime", **query)
    assert [item["id"] for item in listed] == [
        occurrence.id for occurrence in fake.calendar().occurrences(start, end)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_every_exception_has_a_slot(seed: int) -> None:
    """No exception lingers beyond the bound of its series or beside its rule."""
    fake = FakeGoogle()
    user = RandomUser(fake.calendar(), seed)
    for _ in range(60):
        user.act()
    book = fake.calendar().book
    held = fake.truth()
    for event in held.values():
        if "recurringEventId" in event:
            assert book.has_slot(held[event["recurringEventId"]], book.slot_of(event))


def test_a_user_does_everything_in_time() -> None:
    """Within a few hundred actions every kind of edit was made."""
    fake = FakeGoogle()
    user = RandomUser(fake.calendar(), 1)
    done = {user.act() for _ in range(300)}
    assert len(done) >= 13


def test_a_user_does_the_same_for_the_same_seed() -> None:
    """The history is the seed's."""
    fakes = [FakeGoogle(), FakeGoogle(), FakeGoogle()]
    for fake, seed in zip(fakes, (1, 1, 2), strict=True):
        user = RandomUser(fake.calendar(), seed)
        for _ in range(30):
            user.act()
    assert fakes[0].truth() == fakes[1].truth() != fakes[2].truth()
