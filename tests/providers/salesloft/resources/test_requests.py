import json
from datetime import UTC, datetime
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.http.operation import Operation
from kloudsync.providers.salesloft.resources.bulk_jobs import LARGEST_CHUNK, BulkJobs
from kloudsync.providers.salesloft.resources.calendar_events import CalendarEvents
from kloudsync.providers.salesloft.resources.meeting_settings import MeetingSettings
from kloudsync.providers.salesloft.resources.meetings import Meetings
from kloudsync.providers.salesloft.resources.users import Users
from kloudsync.providers.salesloft.resources.webhook_subscriptions import WebhookSubscriptions

NOON = datetime(2026, 1, 6, 12, tzinfo=UTC)
AFTER: Any = {"after": NOON}


def sent(operation: Operation[Any]) -> list[tuple[str, str]]:
    """Return the query that is sent."""
    return list(operation.request.query)


def test_every_filter_of_events_is_sent_by_its_name() -> None:
    """Nothing that was not given is sent, so that the service's defaults hold."""
    assert sent(CalendarEvents.list()) == []
    operation = CalendarEvents.list(
        calendar_id="external_1",
        user_guid="1",
        start_time=NOON,
        end_time=NOON,
        sort_direction="ASC",
        per_page=100,
        page=2,
        include_paging_counts=True,
    )
    assert sent(operation) == [
        ("calendar_id", "external_1"),
        ("user_guid", "1"),
        ("start_time", "2026-01-06T12:00:00Z"),
        ("end_time", "2026-01-06T12:00:00Z"),
        ("sort_direction", "ASC"),
        ("per_page", "100"),
        ("page", "2"),
        ("include_paging_counts", "true"),
    ]


def test_lists_repeat_their_name_in_brackets() -> None:
    """As working clients do."""
    assert sent(Users.list(ids=[1, 2])) == [("ids[]", "1"), ("ids[]", "2")]
    assert sent(BulkJobs.results(7, status=["error"], after=9)) == [
        ("status[]", "error"),
        ("id[gt]", "9"),
    ]


def test_ranges_have_their_comparisons() -> None:
    """Bounds are named by the field and the comparison."""
    assert sent(Meetings.list(start_time={"gte": NOON})) == [
        ("start_time[gte]", "2026-01-06T12:00:00Z")
    ]


def test_a_deep_page_costs_what_it_costs() -> None:
    """The price is taken up front."""
    assert CalendarEvents.list(page=1).cost == 1
    assert CalendarEvents.list(page=501).cost == 30
    assert CalendarEvents.list().price is not None


def test_settings_are_filtered_by_the_body() -> None:
    """Paging goes into the query; an absent filter is not sent at all."""
    operation = MeetingSettings.search(calendar_type="external", page=2)
    assert sent(operation) == [("page", "2")]
    assert json.loads(operation.request.body or b"") == {"calendar_type": "external"}
    assert operation.repeatable, "it only reads"


WRONG: dict[str, Any] = {
    "a page of none": lambda: CalendarEvents.list(per_page=0),
    "a page too large": lambda: Users.list(per_page=101),
    "page zero": lambda: Meetings.list(page=0),
    "a naive time": lambda: CalendarEvents.list(start_time=NOON.replace(tzinfo=None)),
    "an unknown comparison": lambda: Meetings.list(created_at=AFTER),
    "an unknown bound": lambda: MeetingSettings.search(updated_at=AFTER),
    "no rows": lambda: BulkJobs.upload(1, []),
    "too many rows": lambda: BulkJobs.upload(1, [AFTER] * (LARGEST_CHUNK + 1)),
    "an empty token": lambda: WebhookSubscriptions.create(
        "https://app.example.com", callback_token="", event_type="x"
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_mistakes_are_refused_before_anything_is_sent(mistake: str) -> None:
    """Also those that the service would correct without a word."""
    with pytest.raises(UsageError):
        WRONG[mistake]()


@pytest.mark.parametrize(
    ("operation", "query"),
    [
        (CalendarEvents.list(sort_by="start_time"), [("sort_by", "start_time")]),
        (
            Meetings.list(updated_at={"gte": NOON}, person_ids=[1, 2], account_id=3, task_ids=[4]),
            [
                ("person_ids[]", "1"),
                ("person_ids[]", "2"),
                ("account_id", "3"),
                ("task_ids[]", "4"),
                ("updated_at[gte]", "2026-01-06T12:00:00Z"),
            ],
        ),
        (Meetings.list(limit_paging_counts=True), [("limit_paging_counts", "true")]),
        (
            Users.list(group_id=["_is_null"], role_id=["Admin"], has_crm_user=False),
            [("group_id[]", "_is_null"), ("role_id[]", "Admin"), ("has_crm_user", "false")],
        ),
        (Users.list(work_country=["US"]), [("work_country[]", "US")]),
        (WebhookSubscriptions.list(enabled=False), [("enabled", "false")]),
    ],
)
def test_every_filter_that_is_described_can_be_sent(
    operation: Operation[Any], query: list[tuple[str, str]]
) -> None:
    """By the names and in the form of the service."""
    assert sent(operation) == query
