"""Reading a copy without a client: the provider is found by the copy's key."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from kloudsync.model.calendar import CalendarKey
from kloudsync.model.reader import Reader
from kloudsync.objects.calendar_copy import AsyncCalendarCopy, CalendarCopy
from kloudsync.objects.fitting import KEY, PROVIDER, expect
from kloudsync.objects.registry import provider_named
from kloudsync.recurrence import Reading, resolve_zone
from kloudsync.runtime.provider import Provider
from kloudsync.sync.ports import Store


def copy_of(
    store: Store,
    key: CalendarKey,
    *,
    provider: Provider | None = None,
    reading: Reading | None = None,
) -> CalendarCopy:
    """Return a copy that a store holds, to be read without a client, token or network.

    ```python
    with SQLiteStore("calendars.db") as store:
        for key in store.calendars():
            print(copy_of(store, key).busy(monday, friday))
    ```

    Args:
        store: Holds the copy.
        key: Which one; `store.calendars()` lists those that were synced.
        provider: Reads its records; the one that is registered under the key's name where None.
        reading: Whose reading of recurrence lines counts, where the copy was made with another one
            than is usual at its provider.

    Raises:
        UsageError: Nobody registered the provider, or it has no calendars to read.
    """
    return CalendarCopy(reader_of(key, provider, reading), store)


def async_copy_of(
    store: Store,
    key: CalendarKey,
    *,
    provider: Provider | None = None,
    reading: Reading | None = None,
) -> AsyncCalendarCopy:
    """Return a copy that a store holds, for reading within an event loop; see `copy_of`."""
    return AsyncCalendarCopy(reader_of(key, provider, reading), store)


def zone_among(copies: Iterable[CalendarCopy]) -> str:
    """Return the name of a zone that fits several copies: the first one's that has a known one.

    What a calendar calls its zone, others may have written: a name that nobody knows stops no
    answer. It is UTC where there is no other.
    """
    for copy in copies:
        known = resolve_zone(copy.state().zone or "")
        if isinstance(known, ZoneInfo):
            return known.key
    return "UTC"


def reader_of(
    key: CalendarKey, provider: Provider | None = None, reading: Reading | None = None
) -> Reader:
    """Return what reads the records of a copy; see `copy_of` for what it raises."""
    expect(key, KEY, "copy_of")
    known = provider_named(key.provider) if provider is None else provider
    expect(known, PROVIDER, "copy_of")
    reader = known.offer(known.reader, "calendars to read")
    return Reader(key, reader() if reading is None else reader(reading))
