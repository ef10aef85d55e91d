from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest

from kloudsync.providers.salesloft.webhooks import Webhook
from kloudsync.testing.__main__ import make_fake, parse_arguments
from kloudsync.testing.clock import ManualClock
from kloudsync.testing.salesloft import FakeSalesloft
from kloudsync.testing.serve import serve

BEARER = {"Authorization": "Bearer any"}
EMPTY: dict[str, str] = {}


class Caller:
    """Asks the fake as any program could."""

    def __init__(self, fake: FakeSalesloft) -> None:
        self.fake = fake

    def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Send a request; returns status and parsed body."""
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.fake.handle(method, path, BEARER if headers is None else headers, content)
        return reply.status, json.loads(reply.body) if reply.body else None

    def upsert(self, **fields: object) -> tuple[int, Any]:
        """Write an event."""
        required = {
            "id": "e1",
            "i_cal_uid": "u1",
            "calendar_id": self.fake.calendar_id,
            "start_time": "2026-01-06T09:00:00-05:00",
            "end_time": "2026-01-06T09:30:00-05:00",
        }
        return self.ask("POST", "/v2/calendar/events/upsert", required | fields)


@pytest.fixture
def caller(fake_salesloft: FakeSalesloft) -> Caller:
    """A caller of an empty fake."""
    return Caller(fake_salesloft)


# Events


def test_created_and_updated_are_both_201(caller: Caller) -> None:
    """Beside the event stands what was done; times are shown in UTC, one without an offset."""
    status, body = caller.upsert(title="One")
    assert (status, body["upsert_type"]) == (201, "create")
    assert body["data"]["start_time"] == "2026-01-06T14:00:00Z"
    assert body["data"]["created_at"] == "2026-01-05T09:00:00"
    assert body["data"]["extended_properties"] == {
        "changed_attributes": ["end_time", "start_time", "title"]
    }
    status, body = caller.upsert(location="Here")
    assert (status, body["upsert_type"]) == (201, "update")
    assert (body["data"]["title"], body["data"]["location"]) == ("One", "Here")


def test_the_key_is_id_and_uid_unless_named(caller: Caller) -> None:
    """A new UID makes a second event, unless the id alone is the key."""
    caller.upsert()
    assert caller.upsert(i_cal_uid="u2")[1]["upsert_type"] == "create"
    assert len(caller.fake.events()) == 2
    caller.upsert(id="e2")
    assert caller.upsert(id="e2", i_cal_uid="u3", upsert_key=["id"])[1]["upsert_type"] == "update"
    assert [row["i_cal_uid"] for row in caller.fake.events() if row["id"] == "e2"] == ["u3"]


def test_a_stale_write_is_skipped(caller: Caller) -> None:
    """Older than what is stored changes nothing; as old, or without a stamp, does."""
    caller.upsert(title="New", updated_at="2026-01-05T09:00:01Z")
    _, body = caller.upsert(title="Old", updated_at="2026-01-05T09:00:00Z")
    assert body["data"]["title"] == "New"
    assert body["data"]["extended_properties"]["changed_attributes"] == []
    assert (
        caller.upsert(title="Same", updated_at="2026-01-05T09:00:01Z")[1]["data"]["title"] == "Same"
    )
    assert caller.upsert(title="Unguarded")[1]["data"]["title"] == "Unguarded"


def test_the_guard_may_go_by_the_servers_own_time(caller: Caller) -> None:
    """The other reading of the documents: what is older than the last write is stale."""
    caller.fake.book.guarded_by_server = True
    caller.upsert(title="New", updated_at="2026-01-01T00:00:00Z")
    _, body = caller.upsert(title="Newer", updated_at="2026-01-02T00:00:00Z")
    assert body["data"]["title"] == "New"


def test_who_is_left_out_is_marked_as_deleted(caller: Caller) -> None:
    """Attendees are replaced, and those who are gone stay visible."""
    people = [{"email": "a@example.com"}, {"email": "b@example.com", "status": "accepted"}]
    caller.upsert(attendees=people)
    _, body = caller.upsert(attendees=[{"email": "a@example.com", "status": "declined"}])
    first, second = body["data"]["attendees"]
    assert (first["status"], first["status_changed"], first["deleted_at"]) == (
        "declined",
        True,
        None,
    )
    assert second["email"] == "b@example.com"
    assert second["deleted_at"]
    assert len(caller.upsert()[1]["data"]["attendees"]) == 2


def test_cancelled_events_are_kept(caller: Caller) -> None:
    """They take up no time, and can take place again."""
    _, body = caller.upsert(status="cancelled", canceled_at="2026-01-05T09:00:00Z")
    assert body["data"]["busy"] is False
    assert caller.fake.events() == []
    assert len(caller.fake.events(cancelled=True)) == 1
    _, body = caller.upsert(status="confirmed")
    assert (body["data"]["canceled_at"], body["data"]["busy"]) == (None, True)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"id": ""}, "id"),
        ({"start_time": "2026-01-06T09:00:00"}, "start_time"),
        ({"start_time": "2026-02-06T09:00:00Z"}, "end_time"),
        ({"status": "canceled"}, "status"),
        ({"attendees": {}}, "attendees"),
        ({"attendees": [{"status": "maybe"}]}, "attendees"),
        ({"upsert_key": ["title"]}, "upsert_key"),
        ({"upsert_key": ["i_cal_uid"]}, "upsert_key"),
        ({"calendar_id": "owner@example.com"}, "calendar_id"),
    ],
)
def test_fields_are_refused_by_name(caller: Caller, fields: dict[str, Any], named: str) -> None:
    """422 says which field, and what is wrong with it."""
    status, body = caller.upsert(**fields)
    assert status == 422
    assert list(body["errors"]) == [named]


def test_calendars_of_others_are_refused(caller: Caller) -> None:
    """Unknown ones are not found, others not open for writing."""
    assert caller.upsert(calendar_id="external_9")[0] == 404
    guid = caller.fake.add_user("second@example.com", external=False)
    assert caller.upsert(calendar_id=f"external_{guid}")[0] == 403


def test_a_window_shows_what_overlaps_it(caller: Caller) -> None:
    """The start bounds ends, the end bounds starts; descending unless asked for."""
    for hour in range(9, 15):
        day = "2026-01-06T"
        caller.upsert(
            id=f"e{hour}", start_time=f"{day}{hour:02}:00:00Z", end_time=f"{day}{hour:02}:30:00Z"
        )
    path = "/v2/calendar/events?start_time=2026-01-06T10:15:00Z&end_time=2026-01-06T13:00:00Z"
    _, body = caller.ask("GET", path)
    assert [row["id"] for row in body["data"]] == ["e12", "e11", "e10"]
    _, body = caller.ask("GET", f"{path}&sort_direction=ASC&per_page=2&include_paging_counts=true")
    assert [row["id"] for row in body["data"]] == ["e10", "e11"]
    assert body["metadata"]["paging"] == {
        "per_page": 2,
        "current_page": 1,
        "next_page": 2,
        "prev_page": None,
        "total_pages": 2,
        "total_count": 3,
    }


# Bulk jobs


def test_jobs_run_one_after_the_other(caller: Caller, manual_clock: ManualClock) -> None:
    """The queue is the team's: a second job waits for the first."""
    record = {"id": "e", "i_cal_uid": "u", "calendar_id": "external_9"}
    for _ in range(2):
        _, body = caller.ask("POST", "/v2/bulk_jobs", {"type": "calendar/events/upsert"})
        job = f"/v2/bulk_jobs/{body['data']['id']}"
        caller.ask("POST", f"{job}/job_data", {"data": [record] * 1000})
        assert caller.ask("PUT", job, {"ready_to_execute": True})[1]["data"]["state"] == "executing"
    manual_clock.advance(timedelta(seconds=7.5))
    states = [one["data"] for _, one in (caller.ask("GET", f"/v2/bulk_jobs/{n}") for n in (70, 71))]
    assert [(one["state"], one["processed"]) for one in states] == [
        ("executing", 500),
        ("executing", 0),
    ]
    assert caller.ask("GET", "/v2/bulk_jobs/70/results")[1]["data"] == []
    manual_clock.advance(timedelta(seconds=20))
    assert caller.ask("GET", "/v2/bulk_jobs/71")[1]["data"]["errors"] == 1000
    _, body = caller.ask("GET", "/v2/bulk_jobs/70/results?status[]=error&per_page=100&id[gt]=9990")
    assert [row["id"] for row in body["data"]] == list(range(9991, 10001))
    assert "start_time can't be blank" in body["data"][0]["error"]


def test_a_job_that_runs_takes_nothing_more(caller: Caller) -> None:
    """Nor does one of an unknown type exist, or hold what is no record."""
    _, body = caller.ask("POST", "/v2/bulk_jobs", {"type": "calendar/events/upsert"})
    job = f"/v2/bulk_jobs/{body['data']['id']}"
    assert caller.ask("POST", f"{job}/job_data", {"data": ["x"]})[0] == 422
    assert caller.ask("POST", f"{job}/job_data", {"data": [EMPTY] * 5001})[0] == 422
    assert caller.ask("POST", f"{job}/job_data", {"data": [EMPTY]})[1]["data"] == {"records": 1}
    caller.ask("PUT", job, {"ready_to_execute": True})
    assert caller.ask("POST", f"{job}/job_data", {"data": [EMPTY]})[0] == 422
    assert caller.ask("POST", "/v2/bulk_jobs", {"type": "nonsense"})[0] == 422
    assert caller.ask("GET", "/v2/bulk_jobs/9")[0] == 404


def test_a_finished_job_is_announced(caller: Caller, manual_clock: ManualClock) -> None:
    """The notification is signed with the subscription's own token."""
    hook = {"callback_url": "https://app.example.com", "callback_token": "s3cret"}
    caller.ask("POST", "/v2/webhook_subscriptions", hook | {"event_type": "bulk_job_completed"})
    caller.ask("POST", "/v2/bulk_jobs", {"type": "person/upsert"})
    caller.ask("POST", "/v2/bulk_jobs/70/job_data", {"data": [{"email": "a@example.com"}]})
    caller.ask("PUT", "/v2/bulk_jobs/70", {"ready_to_execute": True})
    manual_clock.advance(timedelta(minutes=1))
    caller.fake.events()
    (message,) = caller.fake.deliveries.waiting
    assert message.address == "https://app.example.com"
    assert Webhook("s3cret").receive(message.body, message.headers).payload["state"] == "done"


# The budget


def test_the_budget_is_counted_and_kept(caller: Caller, manual_clock: ManualClock) -> None:
    """Every answer tells price and rest; what is too much is refused until the next minute."""
    manual_clock.advance(timedelta(seconds=30))
    reply = caller.fake.handle("GET", "/v2/calendar/events?page=501", BEARER)
    assert reply.headers["x-ratelimit-endpoint-cost"] == "30"
    assert reply.headers["x-ratelimit-remaining-minute"] == "570"
    caller.fake.spending.spend(570, manual_clock.now())
    assert caller.ask("GET", "/v2/me") == (429, {"error": "API rate limit exceeded"})
    manual_clock.advance(timedelta(seconds=30))
    assert caller.ask("GET", "/v2/me")[0] == 200
    assert caller.fake.spending.highest_minute == 600
    assert caller.fake.spending.highest_span == 601, "across the turn of the minute"
    assert caller.fake.spending.refused == 1


# Who may ask


def test_without_a_token_nobody_may_ask(caller: Caller) -> None:
    """The words are those that the service was seen to use."""
    status, body = caller.ask("GET", "/v2/me", headers={})
    assert status == 401
    assert body["error"].startswith("No Bearer Token attached to request")


def test_refresh_tokens_are_good_for_one_use(caller: Caller, manual_clock: ManualClock) -> None:
    """A used one is refused; an access token lapses after two hours."""
    access, refresh = caller.fake.tokens.issue(manual_clock.now())
    bearer = {"Authorization": f"Bearer {access}"}
    assert caller.ask("GET", "/v2/me", headers=bearer)[0] == 200
    manual_clock.advance(timedelta(hours=2))
    assert caller.ask("GET", "/v2/me", headers=bearer)[0] == 401
    fields = {"client_id": "c", "client_secret": "s", "grant_type": "refresh_token"}
    status, body = caller.ask("POST", "/oauth/token", fields | {"refresh_token": refresh})
    assert (status, body["expires_in"]) == (200, 7200)
    status, body = caller.ask("POST", "/oauth/token", fields | {"refresh_token": refresh})
    assert (status, body["error"]) == (400, "invalid_grant")
    assert caller.fake.tokens.reused == 1
    assert caller.ask("POST", "/oauth/token", {"grant_type": "refresh_token"})[0] == 401
    assert caller.ask("POST", "/oauth/token", fields | {"grant_type": "x"})[0] == 400
    code = {"grant_type": "authorization_code", "code": caller.fake.tokens.code()}
    assert caller.ask("POST", "/oauth/token", fields | code)[1]["error"] == "invalid_request"


# Carriers


def test_unknown_paths_and_bodies_that_are_no_json(caller: Caller) -> None:
    """Everything has an answer, and a line in the log."""
    assert caller.ask("GET", "/v2/nothing")[0] == 404
    assert caller.fake.handle("POST", "/v2/bulk_jobs", BEARER, b"{").status == 400
    assert caller.ask("POST", "/v2/bulk_jobs", [])[0] == 400
    assert [line.operation for line in caller.fake.requests] == ["", *["bulk_jobs.create"] * 2]


def test_users_come_whole_unless_a_page_is_asked_for(caller: Caller) -> None:
    """Without a page, there is no word on pages."""
    assert "metadata" not in caller.ask("GET", "/v2/users")[1]
    assert "paging" in caller.ask("GET", "/v2/users?page=1")[1]["metadata"]
    assert caller.ask("GET", "/v2/users/99")[0] == 404


def test_it_is_served_on_a_port(fake_salesloft_url: str) -> None:
    """For clients in any language."""
    answer = httpx.get(f"{fake_salesloft_url}/me", headers=BEARER)
    assert answer.json()["data"]["email"] == "owner@example.com"


def test_the_command_knows_it() -> None:
    """`serve salesloft` plays it on the machine's clock."""
    fake = make_fake(parse_arguments(["serve", "salesloft"]))
    with serve(fake) as url:
        assert url.endswith("/v2")


@pytest.mark.parametrize("path", ["me", "users", "users/1", "meetings"])
def test_older_paths_have_a_suffix_too(caller: Caller, path: str) -> None:
    """The vendor's own description spells them so, and older clients ask so."""
    assert caller.ask("GET", f"/v2/{path}.json") == caller.ask("GET", f"/v2/{path}")


@pytest.mark.parametrize("path", ["calendar/events", "bulk_jobs", "webhook_subscriptions"])
def test_newer_paths_have_none(caller: Caller, path: str) -> None:
    """What was never described with a suffix is not found under one."""
    assert caller.ask("GET", f"/v2/{path}.json")[0] == 404
    assert caller.ask("GET", f"/v2/{path}")[0] == 200


def test_a_form_is_read_as_json_is(caller: Caller) -> None:
    """The description declares forms; truth values and lists are told by their spelling."""
    form = {
        "id": "e1",
        "i_cal_uid": "u1",
        "calendar_id": caller.fake.calendar_id,
        "start_time": "2026-01-06T09:00:00-05:00",
        "end_time": "2026-01-06T09:30:00-05:00",
        "title": "Über & co",
        "all_day": "true",
        "upsert_key[]": ["id", "i_cal_uid"],
    }
    with httpx.Client(transport=caller.fake.transport(), headers=BEARER) as client:
        answer = client.post("https://api.example.com/v2/calendar/events/upsert", data=form)
    assert answer.status_code == 201
    (row,) = caller.fake.events()
    assert (row["title"], row["all_day"]) == ("Über & co", True)


@pytest.mark.parametrize(
    ("sign", "found"), [("gt", [2]), ("gte", [1, 2]), ("lt", []), ("lte", [1])]
)
def test_meetings_are_polled_by_their_last_change(
    caller: Caller, manual_clock: ManualClock, sign: str, found: list[int]
) -> None:
    """Bounds of `updated_at` compare as they say, and a report is a change."""
    now = manual_clock.now().isoformat().replace("+", "%2B")
    for _ in range(2):
        caller.fake.add_meeting()
    manual_clock.advance(timedelta(minutes=1))
    caller.ask("PUT", "/v2/meetings/2", {"status": "booked"})
    _, answer = caller.ask("GET", f"/v2/meetings?updated_at[{sign}]={now}")
    assert [row["id"] for row in answer["data"]] == found


def test_subscriptions_are_listed_by_whether_they_are_on(caller: Caller) -> None:
    """Those that are switched off are told apart."""
    body = {"callback_url": "https://x", "callback_token": "t", "event_type": "meeting_booked"}
    for _ in range(2):
        caller.ask("POST", "/v2/webhook_subscriptions", body)
    caller.ask("PUT", "/v2/webhook_subscriptions/2", {"enabled": False})
    for enabled, found in (("true", [1]), ("false", [2])):
        _, answer = caller.ask("GET", f"/v2/webhook_subscriptions?enabled={enabled}")
        assert [row["id"] for row in answer["data"]] == found
