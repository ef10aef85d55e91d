"""The team of an admin account."""

from __future__ import annotations

from typing import Final

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import call
from kloudsync.providers.kloudless.wire.team import Group, GroupsPage, User, UsersPage


class Users(Resource[C_co]):
    """Users of the team. Act for one with the client's `acting_as`."""

    @endpoint
    @staticmethod
    def list(
        *, account: AccountRef = ME, page: str | None = None, page_size: int | None = None
    ) -> Operation[UsersPage]:
        """List one page of the team's users; needs an admin account."""
        parameters = {"page": page, "page_size": page_size}
        return call("users.list", "GET", _team(account, "users"), UsersPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all users."""

    @endpoint
    @staticmethod
    def get(user: str, *, account: AccountRef = ME) -> Operation[User]:
        """Read a user."""
        return call("users.get", "GET", _team(account, "users", user), User)

    @endpoint
    @staticmethod
    def memberships(
        user: str,
        *,
        account: AccountRef = ME,
        page: str | None = None,
        page_size: int | None = None,
    ) -> Operation[GroupsPage]:
        """List one page of the groups that a user is in."""
        parameters = {"page": page, "page_size": page_size}
        location = _team(account, "users", user, "memberships")
        return call("users.memberships", "GET", location, GroupsPage, parameters)

    iterate_memberships: Final = pages(memberships.__wrapped__)
    """Walk all groups that a user is in."""


class Groups(Resource[C_co]):
    """Groups of the team."""

    @endpoint
    @staticmethod
    def list(
        *, account: AccountRef = ME, page: str | None = None, page_size: int | None = None
    ) -> Operation[GroupsPage]:
        """List one page of the team's groups; needs an admin account."""
        parameters = {"page": page, "page_size": page_size}
        return call("groups.list", "GET", _team(account, "groups"), GroupsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all groups."""

    @endpoint
    @staticmethod
    def get(group: str, *, account: AccountRef = ME) -> Operation[Group]:
        """Read a group."""
        return call("groups.get", "GET", _team(account, "groups", group), Group)

    @endpoint
    @staticmethod
    def members(
        group: str,
        *,
        account: AccountRef = ME,
        page: str | None = None,
        page_size: int | None = None,
    ) -> Operation[UsersPage]:
        """List one page of the users in a group."""
        parameters = {"page": page, "page_size": page_size}
        location = _team(account, "groups", group, "members")
        return call("groups.members", "GET", location, UsersPage, parameters)

    iterate_members: Final = pages(members.__wrapped__)
    """Walk all users in a group."""


def _team(account: AccountRef, *segments: str) -> str:
    return account_path(account, "team", *segments)
