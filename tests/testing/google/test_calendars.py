import pytest
from tests.testing.google.caller import Caller, read, why

from kloudsync.testing.google import FakeGoogle

LIST = "users/me/calendarList"


@pytest.fixture(autouse=True)
def team(fake: FakeGoogle) -> None:
    """A second calendar, shared with another account."""
    fake.add_calendar("team@example.com", summary="Team", time_zone="Europe/Paris")
    fake.accounts.grant("any", "owner@example.com")
    fake.accounts.grant("theirs", "reader@example.com")
    fake.share("team@example.com", "reader@example.com")


def test_an_account_lists_its_calendars(caller: Caller) -> None:
    """Each with its zone and role; the primary one says so."""
    first, second = read(caller.send("GET", LIST))["items"]
    assert (first["id"], first["primary"]) == ("owner@example.com", True)
    assert (second["summary"], second["timeZone"]) == ("Team", "Europe/Paris")
    assert second["accessRole"] == "owner"


def test_shared_calendars_are_listed_with_their_role(fake: FakeGoogle) -> None:
    """Another account sees what was shared with it."""
    (entry,) = read(Caller(fake, "theirs").send("GET", LIST))["items"]
    assert (entry["id"], entry["accessRole"]) == ("team@example.com", "reader")


def test_the_list_is_paged(caller: Caller) -> None:
    """A page of one, then the rest with the sync token."""
    first = read(caller.send("GET", LIST, {"maxResults": "1"}))
    query = {"maxResults": "1", "pageToken": str(first["nextPageToken"])}
    second = read(caller.send("GET", LIST, query))
    assert len(first["items"]) == len(second["items"]) == 1
    assert "nextSyncToken" in second


def test_a_calendar_that_goes_is_a_change(fake: FakeGoogle) -> None:
    """A delta of the list shows what was taken away as deleted, and nothing unchanged."""
    theirs = Caller(fake, "theirs")
    token = str(read(theirs.send("GET", LIST))["nextSyncToken"])
    assert read(theirs.send("GET", LIST, {"syncToken": token}))["items"] == []
    fake.unshare("team@example.com", "reader@example.com")
    (gone,) = read(theirs.send("GET", LIST, {"syncToken": token}))["items"]
    assert (gone["id"], gone["deleted"]) == ("team@example.com", True)
    assert read(theirs.send("GET", LIST))["items"] == []


def test_the_list_refuses_filters_beside_a_token(caller: Caller) -> None:
    """Role and hidden calendars can't be asked for in a delta."""
    token = str(read(caller.send("GET", LIST))["nextSyncToken"])
    for query in ({"minAccessRole": "writer"}, {"showDeleted": "false"}):
        reply = caller.send("GET", LIST, {"syncToken": token, **query})
        assert why(reply)[:2] == (400, "syncTokenWithRequestRestrictions")


def test_the_list_can_be_limited_to_a_role(fake: FakeGoogle) -> None:
    """`minAccessRole` leaves weaker roles out."""
    theirs = Caller(fake, "theirs")
    assert read(theirs.send("GET", LIST, {"minAccessRole": "writer"}))["items"] == []


def test_a_calendar_is_found_under_both_names(caller: Caller) -> None:
    """`primary` is the address of the account."""
    by_alias = read(caller.send("GET", f"{LIST}/primary"))
    assert by_alias == read(caller.send("GET", f"{LIST}/owner%40example.com"))
    assert read(caller.send("GET", "calendars/primary"))["id"] == "owner@example.com"


def test_a_foreign_calendar_is_not_found(fake: FakeGoogle) -> None:
    """What an account may not see does not exist for it."""
    theirs = Caller(fake, "theirs")
    assert why(theirs.send("GET", "calendars/owner%40example.com"))[0] == 404
    assert why(theirs.send("GET", f"{LIST}/owner%40example.com"))[0] == 404


def test_ids_are_encoded_in_paths(fake: FakeGoogle, caller: Caller) -> None:
    """Holiday calendars have a hash in their id."""
    name = "en.usa#holiday@group.v.calendar.google.com"
    fake.add_calendar(name)
    reply = caller.send("GET", "calendars/en.usa%23holiday%40group.v.calendar.google.com")
    assert read(reply)["id"] == name
