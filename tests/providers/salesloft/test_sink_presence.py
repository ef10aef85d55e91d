from __future__ import annotations

from datetime import timedelta

from tests.providers.salesloft.colours import Work, World
from tests.providers.salesloft.town import FIRST, HALF_AN_HOUR, Town

from kloudsync.model.writes import LedgerEntry


def test_what_is_there_is_read_without_what_is_foreign(town: Town) -> None:
    """Reconciliation sees the calendar's own events, page by page, and which are cancelled."""
    for number in range(130):
        start = FIRST + timedelta(hours=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    town.push()
    town.calendar.delete(town.shown()[0][0])
    town.push()
    town.fake.add_user("other@example.com")
    town.fake.requests.clear()

    async def present(world: World) -> list[LedgerEntry]:
        low, high = int(FIRST.timestamp()), int((FIRST + timedelta(days=60)).timestamp())
        return await town.sink.present(low, high, Work(world))

    found = town.colour.live(present, town.fake.transport(), town.clock)
    living = [entry.key for entry in found if not entry.cancelled]
    assert sorted(living) == sorted(key for key, _ in town.shown())
    assert len(found) == 130
    assert all(entry.digest is None for entry in found)
    assert len(town.fake.requests) == 2


def test_reconciliation_repairs_what_others_changed(town: Town) -> None:
    """Lost, moved and unknown events are put right by one reconciliation."""
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    town.push()
    rows = town.fake.book.rows()
    moved = {"start_time": "2026-01-20T10:00:00Z", "end_time": "2026-01-20T11:00:00Z"}
    rows[0].update(moved)
    stranger = {"id": "stranger", "i_cal_uid": "u", "calendar_id": town.fake.calendar_id, **moved}
    town.fake.book.upsert(stranger, town.clock.now())
    report = town.push(reconciled=True)
    assert (report.updated, report.cancelled, report.unknown) == (1, 1, 1)
    assert town.shown() == town.agenda()
    assert town.push(reconciled=True).written == 0
