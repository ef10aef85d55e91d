import json
from email.utils import parsedate_to_datetime

import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.faults import Disrupted, Fault, FaultKind, Faults
from kloudsync.testing.google import FakeCalendar, FakeGoogle


@pytest.mark.parametrize(
    ("kind", "status", "reason"),
    [
        (FaultKind.RATE_LIMIT, 403, "rateLimitExceeded"),
        (FaultKind.USER_RATE_LIMIT, 403, "userRateLimitExceeded"),
        (FaultKind.TOO_MANY_REQUESTS, 429, "rateLimitExceeded"),
        (FaultKind.RETRY_AFTER_SECONDS, 429, "rateLimitExceeded"),
        (FaultKind.RETRY_AFTER_DATE, 429, "rateLimitExceeded"),
        (FaultKind.QUOTA_EXCEEDED, 403, "quotaExceeded"),
        (FaultKind.FORBIDDEN, 403, "forbidden"),
        (FaultKind.SERVER_ERROR, 500, "backendError"),
        (FaultKind.UNAVAILABLE, 503, "backendError"),
        (FaultKind.UNAUTHORIZED, 401, "authError"),
    ],
)
def test_faults_are_worded_as_google_words_them(
    fake: FakeGoogle, caller: Caller, kind: FaultKind, status: int, reason: str
) -> None:
    """The request struck is refused with status and reason; the next one is served."""
    fake.faults = Faults([Fault(kind)])
    assert why(caller.call("GET"))[:2] == (status, reason)
    assert caller.page()["items"] == []


def test_advice_comes_in_seconds_or_as_a_date(fake: FakeGoogle, caller: Caller) -> None:
    """Retry-After names the wait that the fault names."""
    fake.faults = Faults(
        [
            Fault(FaultKind.RETRY_AFTER_SECONDS, seconds=7),
            Fault(FaultKind.RETRY_AFTER_DATE, nth=2, seconds=60),
        ]
    )
    assert caller.call("GET").headers["Retry-After"] == "7"
    date = parsedate_to_datetime(caller.call("GET").headers["Retry-After"])
    assert (date - fake.clock.now()).total_seconds() == 60


@pytest.mark.parametrize(("kind", "status"), [(FaultKind.HTML_502, 502), (FaultKind.HTML_200, 200)])
def test_proxies_answer_in_html(
    fake: FakeGoogle, caller: Caller, kind: FaultKind, status: int
) -> None:
    """A page of HTML comes in place of JSON, with either status."""
    fake.faults = Faults([Fault(kind)])
    reply = caller.call("GET")
    assert reply.status == status
    assert reply.headers["Content-Type"].startswith("text/html")
    with pytest.raises(json.JSONDecodeError):
        read(reply)


@pytest.mark.parametrize(
    ("kind", "refusal"),
    [
        (FaultKind.CURSOR_GONE, (410, "fullSyncRequired")),
        (FaultKind.CURSOR_INVALID, (400, "invalid")),
        (FaultKind.CURSOR_UNNAMED, (400, "invalid")),
    ],
)
def test_cursors_can_be_refused(
    fake: FakeGoogle, caller: Caller, kind: FaultKind, refusal: tuple[int, str]
) -> None:
    """Only requests with a sync token are struck, and only those are counted."""
    fake.faults = Faults([Fault(kind, nth=2)])
    token = caller.token_now()
    caller.page(syncToken=token)
    assert caller.refusal(syncToken=token)[:2] == refusal


def test_a_cursor_can_be_refused_without_a_word(fake: FakeGoogle, caller: Caller) -> None:
    """A 410 may come with an empty body."""
    fake.faults = Faults([Fault(FaultKind.CURSOR_GONE_SILENTLY)])
    reply = caller.call("GET", query={"syncToken": caller.token_now()})
    assert (reply.status, reply.body) == (410, b"")


def test_a_cut_connection_performs_nothing(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller
) -> None:
    """The request never arrived; the log says so by status 0."""
    event = calendar.create("Review", la("2019-04-02"))
    fake.faults = Faults([Fault(FaultKind.CUT_CONNECTION)])
    with pytest.raises(Disrupted):
        caller.call("DELETE", event)
    assert event in calendar.truth()
    assert (fake.requests[-1].operation, fake.requests[-1].status) == ("events.delete", 0)


@pytest.mark.parametrize("kind", [FaultKind.CUT_BODY, FaultKind.SLOW_BODY])
def test_a_cut_answer_performs_the_request(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller, kind: FaultKind
) -> None:
    """The request was performed, only the answer is lost; asking again shows it."""
    event = calendar.create("Review", la("2019-04-02"))
    fake.faults = Faults([Fault(kind)])
    with pytest.raises(Disrupted) as disrupted:
        caller.call("DELETE", event)
    assert disrupted.value.reply is not None
    assert event not in calendar.truth()
    assert caller.call("DELETE", event).status == 410


def test_a_page_can_name_itself_as_the_next(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller
) -> None:
    """Paging never ends, and no sync token comes."""
    for hour in range(4):
        calendar.create("Review", la("2019-04-02", hour))
    fake.faults = Faults([Fault(FaultKind.ENDLESS_PAGES, times=None)])
    page = caller.page(maxResults="2")
    for _ in range(5):
        following = caller.page(maxResults="2", pageToken=str(page["nextPageToken"]))
        assert "nextSyncToken" not in following
        assert following["nextPageToken"] == page["nextPageToken"]


def test_a_page_can_hold_an_item_without_sense(
    fake: FakeGoogle, calendar: FakeCalendar, caller: Caller
) -> None:
    """One more item comes, which no parser can read; the others are whole."""
    event = calendar.create("Review", la("2019-04-02"))
    fake.faults = Faults([Fault(FaultKind.MALFORMED_ITEM)])
    items = caller.page()["items"]
    assert len(items) == 2
    assert items[1]["id"] == event


def test_faults_on_pages_leave_refusals_alone(fake: FakeGoogle, caller: Caller) -> None:
    """A refused request has no page to spoil."""
    fake.faults = Faults([Fault(FaultKind.MALFORMED_ITEM, times=None)])
    assert caller.refusal(timeMin="x")[0] == 400
