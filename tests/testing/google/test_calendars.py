import pytest
from tests.testing.google.caller import Caller, la, read, why

from kloudsync.testing.google import FakeGoogle


def test_a_calendar_is_made_changed_and_deleted(fake: FakeGoogle, caller: Caller) -> None:
    """It comes into the list of its owner, and leaves every list."""
    made = read(caller.send("POST", "calendars", body={"summary": "Trips"}))
    place = f"calendars/{made['id'].replace('@', '%40')}"
    assert made["id"].endswith("@group.calendar.google.com")
    assert (made["summary"], made["timeZone"]) == ("Trips", "America/Los_Angeles")
    body = {"description": "Where to?", "timeZone": "Europe/Paris"}
    patched = read(caller.send("PATCH", place, body=body))
    assert (patched["summary"], patched["timeZone"]) == ("Trips", "Europe/Paris")
    updated = read(caller.send("PUT", place, body={"summary": "Travel"}))
    assert (updated["summary"], updated.get("description")) == ("Travel", None)
    assert caller.send("DELETE", place).status == 204
    assert why(caller.send("GET", place))[0] == 404
    assert len(read(caller.send("GET", "users/me/calendarList"))["items"]) == 1


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("POST", "calendars", {"location": "Here"}), ("PUT", "calendars/primary", {"location": "x"})],
)
def test_a_calendar_needs_a_title(caller: Caller, method: str, path: str, body: object) -> None:
    """Without one it is neither made nor replaced."""
    assert why(caller.send(method, path, body=body))[:2] == (400, "required")


def test_the_primary_calendar_is_cleared_and_not_deleted(fake: FakeGoogle, caller: Caller) -> None:
    """For other calendars it is the reverse."""
    fake.calendar().create("Lunch", la("2019-04-02"))
    fake.calendar().create("Stand-up", la("2019-04-02"), recurrence=["RRULE:FREQ=DAILY"])
    token = caller.token_now()
    assert caller.send("DELETE", "calendars/primary").status == 403
    assert caller.send("POST", "calendars/primary/clear").status == 204
    assert [item["status"] for item in caller.items(syncToken=token)] == ["cancelled"] * 2
    fake.add_calendar("team@example.com")
    assert why(caller.send("POST", "calendars/team%40example.com/clear"))[0] == 400


def test_only_owners_manage_a_calendar(fake: FakeGoogle) -> None:
    """Writers change events, not the calendar."""
    fake.accounts.grant("theirs", "writer@example.com")
    fake.share("owner@example.com", "writer@example.com", "writer")
    theirs = Caller(fake, "theirs", calendar="owner@example.com")
    event = {"start": {"date": "2019-04-02"}, "end": {"date": "2019-04-03"}}
    assert theirs.call("POST", body=event).status == 200
    refused = theirs.send("PATCH", "calendars/owner%40example.com", body={"summary": "Mine"})
    assert why(refused)[:2] == (403, "requiredAccessLevel")


def test_an_administrator_hands_a_calendar_over(fake: FakeGoogle, caller: Caller) -> None:
    """Both parameters are required; the new owner's name stands in the calendar."""
    fake.add_calendar("team@example.com")
    place = "calendars/team%40example.com"
    query = {"newDataOwner": "heir@example.com", "useAdminAccess": "true"}
    assert why(caller.send("POST", f"{place}/transferOwnership"))[:2] == (400, "required")
    assert caller.send("POST", f"{place}/transferOwnership", query).status == 204
    assert read(caller.send("GET", place))["dataOwner"] == "heir@example.com"
    primary = caller.send("POST", "calendars/primary/transferOwnership", query)
    assert why(primary)[0] == 403
