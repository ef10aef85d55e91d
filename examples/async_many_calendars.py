"""Sync many calendars at once, with a task group and a bound on how many run together.

The engine syncs one calendar; fan-out belongs to the program. A calendar that fails doesn't stop
the others, and one that another worker is syncing is left to that worker.

Runs against a fake Google that it starts itself. For a real account, set
KLOUDSYNC_GOOGLE_TOKEN and write `AsyncGoogle()` where `AsyncGoogle(TOKEN, base_url=url)` stands.
"""

import asyncio

from kloudsync import AsyncGoogle, AsyncSyncEngine, KloudsyncError
from kloudsync.errors import LeaseHeld
from kloudsync.runs import Store
from kloudsync.stores import MemoryStore
from kloudsync.testing import FakeGoogle, populate

TOKEN = "any-token"
AT_ONCE = 4


def many_calendars(number: int) -> FakeGoogle:
    """A fake with an account that owns some calendars."""
    fake = FakeGoogle()
    populate(fake.calendar(), events=50)
    for index in range(1, number):
        team = fake.add_calendar(f"team-{index}@example.com", summary=f"Team {index}")
        populate(team, events=50, seed=index)
    return fake


async def sync_one(google: AsyncGoogle, calendar: str, store: Store) -> str:
    """Sync one calendar, and say how it went."""
    engine = AsyncSyncEngine(google.calendar(calendar), store)
    try:
        report = await engine.sync()
    except LeaseHeld:
        return "another worker is at it"
    except KloudsyncError as error:
        return f"failed: {type(error).__name__}"
    return f"{report.added} added"


async def sync_all(google: AsyncGoogle, calendars: list[str], store: Store) -> dict[str, str]:
    """Sync all of them, a few at a time."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def bounded(calendar: str) -> str:
        async with gate:
            return await sync_one(google, calendar, store)

    async with asyncio.TaskGroup() as group:
        tasks = {one: group.create_task(bounded(one)) for one in calendars}
    return {calendar: task.result() for calendar, task in tasks.items()}


async def main() -> None:
    """List the account's calendars, and sync them and one that doesn't exist."""
    with many_calendars(6).serve() as url:
        async with AsyncGoogle(TOKEN, base_url=url) as google:
            listed = [entry.id async for entry in google.calendar_list.iterate()]
            calendars = [one for one in listed if isinstance(one, str)]
            store = MemoryStore()
            results = await sync_all(google, [*calendars, "nobody@example.com"], store)
    for calendar, result in sorted(results.items()):
        print(f"{calendar}: {result}")


if __name__ == "__main__":
    asyncio.run(main())
