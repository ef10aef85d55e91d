"""What `kloudless` 2.0.1, the vendor's own client of PyPI, sees at an address; run by its own Python.

It is no test and imports nothing of ours: `test_sdk_client.py` runs it and reads what it prints.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

kloudless: Any = import_module("kloudless")


def tour(token: str, application: str) -> dict[str, Any]:
    """Do with an account what the client's own documentation does."""
    account = kloudless.get_verified_account(application, token)
    seen: dict[str, Any] = {"accounts": [one.data["id"] for one in account.get("../../accounts")]}
    listed = account.get("cal/calendars")
    seen["calendars"] = [one.data["name"] for one in listed.get_paging_iterator()]
    primary = account.get("cal/calendars/primary")
    seen["primary"] = primary.data["id"]
    pages = primary.get("events", params={"page_size": 4})
    seen["events"] = [one.data["name"] for one in pages.get_paging_iterator()]
    window = {"start": "2026-02-01T00:00:00Z", "end": "2026-02-03T00:00:00Z", "page_size": 2}
    bounded = primary.get("events", params=window)
    seen["window"] = [one.data["name"] for one in bounded.get_paging_iterator()]

    stream = account.get("subscriptions/default/activity", params={"cursor": "-1"})
    since = stream.data["cursor"]
    legacy = account.get("events", params={"cursor": "-1"}).data["cursor"]
    moments = {"start": "2026-02-05T09:00:00Z", "end": "2026-02-05T10:00:00Z"}
    created = primary.post("events", json={"name": "Created", **moments})
    created.patch(json={"name": "Patched"})
    created.refresh()
    seen["patched"] = (created.data["name"], created.url == created.data["href"])
    raw = account.get(created.url, get_raw_data=True)
    seen["raw"] = raw.data["raw"]["object"]["summary"]
    activity = account.get("subscriptions/default/activity", params={"cursor": since})
    seen["activity"] = [one.data["type"] for one in activity]
    # The client walks over cursors where it knows the path, which is that of the older stream.
    news = account.get("events", params={"cursor": legacy, "page_size": 1})
    seen["news"] = [one.data["type"] for one in news.get_paging_iterator()]
    seen["news end"] = news.latest_cursor != legacy
    created.delete()
    try:
        created.refresh()
    except kloudless.exceptions.NotFoundException as error:
        seen["deleted"] = error.response.status_code
    upstream = account.raw("GET", "/calendar/v3/users/me/calendarList")
    seen["upstream"] = upstream.json()["kind"]
    span = [{"start": "2026-02-01T00:00:00Z", "end": "2026-02-02T00:00:00Z"}]
    wanted = {"meeting_duration": "PT1H", "time_windows": span}
    seen["free"] = len(account.post("cal/availability", json=wanted).json()["time_windows"])
    return seen


def refused(token: str, application: str) -> list[str]:
    """Ask with what is not good; answers with the client's names of the errors."""
    names: list[str] = []
    asked: tuple[Callable[[], Any], ...] = (
        lambda: kloudless.verify_token(application, "another"),
        lambda: kloudless.verify_token("another", token),
        lambda: kloudless.Account(token="another").get("cal/calendars"),
        lambda: kloudless.Account(token=token).get("cal/calendars/nowhere"),
    )
    for ask in asked:
        try:
            ask()
        except Exception as error:  # noqa: BLE001 - its name is the point
            names.append(type(error).__name__)
    return names


if __name__ == "__main__":
    root, held, name = sys.argv[1:]
    kloudless.configuration["base_url"] = root
    print(json.dumps({**tour(held, name), "refused": refused(held, name)}))  # noqa: T201
