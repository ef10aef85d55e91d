from tests.testing.microsoft.graph_caller import GraphCaller, good

from kloudsync.testing.microsoft import FakeCalendar

FILE = {"@odata.type": "#microsoft.graph.fileAttachment", "name": "a.txt", "contentBytes": "aGk="}


def test_attachments_are_kept_without_their_contents(
    caller: GraphCaller, calendar: FakeCalendar, weekly: str
) -> None:
    """Name, type and size stay, and the event says that it has some."""
    path = f"me/events/{weekly}"
    attached = caller.post(f"{path}/attachments", FILE)
    assert (attached["name"], attached["size"]) == ("a.txt", 3)
    calendar.attach(weekly, "b.txt")
    event = caller.get(path, {"$expand": "attachments($select=name)"})
    assert event["hasAttachments"] is True
    assert [one["name"] for one in event["attachments"]] == ["a.txt", "b.txt"]
    one = f"{path}/attachments/{attached['id']}"
    assert caller.get(one) == attached
    assert caller.send("GET", f"{path}/attachments/$count").body == b"2"
    assert caller.send("DELETE", one).status == 204
    assert caller.refusal("GET", one)[0] == 404


def test_large_and_nameless_attachments_are_refused(caller: GraphCaller, weekly: str) -> None:
    """More than three megabytes need a session of their own."""
    path = f"me/events/{weekly}/attachments"
    assert caller.refusal("POST", path, body={"name": "a.txt"})[0] == 400
    large = FILE | {"contentBytes": "A" * 4_500_000}
    assert caller.refusal("POST", path, body=large)[0] == 413


def test_extensions_hold_anything(caller: GraphCaller, weekly: str) -> None:
    """An open extension is created, read, changed and deleted by its name."""
    path = f"me/events/{weekly}/extensions"
    caller.post(path, {"extensionName": "com.example.x", "color": "red"})
    one = f"{path}/com.example.x"
    assert caller.get(one)["color"] == "red"
    assert good(caller.send("PATCH", one, body={"color": "blue"}))["color"] == "blue"
    event = caller.get(f"me/events/{weekly}", {"$expand": "extensions"})
    assert event["extensions"][0]["color"] == "blue"
    assert len(caller.rows(path)) == 1
    assert caller.refusal("POST", path, body={"color": "red"})[0] == 400
    assert caller.send("DELETE", one).status == 204
    assert caller.refusal("GET", one)[0] == 404
