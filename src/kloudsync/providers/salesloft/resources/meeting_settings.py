"""Meeting settings: who has connected which kind of calendar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.http.scalars import timestamp
from kloudsync.providers.salesloft.resources.request import (
    Direction,
    Parameter,
    Range,
    Sign,
    call,
    listing,
)
from kloudsync.providers.salesloft.wire.codec import codec
from kloudsync.providers.salesloft.wire.setting import (
    MeetingSetting,
    MeetingSettingChange,
    MeetingSettingsPage,
)

LIST = "meetings/settings"


class MeetingSettings(Resource[C_co]):
    """Users' meeting settings.

    A user whose `calendar_type` becomes `external` wants to be synced; one whose type
    changes away does not any more.
    """

    @endpoint
    @staticmethod
    def search(
        *,
        calendar_type: str | None = None,
        user_guids: Sequence[str] | None = None,
        updated_at: Range | None = None,
        sort_by: Literal["id", "created_at", "updated_at"] | None = None,
        sort_direction: Direction | None = None,
        per_page: int | None = None,
        page: int | None = None,
        include_paging_counts: bool | None = None,
    ) -> Operation[MeetingSettingsPage]:
        """Search one page of meeting settings; may be sent twice, as it only reads.

        Args:
            calendar_type: Only settings with this kind of calendar, such as `external`.
            user_guids: Only settings of these users.
            updated_at: Bounds of the last change, such as `{"gte": moment}`.
            sort_by: What to sort by; `id` where None.
            sort_direction: Descending where None.
            per_page: The size of a page: 1 to 100, 25 where None.
            page: The page's number, from 1.
            include_paging_counts: Whether to count pages and settings.

        Raises:
            PermissionDenied: The token's user may not manage the team.
        """
        filters: dict[str, Any] = {"calendar_type": calendar_type, "user_guids": user_guids}
        if updated_at:
            filters["updated_at"] = _bounds(updated_at)
        parameters: dict[str, Parameter] = {
            "sort_by": sort_by,
            "sort_direction": sort_direction,
            "per_page": per_page,
            "page": page,
            "include_paging_counts": include_paging_counts,
        }
        return listing(
            "meeting_settings.search",
            f"{LIST}/searches",
            MeetingSettingsPage,
            parameters,
            method="POST",
            body={name: value for name, value in filters.items() if value is not None},
        )

    iterate: Final = pages(search.__wrapped__)
    """Walk all settings that `search` would find."""

    @endpoint
    @staticmethod
    def update(settings: int, change: MeetingSettingChange | Body) -> Operation[MeetingSetting]:
        """Change a user's settings, such as whether the connection is shown as lost.

        Args:
            settings: The number of the settings; not the user's guid.
            change: What to change.
        """
        change = as_body(codec, MeetingSettingChange, change)
        location = f"{LIST}/{path(str(settings))}"
        return call("meeting_settings.update", "PUT", location, MeetingSetting, body=change)


def _bounds(bounds: Range) -> dict[str, str]:
    try:
        return {Sign(sign).value: timestamp(moment) for sign, moment in bounds.items()}
    except UsageError:
        raise
    except ValueError as error:
        raise UsageError(f"updated_at: {error}; bounds are gt, gte, lt and lte") from error
