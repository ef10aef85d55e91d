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


def test_a_calendar_comes_into_the_list_and_leaves_it(fake: FakeGoogle, caller: Caller) -> None:
    """What leaves the list can still be read, and be listed again."""
    token = str(read(caller.send("GET", LIST))["nextSyncToken"])
    assert caller.send("DELETE", f"{LIST}/team%40example.com").status == 204
    (gone,) = read(caller.send("GET", LIST, {"syncToken": token}))["items"]
    assert gone == {
        "kind": "calendar#calendarListEntry",
        "etag": gone["etag"],
        "id": "team@example.com",
        "deleted": True,
    }
    assert caller.send("GET", "calendars/team%40example.com").status == 200
    added = read(caller.send("POST", LIST, body={"id": "team@example.com"}))
    assert (added["summary"], added["accessRole"]) == ("Team", "owner")


def test_what_cannot_be_read_cannot_be_listed(fake: FakeGoogle) -> None:
    """An unknown calendar, or one of somebody else, is not found."""
    theirs = Caller(fake, "theirs")
    for name in ("owner@example.com", "nowhere@example.com"):
        assert why(theirs.send("POST", LIST, body={"id": name}))[0] == 404


def test_the_primary_calendar_stays_in_the_list(caller: Caller) -> None:
    """It can't be taken out."""
    assert why(caller.send("DELETE", f"{LIST}/primary"))[:2] == (403, "forbidden")


def test_an_entry_is_the_users_own(fake: FakeGoogle) -> None:
    """A patch keeps what it does not name, an update clears it; the calendar stays as it is."""
    theirs, entry = Caller(fake, "theirs"), f"{LIST}/team%40example.com"
    patched = read(theirs.send("PATCH", entry, body={"summaryOverride": "Them", "colorId": "3"}))
    assert (patched["summaryOverride"], patched["summary"]) == ("Them", "Team")
    assert read(theirs.send("PATCH", entry, body={"selected": False}))["colorId"] == "3"
    updated = read(theirs.send("PUT", entry, body={"selected": True}))
    assert (updated.get("summaryOverride"), updated["colorId"]) == (None, "14")
    assert "summaryOverride" not in read(Caller(fake).send("GET", entry))


def test_colours_are_chosen_by_number_or_as_they_are(caller: Caller) -> None:
    """`colorRgbFormat` says which; a number that is none is refused."""
    entry = f"{LIST}/primary"
    mine = {"backgroundColor": "#123456", "foregroundColor": "#ffffff"}
    numbered = read(caller.send("PATCH", entry, body={"colorId": "2"} | mine))
    assert numbered["backgroundColor"] != "#123456"
    free = read(caller.send("PATCH", entry, {"colorRgbFormat": "true"}, mine))
    assert free["backgroundColor"] == "#123456"
    assert why(caller.send("PATCH", entry, body={"colorId": "99"}))[0] == 400


def test_hidden_calendars_are_listed_on_request_and_in_deltas(caller: Caller) -> None:
    """Hiding is a change like any other."""
    token = str(read(caller.send("GET", LIST))["nextSyncToken"])
    caller.send("PATCH", f"{LIST}/team%40example.com", body={"hidden": True})
    assert len(read(caller.send("GET", LIST))["items"]) == 1
    assert len(read(caller.send("GET", LIST, {"showHidden": "true"}))["items"]) == 2
    (hidden,) = read(caller.send("GET", LIST, {"syncToken": token}))["items"]
    assert hidden["hidden"] is True


def test_an_entry_is_written_on_its_current_version_only(caller: Caller) -> None:
    """`If-Match` of an older version is refused with 412."""
    entry = f"{LIST}/primary"
    old = str(read(caller.send("GET", entry))["etag"])
    assert caller.send("PATCH", entry, body={"colorId": "2"}, If_Match=old).status == 200
    refused = caller.send("PATCH", entry, body={"colorId": "3"}, If_Match=old)
    assert why(refused)[:2] == (412, "conditionNotMet")


def test_another_role_is_no_change_of_the_list(fake: FakeGoogle, caller: Caller) -> None:
    """A delta leaves out entries of which only what the user can't write has changed."""
    theirs = Caller(fake, "theirs")
    token = str(read(theirs.send("GET", LIST))["nextSyncToken"])
    rule = "calendars/team%40example.com/acl/user%3Areader%40example.com"
    caller.send("PATCH", rule, body={"role": "writer"})
    assert read(theirs.send("GET", LIST, {"syncToken": token}))["items"] == []
    assert read(theirs.send("GET", LIST))["items"][0]["accessRole"] == "writer"


def test_tokens_of_lists_expire(fake: FakeGoogle, caller: Caller) -> None:
    """Then the list is refused with 410, like that of events."""
    token = str(read(caller.send("GET", LIST))["nextSyncToken"])
    fake.expire_sync_tokens()
    reply = caller.send("GET", LIST, {"syncToken": token})
    assert why(reply)[:2] == (410, "fullSyncRequired")
