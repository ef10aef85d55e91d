from tests.testing.google.caller import Caller, read, why

from kloudsync.testing.google import FakeGoogle

SETTINGS = "users/me/settings"


def test_settings_are_listed_and_followed(fake: FakeGoogle, caller: Caller) -> None:
    """A delta has what the user has changed since."""
    page = read(caller.send("GET", SETTINGS))
    values = {item["id"]: item["value"] for item in page["items"]}
    assert values["timezone"] == "America/Los_Angeles"
    query = {"syncToken": str(page["nextSyncToken"])}
    assert read(caller.send("GET", SETTINGS, query))["items"] == []
    fake.change_setting("weekStart", "1")
    (changed,) = read(caller.send("GET", SETTINGS, query))["items"]
    assert (changed["id"], changed["value"]) == ("weekStart", "1")


def test_a_setting_is_found_by_its_name(fake: FakeGoogle, caller: Caller) -> None:
    """Unknown names are not found."""
    assert read(caller.send("GET", f"{SETTINGS}/locale"))["value"] == "en"
    assert why(caller.send("GET", f"{SETTINGS}/mood"))[0] == 404
