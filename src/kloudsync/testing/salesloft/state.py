"""What the fake holds: a team, its calendars' events, bulk jobs, and what they cost."""

import json
import threading
from typing import Any

from kloudsync.providers.salesloft.webhooks import EVENT_HEADER, SIGNATURE_HEADER, sign
from kloudsync.testing.clock import ManualClock, TellsTime
from kloudsync.testing.deliveries import Deliveries, Message
from kloudsync.testing.exchange import Resource
from kloudsync.testing.salesloft.book import Book
from kloudsync.testing.salesloft.queue import BulkQueue, Job
from kloudsync.testing.salesloft.spending import Spending
from kloudsync.testing.salesloft.tokens import Tokens

GUID = "00000000-0000-0000-0000-{:012d}"


class State:
    """Salesloft's holdings: users, what was written to their calendars, and what is under way.

    Args:
        email: The address of the first user.
        clock: What tells the present; a manual clock unless given.
        per_minute: The team's points per minute.

    Attributes:
        clock: What tells the present.
        spending: What the team spends of its points.
        tokens: Who may ask; while none was issued, every bearer token is good.
        book: The events of all calendars.
        bulk: The bulk jobs, their latency and pace.
        users: The users, as the service shows them.
        settings: Their meeting settings.
        meetings: Meetings that were booked.
        subscriptions: Webhook subscriptions.
        deliveries: How messages travel to them; each is sent once.
        lists_cancelled: Whether lists show cancelled events, which the documents leave open.
    """

    def __init__(
        self,
        email: str = "owner@example.com",
        *,
        clock: TellsTime | None = None,
        per_minute: int = 600,
    ) -> None:
        self.clock: TellsTime = clock or ManualClock()
        self.spending: Spending = Spending(per_minute)
        self.tokens: Tokens = Tokens()
        self.book: Book = Book(tenant=1)
        self.bulk: BulkQueue = BulkQueue(self.book.upsert, self._announce)
        self.users: list[Resource] = []
        self.settings: list[Resource] = []
        self.meetings: list[Resource] = []
        self.subscriptions: list[Resource] = []
        self.deliveries: Deliveries = Deliveries(self.clock, again=())
        self.lists_cancelled = True
        self._lock = threading.RLock()
        self.add_user(email)

    def add_user(self, email: str, *, external: bool = True) -> str:
        """Add a user and return the guid; without `external`, the calendar refuses writes."""
        number = len(self.users) + 1
        guid, now = GUID.format(number), self.clock.now().isoformat()
        shared: Resource = {"id": number, "created_at": now, "updated_at": now}
        self.users.append(
            {**shared, "guid": guid, "name": email.partition("@")[0], "email": email}
            | {"active": True, "time_zone": "US/Eastern", "role": {"id": "User"}}
        )
        self.settings.append(
            {**shared, "user": {"id": guid}, "email_address": email, "user_details": {}}
            | {"calendar_type": "external" if external else "gmail"}
            | {"primary_calendar_id": f"external_{guid}" if external else email}
            | {"primary_calendar_connection_failed": False}
        )
        self.book.open(f"external_{guid}", guid, external=external)
        return guid

    def add_meeting(self, **fields: Any) -> int:
        """Book a meeting that waits for a place in the user's calendar; returns its id."""
        number = len(self.meetings) + 1
        waiting: Resource = {"id": number, "status": "pending", "event_id": None, "i_cal_uid": None}
        owner = {"user_guid": self.users[0]["guid"], "calendar_type": "external"}
        now = self.clock.now().isoformat()
        stamps = {"created_at": now, "updated_at": now}
        self.meetings.append({**waiting, **owner, **stamps, **fields})
        return number

    @property
    def guid(self) -> str:
        """The guid of the first user."""
        return str(self.users[0]["guid"])

    @property
    def calendar_id(self) -> str:
        """The id of the first user's external calendar."""
        return f"external_{self.guid}"

    def events(self, calendar_id: str | None = None, *, cancelled: bool = False) -> list[Resource]:
        """Show the events of a calendar, in order of start.

        Args:
            calendar_id: The calendar; the first user's where None.
            cancelled: Whether to show cancelled ones, too.
        """
        with self._lock:
            self.bulk.advance(self.clock.now())
            rows = self.book.shown(cancelled=cancelled)
            wanted = calendar_id or self.calendar_id
            mine = [row for row in rows if row["calendar_id"] == wanted]
            return sorted(mine, key=lambda row: (row["start_time"], row["id"]))

    def _announce(self, job: Job) -> None:
        for one in self.subscriptions:
            if one["enabled"] and one["event_type"] == "bulk_job_completed":
                body = json.dumps(job.shown()).encode()
                signature = sign(body, one["callback_token"])
                headers = {EVENT_HEADER: one["event_type"], SIGNATURE_HEADER: signature}
                self.deliveries.take(
                    Message(
                        channel=str(one["id"]),
                        address=one["callback_url"],
                        headers=headers,
                        body=body,
                        ready_at=self.clock.now(),
                    )
                )
