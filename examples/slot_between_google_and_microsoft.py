"""Find time for two people, one with a Google calendar and one with Microsoft's.

Runs against fakes that it starts itself. For real accounts, give each client a token:
`Google(token)` and `Microsoft(token)` without `base_url`.
"""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from kloudsync import Google, Microsoft, SyncEngine
from kloudsync.agenda import WorkingHours, find_free
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle, FakeMicrosoft, ManualClock, recurring

ZONE = ZoneInfo("Europe/Paris")
CLOCK = ManualClock(datetime(2026, 1, 2, tzinfo=UTC))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in January 2026."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZONE)


def ana() -> FakeGoogle:
    """The week of somebody at Google."""
    fake = FakeGoogle("ana@example.com", time_zone="Europe/Paris", clock=CLOCK)
    weekdays = "RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    fake.calendar().create("Stand-up", at(5, 9), at(5, 10), recurrence=[weekdays])
    fake.calendar().create("Customer visit", at(5, 13), at(5, 18))
    return fake


def bo() -> FakeMicrosoft:
    """The week of somebody at Microsoft, whose lunch is moved on Tuesday."""
    fake = FakeMicrosoft("bo@example.com", time_zone="Romance Standard Time", clock=CLOCK)
    fake.calendar().create("Training", at(5, 8), at(5, 11, 30))
    daily = recurring("daily", date(2026, 1, 5), times=5)
    lunch = fake.calendar().create("Lunch", at(5, 12), at(5, 13), recurrence=daily)
    fake.calendar().edit_this(lunch, date(2026, 1, 6), start=at(6, 10), end=at(6, 11))
    return fake


def main() -> None:
    """Sync both calendars into one store, and ask it."""
    store = MemoryStore()
    with (
        ana().serve() as google_url,
        bo().serve() as microsoft_url,
        Google("any-token", base_url=google_url) as google,
        Microsoft("any-token", base_url=microsoft_url) as microsoft,
    ):
        engines = SyncEngine(google.calendar(), store), SyncEngine(microsoft.calendar(), store)
        for engine in engines:
            engine.sync()
        views = [engine.view for engine in engines]

    slots = find_free(
        store,
        views,
        timedelta(minutes=45),
        at(5, 0),
        at(10, 0),
        hours=WorkingHours(zone="Europe/Paris", opens=time(9), closes=time(17)),
        step=timedelta(minutes=30),
        zone="Europe/Paris",
    )
    for slot in islice(slots, 3):
        print(f"{slot.start:%a %d %b %H:%M} to {slot.end:%H:%M}")


if __name__ == "__main__":
    main()
