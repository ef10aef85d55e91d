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
    """A user.

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
        job_role: What the user works as.
        work_country: Where the user works.
        seat_package: What is licensed.
        sending_email_address: What mail is sent from.
        email_client_email_address: The address of the connected mailbox.
        from_address: The address that mail shows.
        full_email_address: Name and address in one.
        bcc_email_address: Who gets copies of all mail.
        email_signature: What stands below mail, as HTML.
        slack_username: The name at Slack.
        twitter_handle: The name at Twitter.
        local_dial_enabled: Whether calls show a local number.
        click_to_call_enabled: Whether numbers can be called by a click.
        email_client_configured: Whether a mailbox is connected.
        crm_connected: Whether the CRM is connected.
        phone_client: The phone.
        phone_number_assignment: The number.
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
    job_role: Maybe[str | None] = UNSET
    work_country: Maybe[str | None] = UNSET
    seat_package: Maybe[str | None] = UNSET
    sending_email_address: Maybe[str | None] = UNSET
    email_client_email_address: Maybe[str | None] = UNSET
    from_address: Maybe[str | None] = UNSET
    full_email_address: Maybe[str | None] = UNSET
    bcc_email_address: Maybe[str | None] = UNSET
    email_signature: Maybe[str | None] = UNSET
    slack_username: Maybe[str | None] = UNSET
    twitter_handle: Maybe[str | None] = UNSET
    local_dial_enabled: Maybe[bool | None] = UNSET
    click_to_call_enabled: Maybe[bool | None] = UNSET
    email_client_configured: Maybe[bool | None] = UNSET
    crm_connected: Maybe[bool | None] = UNSET
    phone_client: Maybe[Reference | None] = UNSET
    phone_number_assignment: Maybe[Reference | None] = UNSET
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
