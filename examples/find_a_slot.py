"""Find time for two people: free slots over two calendars, within working hours.

Runs against a fake Google that it starts itself. For real accounts, give each client a token of
its own: `Google(token, account=name)` where `Google(name, account=name, base_url=url)` stands.
"""

from datetime import datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from kloudsync import Google, SyncEngine
from kloudsync.agenda import WorkingHours, find_free
from kloudsync.events import CalendarView
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle

ZONE = ZoneInfo("Europe/Paris")
PEOPLE = {"owner": "owner@example.com", "assistant": "assistant@example.com"}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment in January 2026."""
    return datetime(2026, 1, day, hour, minute, tzinfo=ZONE)


def two_busy_people() -> FakeGoogle:
    """A fake with two accounts and their weeks."""
    fake = FakeGoogle(PEOPLE["owner"], tokens=PEOPLE, time_zone="Europe/Paris")
    owner, assistant = (fake.calendar(address) for address in PEOPLE.values())
    owner.create(
        "Stand-up", at(5, 9), at(5, 10), recurrence=["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]
    )
    owner.create("Customer visit", at(5, 13), at(5, 18))
    assistant.create("Training", at(5, 8), at(5, 11, 30))
    assistant.create("Lunch", at(5, 12), at(5, 13), recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    return fake


def main() -> None:
    """Sync both calendars into one store, and ask it."""
    store = MemoryStore()
    views: list[CalendarView] = []
    with two_busy_people().serve() as url:
        for name in PEOPLE:
            with Google(name, account=name, base_url=url) as google:
                engine = SyncEngine(google.calendar("primary"), store)
                engine.sync()
                views.append(engine.view)

    hours = WorkingHours(zone="Europe/Paris", opens=time(9), closes=time(17))
    slots = find_free(
        store,
        views,
        timedelta(minutes=45),
        at(5, 0),
        at(10, 0),
        hours=hours,
        step=timedelta(minutes=30),
        zone="Europe/Paris",
    )
    for slot in islice(slots, 4):
        print(f"{slot.start:%a %d %b %H:%M} to {slot.end:%H:%M}")


if __name__ == "__main__":
    main()
