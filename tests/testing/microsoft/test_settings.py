from tests.testing.microsoft.graph_caller import WINDOW, GraphCaller, good

from kloudsync.testing.microsoft import FakeMicrosoft
from kloudsync.testing.microsoft.settings import SETTINGS


def test_settings_are_read_whole_and_in_part(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """A path may name one member; the zone is as it was set."""
    settings = caller.get("me/mailboxSettings")
    assert set(SETTINGS) <= set(settings)
    assert caller.get("me/mailboxSettings/timeZone")["value"] == "UTC"
    hours = caller.get("me/mailboxSettings/workingHours")
    assert hours["startTime"] == "08:00:00.0000000"
    assert caller.refusal("GET", "me/mailboxSettings/nothing")[0] == 400


def test_settings_are_changed(caller: GraphCaller) -> None:
    """What a body leaves out stays; a zone that nobody knows is refused."""
    body = {"timeZone": "Tokyo Standard Time", "workingHours": {"startTime": "09:00:00.0000000"}}
    changed = good(caller.send("PATCH", "me/mailboxSettings", body=body))
    assert changed["timeZone"] == "Tokyo Standard Time"
    assert changed["workingHours"]["endTime"] == "17:00:00.0000000"
    refused = caller.refusal("PATCH", "me/mailboxSettings", body={"timeZone": "Nowhere"})
    assert refused[0] == 400


def test_settings_need_a_permission_of_their_own(fake: FakeMicrosoft) -> None:
    """A token for calendars alone does not read them."""
    fake.accounts.grant("calendars", "owner@example.com", scopes=["Calendars.ReadWrite"])
    caller = GraphCaller(fake, "calendars")
    assert caller.refusal("GET", "me/mailboxSettings") == (403, "ErrorAccessDenied")
    assert caller.get("me/calendar")["name"] == "Calendar"


def test_categories_are_kept(caller: GraphCaller) -> None:
    """A name is good once; colours are among the presets."""
    path = "me/outlook/masterCategories"
    created = caller.post(path, {"displayName": "Red", "color": "Preset0"})
    assert created["color"] == "preset0"
    assert caller.refusal("POST", path, body={"displayName": "Red"})[0] == 409
    assert caller.refusal("POST", path, body={"displayName": "No", "color": "red"})[0] == 400
    one = f"{path}/{created['id']}"
    assert good(caller.send("PATCH", one, body={"color": "preset3"}))["color"] == "preset3"
    assert caller.get(one)["displayName"] == "Red"
    assert caller.send("DELETE", one).status == 204
    assert caller.rows(path) == []
    assert caller.refusal("GET", one)[0] == 404


def test_zones_are_listed_in_both_families(caller: GraphCaller) -> None:
    """Windows names unless IANA's are asked for."""
    windows = caller.get("me/outlook/supportedTimeZones")["value"]
    iana = caller.get("me/outlook/supportedTimeZones(TimeZoneStandard='Iana')")["value"]
    assert {"alias": "W. Europe Standard Time", "displayName": "W. Europe Standard Time"} in windows
    assert {"AUS Central Standard Time", "US Eastern Standard Time", "UTC-11"} < {
        zone["alias"] for zone in windows
    }
    assert {"alias": "Europe/Berlin", "displayName": "Europe/Berlin"} in iana
    assert caller.get("me/outlook/supportedLanguages")["value"]
    assert caller.get("me/outlook")["id"]


def test_ids_are_translated(caller: GraphCaller, weekly: str) -> None:
    """Ordinary ids become immutable ones and back; those of occurrences too."""
    row = caller.rows(f"me/events/{weekly}/instances", WINDOW)[0]["id"]
    body = {"sourceIdType": "restId", "targetIdType": "restImmutableEntryId"}
    names = [weekly, row, "AAMkAAAA"]
    told = caller.post("me/translateExchangeIds", {**body, "inputIds": names})["value"]
    assert told[0]["targetId"] == caller.get(
        f"me/events/{weekly}", prefer='IdType="ImmutableId"'
    )["id"]  # fmt: skip
    assert caller.get(f"me/events/{told[1]['targetId']}")["id"] == row
    assert told[2]["errorDetails"]["code"] == "ErrorItemNotFound"
    many = {**body, "inputIds": [weekly] * 1001}
    assert caller.refusal("POST", "me/translateExchangeIds", body=many)[0] == 400
