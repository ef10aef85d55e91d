"""Users, whose guids name their calendars."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.salesloft.resources.request import Direction, Parameter, call, listing
from kloudsync.providers.salesloft.wire.user import User, UsersPage

LIST = "users"


class Me(Resource[C_co]):
    """The user whose token it is."""

    @endpoint
    @staticmethod
    def get() -> Operation[User]:
        """Read the token's own user; its `calendar_id` is what events are written to."""
        return call("me.get", "GET", "me", User)


class Users(Resource[C_co]):
    """Users of the team."""

    @endpoint
    @staticmethod
    def list(
        *,
        ids: Sequence[int] | None = None,
        guid: Sequence[str] | None = None,
        group_id: Sequence[str] | None = None,
        role_id: Sequence[str] | None = None,
        search: str | None = None,
        active: bool | None = None,
        visible_only: bool | None = None,
        has_crm_user: bool | None = None,
        work_country: Sequence[str] | None = None,
        sort_by: Literal["id", "email", "name", "group", "role"] | None = None,
        sort_direction: Direction | None = None,
        per_page: int | None = None,
        page: int | None = None,
        include_paging_counts: bool | None = None,
    ) -> Operation[UsersPage]:
        """List users: one page where `page` is given, else all of them.

        Args:
            ids: Only users with these numbers.
            guid: Only users with these guids.
            group_id: Only users of these groups; `_is_null` for those of none.
            role_id: Only users with these roles.
            search: Only users whose name or address holds this.
            active: Only users who may log in, or only those who may not.
            visible_only: Whether to leave out users whom the token's user may not see; true
                where None.
            has_crm_user: Only users who have a user in the CRM, or only those who have none.
            work_country: Only users who work in these countries.
            sort_by: What to sort by; `id` where None.
            sort_direction: Descending where None.
            per_page: The size of a page: 1 to 100, 25 where None.
            page: The page's number, from 1; None does not divide the list into pages.
            include_paging_counts: Whether to count pages and users.
        """
        parameters: dict[str, Parameter] = {
            "ids": ids,
            "guid": guid,
            "group_id": group_id,
            "role_id": role_id,
            "search": search,
            "active": active,
            "visible_only": visible_only,
            "has_crm_user": has_crm_user,
            "work_country": work_country,
            "sort_by": sort_by,
            "sort_direction": sort_direction,
            "per_page": per_page,
            "page": page,
            "include_paging_counts": include_paging_counts,
        }
        return listing("users.list", LIST, UsersPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all users that `list` would list; give `page=1` to walk page by page."""

    @endpoint
    @staticmethod
    def get(user: str | int) -> Operation[User]:
        """Read a user, by number. That a guid works, too, is inferred."""
        return call("users.get", "GET", f"{LIST}/{path(str(user))}", User)
