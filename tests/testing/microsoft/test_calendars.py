from tests.testing.microsoft.graph_caller import GraphCaller, good, utc

from kloudsync.testing.microsoft import FakeMicrosoft
from kloudsync.testing.microsoft.shapes import CALENDAR


def test_a_calendar_has_every_property_and_no_zone(caller: GraphCaller) -> None:
    """The default calendar can't be removed, and is its owner's."""
    (calendar,) = caller.rows("me/calendars")
    assert set(calendar) == set(CALENDAR)
    assert calendar["isDefaultCalendar"] is True
    assert calendar["isRemovable"] is False
    assert calendar["owner"] == {"name": "Owner", "address": "owner@example.com"}
    assert caller.get("me/calendar")["id"] == calendar["id"]


def test_calendars_are_created_changed_and_deleted(caller: GraphCaller) -> None:
    """Names are good once; the default calendar stays."""
    created = caller.post("me/calendars", {"name": "Work", "color": "lightBlue"})
    assert (created["color"], created["hexColor"]) == ("lightBlue", "#a6d1f5")
    path = f"me/calendars/{created['id']}"
    assert caller.refusal("POST", "me/calendars", body={"name": "Work"})[0] == 409
    assert caller.refusal("POST", "me/calendars", body={"color": "auto"})[0] == 400
    changed = good(caller.send("PATCH", path, body={"name": "Office"}))
    assert (changed["name"], changed["color"]) == ("Office", "lightBlue")
    assert changed["changeKey"] != created["changeKey"]
    assert caller.send("DELETE", path).status == 204
    assert caller.refusal("GET", path) == (404, "ErrorFolderNotFound")
    assert caller.refusal("DELETE", "me/calendar")[0] == 400


def test_calendars_lie_in_groups(caller: GraphCaller) -> None:
    """A group lists its own, and is deleted when it is empty."""
    group = caller.post("me/calendarGroups", {"name": "Team"})
    path = f"me/calendarGroups/{group['id']}"
    created = caller.post(f"{path}/calendars", {"name": "Plans"})
    assert [one["id"] for one in caller.rows(f"{path}/calendars")] == [created["id"]]
    assert caller.get(f"{path}/calendars/{created['id']}")["name"] == "Plans"
    assert caller.refusal("DELETE", path)[0] == 400
    caller.send("DELETE", f"{path}/calendars/{created['id']}")
    assert good(caller.send("PATCH", path, body={"name": "Crew"}))["name"] == "Crew"
    assert caller.send("DELETE", path).status == 204
    assert caller.refusal("GET", path)[0] == 404
    assert len(caller.rows("me/calendarGroups")) == 1


def test_a_shared_calendar_has_another_id_here(fake: FakeMicrosoft) -> None:
    """It is reached through its own id alone, and written to by who may."""
    ann = fake.add_mailbox("ann@example.com")
    event = ann.default.create("Hers", utc("2026-03-04T09:00"))
    name = fake.share(ann.default, "owner@example.com")
    caller = GraphCaller(fake)
    listed = {one["id"]: one for one in caller.rows("me/calendars")}
    assert listed[name]["canEdit"] is False
    assert listed[name]["owner"]["address"] == "ann@example.com"
    path = f"me/calendars/{name}/events/{event}"
    assert caller.get(path)["subject"] == "Hers"
    assert caller.refusal("GET", f"me/events/{event}")[0] == 404
    assert caller.refusal("DELETE", path) == (403, "ErrorAccessDenied")
    ann.default.roles["owner@example.com"] = "write"
    assert caller.send("DELETE", path).status == 204


def test_strangers_are_kept_out(fake: FakeMicrosoft) -> None:
    """A mailbox of somebody else is closed to who was given nothing of it."""
    fake.add_mailbox("ann@example.com")
    caller = GraphCaller(fake)
    assert caller.refusal("GET", "users/ann@example.com/events") == (403, "ErrorAccessDenied")
    assert caller.refusal("GET", "users/bob@example.com/events") == (404, "ResourceNotFound")


def test_permissions_share_a_calendar(fake: FakeMicrosoft, caller: GraphCaller) -> None:
    """Who is given a role finds the calendar in the list, until it is taken back."""
    ann = fake.add_mailbox("ann@example.com")
    body = {"emailAddress": {"address": ann.address}, "role": "read"}
    path = "me/calendar/calendarPermissions"
    given = caller.post(path, body)
    assert (given["role"], given["isInsideOrganization"]) == ("read", True)
    assert len(ann.shared) == 1
    changed = good(caller.send("PATCH", f"{path}/{given['id']}", body={"role": "write"}))
    assert changed["role"] == "write"
    assert caller.get(f"{path}/{given['id']}") == changed
    assert [one["id"] for one in caller.rows(path)] == [given["id"]]
    roles = caller.get("me/calendar/allowedCalendarSharingRoles(User='bob@example.org')")
    assert "write" not in roles["value"]
    assert caller.send("DELETE", f"{path}/{given['id']}").status == 204
    assert ann.shared == {}
    assert caller.refusal("POST", path, body={"role": "read"})[0] == 400


def test_who_asks_is_told(caller: GraphCaller) -> None:
    """`/me` is what the directory says of the person."""
    me = caller.get("me", {"$select": "mail"})
    assert me["mail"] == "owner@example.com"
    assert caller.get(f"users/{me['id']}")["displayName"] == "Owner"
