"""Users of a team."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.page import Listing
from kloudsync.providers.salesloft.wire.reference import Reference
from kloudsync.providers.salesloft.wire.scalars import Moment


@frozen(kw_only=True, repr=False)
class User(JSONObject):
    """A user. What calendars do not need, such as phone settings, is in `extra`.

    Attributes:
        id: The number of the user.
        guid: The id that calendars and meetings name the user by.
        name: The full name.
        first_name: The first name.
        last_name: The last name.
        email: The address.
        active: Whether the user may log in.
        time_zone: The zone's name, such as `US/Eastern`.
        locale_utc_offset: The zone's present offset in minutes.
        team_admin: Whether the user administrates the team.
        team: The team.
        group: The group.
        role: The role; its id may be a name, such as `Admin`.
        external_feature_flags: What is switched on; not stable.
        created_at: When the user was created.
        updated_at: When the user last changed.
    """

    id: Maybe[int] = UNSET
    guid: Maybe[str] = UNSET
    name: Maybe[str | None] = UNSET
    first_name: Maybe[str | None] = UNSET
    last_name: Maybe[str | None] = UNSET
    email: Maybe[str | None] = UNSET
    active: Maybe[bool | None] = UNSET
    time_zone: Maybe[str | None] = UNSET
    locale_utc_offset: Maybe[int | None] = UNSET
    team_admin: Maybe[bool | None] = UNSET
    team: Maybe[Reference | None] = UNSET
    group: Maybe[Reference | None] = UNSET
    role: Maybe[Reference | None] = UNSET
    external_feature_flags: Maybe[Mapping[str, Any] | None] = UNSET
    created_at: Maybe[Moment | None] = UNSET
    updated_at: Maybe[Moment | None] = UNSET

    @property
    def calendar_id(self) -> str | None:
        """The id of the user's external calendar, or None where the guid is missing."""
        return external_calendar(self.guid) if self.guid else None


@frozen(kw_only=True, repr=False)
class UsersPage(Listing):
    """A page of users."""

    data: Sequence[User]

    @property
    def items(self) -> Sequence[User]:
        """The users."""
        return self.data


def external_calendar(guid: str) -> str:
    """Return the id of the external calendar of the user with a guid."""
    return f"external_{guid}"
