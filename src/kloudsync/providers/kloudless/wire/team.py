"""Teams: users and groups that an admin account sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.listing import ObjectList
from kloudsync.providers.kloudless.wire.scalars import Identifier, Moment


@frozen(kw_only=True, repr=False)
class User(JSONObject):
    """A member of a team.

    Attributes:
        id: The id that `as_user` takes to act for the user.
        api: Always `team`; version 2.
        type: Always `user`; version 2.
        name: The name.
        name_details: Parts of the name; version 2.
        email: The address.
        emails: Other addresses; version 2.
        role: What the user may do in the team; version 1.
        ids: Ids of other kinds; version 2.
        created: When the user was added; version 2.
        updated: When the user last changed; version 2.
    """

    id: Maybe[Identifier] = UNSET
    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    name: Maybe[str | None] = UNSET
    name_details: Maybe[Mapping[str, Any] | None] = UNSET
    email: Maybe[str | None] = UNSET
    emails: Maybe[Sequence[Any] | None] = UNSET
    role: Maybe[str | None] = UNSET
    ids: Maybe[Mapping[str, Any] | None] = UNSET
    created: Maybe[Moment | None] = UNSET
    updated: Maybe[Moment | None] = UNSET


@frozen(kw_only=True, repr=False)
class Group(JSONObject):
    """A group of a team.

    Attributes:
        id: The id.
        api: Always `team`; version 2.
        type: Always `group`; version 2.
        name: The name.
        role: What its members may do in the team; version 1.
    """

    id: Maybe[Identifier] = UNSET
    api: Maybe[str | None] = UNSET
    type: Maybe[str | None] = UNSET
    name: Maybe[str | None] = UNSET
    role: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class UsersPage(ObjectList):
    """A page of users."""

    objects: Maybe[Sequence[User]] = UNSET

    @property
    def items(self) -> Sequence[User]:
        """The users."""
        return self.objects or ()


@frozen(kw_only=True, repr=False)
class GroupsPage(ObjectList):
    """A page of groups."""

    objects: Maybe[Sequence[Group]] = UNSET

    @property
    def items(self) -> Sequence[Group]:
        """The groups."""
        return self.objects or ()
