"""Calendars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.listing import ObjectList
from kloudsync.providers.kloudless.wire.scalars import Identifier


@frozen(kw_only=True, repr=False)
class Calendar(JSONObject):
    """A calendar.

    Attributes:
        id: Its id; opaque. Answers carry it where `primary` was asked for, so that it can
            serve as the key that the alias stands for.
        account_id: The account that it belongs to.
        name: What it is called; of a primary calendar at Google, the address.
        description: Free text.
        location: Where it is.
        timezone: Its IANA zone; Outlook calendars have none.
        api: Always `calendar`; missing in older payloads.
        type: Always `calendar`; missing in older payloads.
        href: Its own address.
        raw: The upstream object, where `raw_data` asks for it.
    """

    id: Maybe[Identifier] = UNSET
    account_id: Maybe[Identifier | None] = UNSET
    name: Maybe[str | None] = UNSET
    description: Maybe[str | None] = UNSET
    location: Maybe[str | None] = UNSET
    timezone: Maybe[str | None] = UNSET
    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    href: Maybe[str | None] = UNSET
    raw: Maybe[Mapping[str, Any] | None] = UNSET


@frozen(kw_only=True, repr=False)
class CalendarsPage(ObjectList):
    """A page of calendars."""

    objects: Maybe[Sequence[Calendar]] = UNSET

    @property
    def items(self) -> Sequence[Calendar]:
        """The calendars."""
        return self.objects or ()
