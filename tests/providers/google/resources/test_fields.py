"""Masks never lose the tokens of a listing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kloudsync.errors import UsageError
from kloudsync.providers.google.resources.acl import Acl
from kloudsync.providers.google.resources.calendar_list import CalendarList
from kloudsync.providers.google.resources.calendars import Calendars
from kloudsync.providers.google.resources.events import Events
from kloudsync.providers.google.resources.fields import page_mask
from kloudsync.providers.google.resources.settings import Settings


@pytest.mark.parametrize(
    ("mask", "sent"),
    [
        (None, None),
        ("items(id,status)", "items(id,status),nextPageToken,nextSyncToken"),
        ("items/id", "items/id,nextPageToken,nextSyncToken"),
        ("nextPageToken,items", "nextPageToken,items,nextSyncToken"),
        ("items, nextPageToken , nextSyncToken", "items, nextPageToken , nextSyncToken"),
        ("items(nextPageToken)", "items(nextPageToken),nextPageToken,nextSyncToken"),
        (
            "items(start(date,dateTime),end)",
            "items(start(date,dateTime),end),nextPageToken,nextSyncToken",
        ),
        ("*", "*"),
    ],
)
def test_tokens_are_added_where_they_are_missing(mask: str | None, sent: str | None) -> None:
    """Both tokens are part of what is asked for, each once, and only at the top."""
    assert page_mask(mask) == sent


@pytest.mark.parametrize("mask", ["", "  ", "items(id", "items)id(", "items(id))"])
def test_broken_masks_are_refused(mask: str) -> None:
    """A mask whose parentheses do not match is an error before anything is sent."""
    with pytest.raises(UsageError, match="is not a mask"):
        page_mask(mask)


def test_a_list_of_names_is_no_mask() -> None:
    """It would be sent as one mask for each of them, of which the service takes any."""
    names: Any = ["items", "timeZone"]
    asked: list[Callable[[], object]] = [
        lambda: Events.list("primary", fields=names),
        lambda: Events.get("primary", "e1", fields=names),
        lambda: CalendarList.get("primary", fields=names),
        lambda: Calendars.get("primary", fields=names),
    ]
    for ask in asked:
        with pytest.raises(UsageError, match="one text and reads like"):
            ask()


def test_every_listing_adds_them() -> None:
    """All listings pass their masks through the same gate."""
    listings = [
        Acl.list("primary", fields="items/id"),
        CalendarList.list(fields="items/id"),
        Events.list("primary", fields="items/id"),
        Events.instances("primary", "series", fields="items/id"),
        Settings.list(fields="items/id"),
    ]

    masks = {dict(listing.request.query)["fields"] for listing in listings}
    assert masks == {"items/id,nextPageToken,nextSyncToken"}
