import pytest
from tests.testing.google.caller import Caller, la

from kloudsync.testing.exchange import RequestLine
from kloudsync.testing.google import FakeGoogle


def story(fake: FakeGoogle) -> list[bytes]:
    """Edit, list, split and list again."""
    calendar, caller = fake.calendar(), Caller(fake)
    series = calendar.create("Stand-up", la("2019-04-02"), recurrence=["RRULE:FREQ=DAILY"])
    first = caller.call("GET").body
    calendar.edit_following(series, la("2019-04-05"), start=la("2019-04-05", 14))
    return [first, caller.call("GET", query={"singleEvents": "true"}).body]


def test_the_same_story_is_the_same_to_the_byte() -> None:
    """Ids, times and tokens depend on the seed and the clock alone."""
    assert story(FakeGoogle(seed=3)) == story(FakeGoogle(seed=3))
    assert story(FakeGoogle(seed=3)) != story(FakeGoogle(seed=4))


def test_requests_are_kept_without_credentials(fake: FakeGoogle) -> None:
    """The log has what was asked and how it ended, never a token."""
    path = "/calendar/v3/calendars/primary/events"
    fake.handle(
        "GET", f"{path}?maxResults=5&key=K1&access_token=T1", {"Authorization": "Bearer T2"}
    )
    assert fake.requests == [RequestLine("GET", path, {"maxResults": "5"}, 200, "events.list")]
    assert not any(secret in repr(fake.requests) for secret in ("K1", "T1", "T2"))


def test_unknown_methods_are_logged_without_a_name(fake: FakeGoogle, caller: Caller) -> None:
    """What the API does not have is 404 and has no operation."""
    caller.send("GET", "nowhere")
    assert (fake.requests[-1].operation, fake.requests[-1].status) == ("", 404)


def test_the_host_does_not_matter(fake: FakeGoogle) -> None:
    """Absolute URLs of any host are answered."""
    url = "https://www.googleapis.com/calendar/v3/calendars/primary"
    assert fake.handle("GET", url, {"Authorization": "Bearer x"}).status == 200


def test_a_calendar_that_does_not_exist_is_named(fake: FakeGoogle) -> None:
    """A mistake in a test's script says which calendars there are."""
    with pytest.raises(LookupError, match=r"owner@example\.com"):
        fake.calendar("unknown@example.com")


def test_every_account_has_a_primary_calendar() -> None:
    """Accounts named by tokens have their calendar from the start."""
    fake = FakeGoogle(tokens={"a": "owner@example.com", "b": "second@example.com"})
    assert fake.calendar(account="second@example.com").id == "second@example.com"


def test_a_token_may_come_in_the_query(fake: FakeGoogle) -> None:
    """As Google's own description has it; without one, nobody is let in."""
    path = "/calendar/v3/calendars/primary"
    assert fake.handle("GET", f"{path}?access_token=any", {}).status == 200
    assert fake.handle("GET", path, {}).status == 401
    assert fake.requests[0].query == {}


def test_parameters_may_come_as_a_form(fake: FakeGoogle) -> None:
    """Google's Ruby client sends those of a POST without a body so."""
    headers = {
        "Authorization": "Bearer any",
        "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
    }
    path = "/calendar/v3/calendars/primary/events/quickAdd"
    assert fake.handle("POST", path, headers, b"text=Lunch+with+Ada").status == 200
    assert [event["summary"] for event in fake.truth().values()] == ["Lunch with Ada"]
