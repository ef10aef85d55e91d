from datetime import timedelta

import pytest

from kloudsync.testing.microsoft import FakeMicrosoft, RandomUser


def test_the_same_seed_does_the_same() -> None:
    """Two fakes that one seed edits hold the same, whatever was drawn."""
    truths: list[object] = []
    for _ in range(2):
        fake = FakeMicrosoft()
        user = RandomUser(fake.calendar(), 7, fake.add_calendar("Work"))
        told = [user.act() for _ in range(80)]
        truths.append((told, fake.truth(), fake.truth("Work")))
    assert truths[0] == truths[1]


@pytest.mark.parametrize(
    "deed",
    [
        "create", "create series", "edit", "move occurrence", "rename occurrence",
        "cancel occurrence", "split", "split to another time", "truncate", "edit all", "move all",
        "change pattern", "toggle all-day", "stop recurring", "delete", "move to another calendar",
    ],
)  # fmt: skip
def test_everything_that_people_do_is_done(deed: str) -> None:
    """Each deed succeeds now and then, and leaves calendars that can be shown."""
    done = 0
    for seed in range(12):
        fake = FakeMicrosoft()
        user = RandomUser(fake.calendar(), seed, fake.add_calendar("Work"))
        assert user.act(deed) in {"nothing", deed} or deed.startswith("create")
        user.act("create")
        user.act("create series")
        done += user.act(deed) == deed
        now = fake.clock.now()
        fake.calendar().occurrences(now - timedelta(days=99), now + timedelta(days=99))
    assert done > 0
