from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import httpx
import pytest
from attrs import evolve
from tests.providers.salesloft.colours import Colour, Work, World

from kloudsync.errors import InvalidFields, NotFound, Unauthorized, UsageError
from kloudsync.mirror.difference import difference
from kloudsync.mirror.mirror import Calendar, Mirror
from kloudsync.mirror.ports import Sink
from kloudsync.mirror.report import PushReport
from kloudsync.mirror.window import MirrorWindow
from kloudsync.model.event import Event
from kloudsync.model.occurrence import Occurrence
from kloudsync.model.writes import Action, Item, LedgerEntry, Outcome, Write
from kloudsync.objects import mirror as mirroring
from kloudsync.objects.sync_engine import SyncEngine
from kloudsync.providers.google.client import Google
from kloudsync.providers.salesloft.client import Salesloft
from kloudsync.providers.salesloft.payload import Identity
from kloudsync.providers.salesloft.policy import Detail, by_domains, private
from kloudsync.providers.salesloft.sink import SalesloftCalendar, calendar_id_of
from kloudsync.stores import MemoryStore
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.exchange import Resource
from kloudsync.testing.faults import Fault, FaultKind, Faults
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.salesloft.queue import BulkQueue, Job

ZONE = ZoneInfo("America/Los_Angeles")
FIRST = datetime(2026, 1, 6, 10, tzinfo=ZONE)
HALF_AN_HOUR = timedelta(minutes=30)


def with_uid(occurrence: Occurrence, uid: str | None) -> Occurrence:
    """Return an occurrence whose event has another UID, or none."""
    return occurrence._replace(record=occurrence.record._replace(uid=uid))


def whole(event: Event) -> Detail:
    """A policy that tells everything."""
    return Detail.FULL


class GarblingQueue(BulkQueue):
    """A queue that refuses one row, and shows what was sent in a form of its own."""

    def _run(self, job: Job, row: Resource, now: datetime) -> None:
        if row is job.rows[1]:
            row |= {"status": "error", "error": "no", "record": {"event": row["record"]}}
        else:
            super()._run(job, row, now)


class Town:
    """A Google calendar, its copy, and a calendar at Salesloft."""

    def __init__(self, colour: Colour, clock: ManualClock) -> None:
        self.clock = clock
        self.google = FakeGoogle(clock=clock)
        self.calendar = self.google.calendar()
        self.fake = FakeSalesloft(clock=clock)
        self.store = MemoryStore()
        http_client = httpx.Client(transport=self.google.transport())
        source = Google("token", http_client=http_client, clock=clock).calendar()
        self.copy = SyncEngine(source, self.store)
        self.colour = colour
        self.sink: SalesloftCalendar[None] = SalesloftCalendar(
            caller=None, calendar_id=self.fake.calendar_id
        )

    def occurrences(self) -> Sequence[Occurrence]:
        """Return what the copy shows of the next weeks."""
        self.copy.sync()
        now = self.clock.now()
        return self.copy.occurrences(now - timedelta(days=7), now + timedelta(days=120))

    def entries(self) -> dict[str, LedgerEntry]:
        """Return what the ledger holds of the calendar at Salesloft."""
        return self.store.ledger(f"mirror:{self.sink.name}:{self.copy.key}")

    def item(self) -> Item:
        """Return the only occurrence as the sink wants it."""
        (occurrence,) = self.occurrences()
        item = self.sink.item(occurrence)
        assert item is not None
        return item

    def push(self, *, reconciled: bool = False) -> PushReport:
        """Sync and push."""
        self.copy.sync()

        async def push(world: World) -> PushReport:
            mirror = Mirror(
                calendar=cast("Calendar", self.copy),
                sink=self.sink,
                store=self.store,
                ports=world,
                owner=lambda: "test",
                window=MirrorWindow(ahead=timedelta(days=60)),
            )
            return await (mirror.reconcile() if reconciled else mirror.push())

        self.clock.advance(timedelta(seconds=5))
        return self.colour.live(push, self.fake.transport(), self.clock)

    def deliver(self, writes: Sequence[Write]) -> list[list[Outcome]]:
        """Deliver writes and return what was told, as it was told."""
        told: list[list[Outcome]] = []

        async def delivered(outcomes: Sequence[Outcome]) -> None:
            told.append(list(outcomes))

        async def deliver(world: World) -> None:
            await self.sink.deliver(writes, Work(world), delivered)

        try:
            self.colour.live(deliver, self.fake.transport(), self.clock)
        finally:
            self.told = told
        return told

    def writes(self) -> list[Write]:
        """Return the writes of a first push of everything."""
        items = [item for item in map(self.sink.item, self.occurrences()) if item is not None]
        now = self.clock.now().timestamp()
        return list(difference(items, {}, since=0, now=now).writes)

    def shown(self) -> list[tuple[str, datetime]]:
        """Return the events at Salesloft by id and start."""
        rows = self.fake.events()
        return [(row["id"], datetime.fromisoformat(row["start_time"])) for row in rows]

    def agenda(self) -> list[tuple[str, datetime]]:
        """Return the occurrences that Salesloft should show."""
        return [(o.id, datetime.fromtimestamp(o.begins, UTC)) for o in self.occurrences()]

    def upserts(self) -> int:
        """Return how many upserts were sent, and forget them."""
        sent = sum(line.operation == "calendar_events.upsert" for line in self.fake.requests)
        self.fake.requests.clear()
        return sent


@pytest.fixture
def town(colour: Colour, manual_clock: ManualClock) -> Town:
    """A town in which nothing happened yet."""
    return Town(colour, manual_clock)


def test_it_is_a_sink(town: Town) -> None:
    """The mirror's protocol is satisfied, and its name tells calendars apart."""
    sink: Sink = town.sink
    assert sink.name == f"salesloft:{town.fake.calendar_id}"


def test_a_mirror_pushes_to_it(town: Town) -> None:
    """The client's own calendar is what a mirror wants."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.copy.sync()
    http_client = httpx.Client(transport=town.fake.transport())
    salesloft = Salesloft("key", http_client=http_client, clock=town.clock)
    mirror = mirroring.Mirror(town.copy, salesloft.calendar(town.fake.guid), town.store)
    assert mirror.push().created == 1
    assert town.shown() == town.agenda()


# What is told


def test_no_more_than_the_times_is_told_by_default(town: Town) -> None:
    """Without a policy, nobody's title or guests leave the house."""
    people = [{"email": "guest@elsewhere.example", "displayName": "Guest"}]
    event = town.calendar.create(
        "Secret", FIRST, FIRST + HALF_AN_HOUR, attendees=people, location="Here"
    )
    assert town.item().payload == {
        "calendar_id": town.fake.calendar_id,
        "id": event,
        "i_cal_uid": f"{event}@google.com",
        "upsert_key": ["id"],
        "start_time": "2026-01-06T18:00:00Z",
        "end_time": "2026-01-06T18:30:00Z",
        "all_day": False,
        "recurring": False,
        "status": "confirmed",
        "transparency": "opaque",
    }


def test_a_meeting_with_prospects_is_told_in_full(town: Town) -> None:
    """People of other domains make the difference; rooms are no people."""
    town.sink = evolve(town.sink, policy=by_domains(["example.com"]))
    town.calendar.create(
        "Pilot",
        FIRST,
        FIRST + HALF_AN_HOUR,
        attendees=[
            {"email": "owner@example.com", "responseStatus": "accepted", "self": True},
            {"email": "guest@elsewhere.example", "displayName": "Guest"},
            {"email": "room@elsewhere.example", "resource": True},
        ],
        location="Here",
    )
    told = town.item().payload
    assert (told["title"], told["location"], told["description"]) == ("Pilot", "Here", "")
    assert [(one["email"], one["status"]) for one in told["attendees"]] == [
        ("owner@example.com", "accepted"),
        ("guest@elsewhere.example", "needsAction"),
    ]


def test_the_policy_is_the_users_own(town: Town) -> None:
    """Any function of the event decides, also that an event is not mirrored."""

    def policy(event: Event) -> Detail:
        return Detail.NONE if event.title == "Mine" else Detail.FULL

    town.sink = evolve(town.sink, policy=policy)
    for title in ("Mine", "Ours"):
        town.calendar.create(title, FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    assert [row["title"] for row in town.fake.events()] == ["Ours"]


def test_an_all_day_event_spans_the_calendars_own_midnights(town: Town) -> None:
    """What the owner calls a day is what Salesloft keeps free."""
    town.calendar.create("Off", date(2026, 1, 7), date(2026, 1, 8))
    told = town.item().payload
    assert told["all_day"] is True
    assert (told["start_time"], told["end_time"]) == (
        "2026-01-07T08:00:00Z",
        "2026-01-08T08:00:00Z",
    )


def test_what_does_not_block_time_does_not_at_salesloft(town: Town) -> None:
    """Free and declined events take up no availability."""
    town.calendar.create("Free", FIRST, FIRST + HALF_AN_HOUR, transparency="transparent")
    assert town.item().payload["transparency"] == "transparent"
    town.push()
    assert [row["busy"] for row in town.fake.events()] == [False]


def test_an_event_without_uid_is_known_by_its_id(town: Town) -> None:
    """Salesloft requires a UID; the id of the event stands in for it."""
    town.calendar.create("Bare", FIRST, FIRST + HALF_AN_HOUR)
    (occurrence,) = town.occurrences()
    bare = with_uid(occurrence, None)
    item = town.sink.item(bare)
    assert item is not None
    assert item.uid == occurrence.id


def test_the_digest_is_that_of_the_contents(town: Town) -> None:
    """A write that would change nothing is told by its digest, whenever the event changed."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    before = town.item()
    town.calendar.edit(event, summary="Two")
    after = town.item()
    assert before.digest == after.digest
    assert before.updated != after.updated
    town.calendar.edit(event, start=FIRST + HALF_AN_HOUR)
    assert town.item().digest != before.digest


# What is sent


def test_a_series_is_kept_in_step_occurrence_by_occurrence(town: Town) -> None:
    """Each change costs as many upserts as occurrences it touches, and no more."""
    series = town.calendar.create(
        "Standup", FIRST, FIRST + HALF_AN_HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8"]
    )
    assert town.push().created == 8
    assert town.shown() == town.agenda()
    assert town.upserts() == 8

    town.calendar.edit_this(series, FIRST + timedelta(weeks=1), start=FIRST + timedelta(days=8))
    assert (town.push().updated, town.upserts()) == (1, 1)
    assert town.shown() == town.agenda()

    town.calendar.cancel_occurrence(series, FIRST + timedelta(weeks=2))
    assert (town.push().cancelled, town.upserts()) == (1, 1)
    assert town.shown() == town.agenda()

    town.calendar.truncate(series, FIRST + timedelta(weeks=6))
    assert (town.push().cancelled, town.upserts()) == (2, 2)
    assert town.shown() == town.agenda()

    town.calendar.delete(series)
    assert (town.push().cancelled, town.upserts()) == (5, 5)
    assert town.shown() == town.agenda() == []
    assert town.push().written == town.upserts() == 0


def test_this_and_following_leaves_no_occurrence_twice(town: Town) -> None:
    """After a split the old halves are cancelled or updated, the new ones written."""
    series = town.calendar.create(
        "Standup", FIRST, FIRST + HALF_AN_HOUR, recurrence=["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=8"]
    )
    town.push()
    town.calendar.edit_following(
        series, FIRST + timedelta(weeks=4), start=FIRST + timedelta(weeks=4, hours=1)
    )
    town.push()
    assert town.shown() == town.agenda()
    assert len(town.shown()) == 8


def test_a_restored_occurrence_takes_place_again(town: Town) -> None:
    """Cancelled and restored, an event is confirmed with a later stamp than its cancellation."""
    event = town.calendar.create("Back", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    town.calendar.delete(event)
    town.push()
    assert town.shown() == []
    town.calendar.restore(event)
    assert town.push().created == 1
    assert town.shown() == town.agenda()


def test_a_new_uid_is_the_same_event(town: Town) -> None:
    """With the id as key, an event whose UID changes is written in place."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    (occurrence,) = town.occurrences()
    renamed = with_uid(occurrence, "new@example.com")
    item = town.sink.item(renamed)
    assert item is not None
    todo = difference([item], town.entries(), since=0, now=town.clock.now().timestamp() + 9)
    assert [write.action for write in todo.writes] == [Action.UPDATE]
    town.deliver(todo.writes)
    (row,) = town.fake.events()
    assert (row["id"], row["i_cal_uid"]) == (event, "new@example.com")


def test_salesloft_s_own_key_cancels_the_old_uid(town: Town) -> None:
    """With id and UID as key, a new UID is a new event, and the old one is cancelled."""
    town.sink = evolve(town.sink, identity=Identity.ID_AND_UID)
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    assert list(town.entries()) == [f"{event} {event}@google.com"]
    (occurrence,) = town.occurrences()
    renamed = with_uid(occurrence, "new@example.com")
    item = town.sink.item(renamed)
    assert item is not None
    todo = difference([item], town.entries(), since=0, now=town.clock.now().timestamp() + 9)
    assert {write.action for write in todo.writes} == {Action.CREATE, Action.CANCEL}
    town.deliver(todo.writes)
    assert [row["i_cal_uid"] for row in town.fake.events()] == ["new@example.com"]
    assert len(town.fake.events(cancelled=True)) == 2


def test_the_stamp_guards_unless_switched_off(town: Town) -> None:
    """`updated_at` is the ledger's stamp; without the guard, none is sent."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    row = town.sink.row(write)
    assert datetime.fromisoformat(row["updated_at"]).timestamp() == pytest.approx(write.entry.stamp)
    assert "updated_at" not in evolve(town.sink, guarded=False).row(write)


@pytest.mark.parametrize("action", [Action.CREATE, Action.UPDATE])
@pytest.mark.parametrize(
    ("clears", "told_more", "title", "organizer"),
    [
        (None, False, None, None),
        (None, True, "", ""),
        (True, False, "", None),
        (True, True, "", ""),
        (False, True, None, None),
    ],
)
def test_a_write_clears_what_was_told_before(
    town: Town,
    action: Action,
    *,
    clears: bool | None,
    told_more: bool,
    title: str | None,
    organizer: str | None,
) -> None:
    """By default where this mirror told more before; always or never where asked for."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    row = evolve(town.sink, clears=clears).row(evolve(write, action=action, clears=told_more))
    assert (row.get("title"), row.get("organizer")) == (title, organizer)
    assert row.get("attendees") == (None if title is None else [])


def test_a_cancelled_meeting_that_returns_shows_no_more_than_the_policy_tells(town: Town) -> None:
    """Its record was filled in before it was cancelled, and is found again by its key."""
    people = [{"email": "guest@elsewhere.example"}]
    town.sink = evolve(town.sink, policy=whole)
    event = town.calendar.create("Layoffs", FIRST, FIRST + HALF_AN_HOUR, attendees=people)
    town.push()
    assert [row["title"] for row in town.fake.events()] == ["Layoffs"]
    town.calendar.delete(event)
    town.push()
    town.calendar.restore(event)
    town.sink = evolve(town.sink, policy=private)
    assert town.push().created == 1
    (row,) = town.fake.events()
    assert row["title"] == ""
    assert all(one["deleted_at"] for one in row["attendees"])


def test_many_writes_go_in_bulk_and_the_urgent_ones_ahead(town: Town) -> None:
    """Hundreds of writes cost a few calls; what begins within a day does not wait for them."""
    soon = town.clock.now() + timedelta(hours=2)
    town.calendar.create("Soon", soon, soon + HALF_AN_HOUR)
    for number in range(150):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    told = town.deliver(town.writes())
    assert town.upserts() == 1
    assert len(town.fake.events()) == 151
    assert [len(outcomes) for outcomes in told] == [1, 150]
    assert all(outcome.error is None for outcomes in told for outcome in outcomes)


def test_jobs_have_their_size(town: Town) -> None:
    """Between two jobs the ledger is noted, and others of the team get their turn."""
    town.sink = evolve(town.sink, bulk_from=10, job_size=20)
    for number in range(50):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    told = town.deliver(town.writes())
    assert [len(outcomes) for outcomes in told if outcomes] == [20, 20, 10]
    assert [job.state for job in town.fake.bulk.jobs.values()] == ["done"] * 3


# What goes wrong


def test_a_refused_row_is_reported_and_the_others_go_on(town: Town) -> None:
    """One refusal is one row's, tried again by the next push."""
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    unwanted = (FIRST + timedelta(days=1)).astimezone(UTC).isoformat().replace("+00:00", "Z")
    town.fake.book.refuses = lambda row: "no" if row["start_time"] == unwanted else None
    report = town.push()
    assert (report.created, len(report.refused)) == (2, 1)
    assert "422" in (report.refused[0].error or "")
    town.fake.book.refuses = lambda _: None
    assert town.push().written == 1
    assert town.shown() == town.agenda()


@pytest.mark.parametrize(
    ("calendar", "error"),
    [("external_99999999-0000-0000-0000-000000000000", NotFound), ("native", InvalidFields)],
)
def test_a_calendar_that_takes_nothing_ends_the_work_at_the_first_row(
    town: Town, calendar: str, error: type[Exception]
) -> None:
    """Each row would be refused in the same words."""
    town.sink = evolve(town.sink, calendar_id=calendar)
    for days in (1, 2):
        start = FIRST + timedelta(days=days)
        town.calendar.create("One", start, start + HALF_AN_HOUR)
    with pytest.raises(error):
        town.push()
    assert town.upserts() == 1


def test_no_further_job_follows_one_that_was_refused_whole(town: Town) -> None:
    """The rows that were not sent say so, in the words of those that were."""
    nobody = "external_99999999-0000-0000-0000-000000000000"
    town.sink = evolve(town.sink, calendar_id=nobody, bulk_from=1, job_size=2)
    for days in range(2, 7):
        start = FIRST + timedelta(days=days)
        town.calendar.create("One", start, start + HALF_AN_HOUR)
    report = town.push()
    assert len(town.fake.bulk.jobs) == 1
    assert list(report.reasons.values()) == [5]
    assert "ot found" in next(iter(report.reasons))


def test_a_refused_field_is_named(town: Town) -> None:
    """422 brings the service's words about each field."""
    town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    (write,) = town.writes()
    backwards = evolve(write, payload={**write.payload, "end_time": "2026-01-01T00:00:00Z"})
    ((outcome,),) = town.deliver([backwards])
    assert "end_time must not be before start_time" in (outcome.error or "")


def test_a_lasting_error_is_raised_and_what_was_done_is_told(town: Town) -> None:
    """A revoked token ends the push; what was written until then is in the ledger."""
    for number in range(3):
        start = FIRST + timedelta(days=number)
        town.calendar.create(f"Event {number}", start, start + HALF_AN_HOUR)
    town.fake.faults = Faults(
        [Fault(FaultKind.UNAUTHORIZED, operation="calendar_events.upsert", nth=2, times=None)]
    )
    with pytest.raises(Unauthorized):
        town.push()
    assert sum(entry.digest is not None for entry in town.entries().values()) == 1
    town.fake.faults = Faults()
    assert town.push().written == 2
    assert town.shown() == town.agenda()


def test_refusals_that_match_no_row_leave_all_of_them_in_doubt(town: Town) -> None:
    """None of them is noted as written: the report says why, and the next push tries again."""
    town.sink = evolve(town.sink, bulk_from=2)
    for number in range(3):
        start = FIRST + timedelta(days=1, hours=number)
        town.calendar.create(f"Later {number}", start, start + HALF_AN_HOUR)
    town.fake.bulk = GarblingQueue(town.fake.book.upsert, list[Job]().append)
    report = town.push()
    assert (report.written, len(report.refused)) == (0, 3)
    assert all("bulk job 70 refused 1 rows" in (one.error or "") for one in report.refused)
    assert [entry.digest for entry in town.entries().values()] == [None] * 3
    town.fake.bulk = BulkQueue(town.fake.book.upsert, list[Job]().append)
    assert town.push().written == 3
    assert town.shown() == town.agenda()
    assert town.push().written == 0


@pytest.mark.parametrize("change", ["status", "time"])
def test_a_write_that_changed_nothing_is_no_success(town: Town, change: str) -> None:
    """Somebody wrote with a later stamp: the report says so, and the next push tries again."""
    event = town.calendar.create("One", FIRST, FIRST + HALF_AN_HOUR)
    town.push()
    soon = town.clock.now() + timedelta(seconds=30)
    (row,) = town.fake.book.rows()
    theirs = {name: row[name] for name in ("id", "i_cal_uid", "calendar_id", "start_time")}
    theirs |= {"end_time": row["end_time"], "updated_at": soon.isoformat()}
    theirs |= {"status": "cancelled"} if change == "status" else {}
    town.fake.book.upsert(theirs, town.clock.now())
    town.calendar.edit(event, start=FIRST + HALF_AN_HOUR, end=FIRST + 2 * HALF_AN_HOUR)
    report = town.push()
    assert (report.written, len(report.refused)) == (0, 1)
    assert "Salesloft kept what it had" in (report.refused[0].error or "")
    assert [entry.digest for entry in town.entries().values()] == [None]
    town.clock.advance(timedelta(minutes=1))
    assert town.push().written == 1
    assert town.shown() == town.agenda()


# What is there


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


# Names


def test_a_user_is_named_by_guid_or_calendar() -> None:
    """A guid becomes the id of the external calendar; anything else is an id already."""
    guid = "0863ed13-7120-479b-8650-206a3679e2fb"
    assert calendar_id_of(guid) == f"external_{guid}"
    assert calendar_id_of(f"external_{guid}") == f"external_{guid}"
    assert calendar_id_of("owner@example.com") == "owner@example.com"
    with pytest.raises(UsageError, match="no calendar is named"):
        calendar_id_of(" ")


def test_a_calendar_is_not_made_with_a_policy_that_is_none() -> None:
    """A list of domains is no policy, and is refused before there is a mirror."""
    domains: Any = ["example.com"]
    with Salesloft("key") as salesloft, pytest.raises(UsageError, match="the policy is list"):
        salesloft.calendar("a guid", policy=domains)
