"""Connected accounts, and the tokens that act for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import field, frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.wire.listing import ObjectList
from kloudsync.providers.kloudless.wire.scalars import Identifier, Moment


@frozen(kw_only=True, repr=False)
class Account(JSONObject):
    """A user's account at an upstream service, connected to an application.

    Attributes:
        id: The account's id; a number on the wire.
        account: The login at the upstream service, mostly an address.
        service: The upstream service, such as `google_calendar` or `outlook_calendar`.
        service_name: The same for people.
        active: Whether Kloudless can reach it; where False, the user has to reconnect.
        enabled: Whether the application may use it.
        admin: Whether it may act for other users of its team.
        apis: The unified APIs that it offers, such as `calendar`.
        effective_scope: What it was granted.
        created: When it was connected.
        modified: When it last changed.
        api: Always `core`.
        type: Always `account`.
        custom_properties: What the application keeps with it; the shape is not documented.
    """

    id: Maybe[Identifier] = UNSET
    account: Maybe[str | None] = UNSET
    service: Maybe[str | None] = UNSET
    service_name: Maybe[str | None] = UNSET
    active: Maybe[bool | None] = UNSET
    enabled: Maybe[bool | None] = UNSET
    admin: Maybe[bool | None] = UNSET
    apis: Maybe[Sequence[str] | None] = UNSET
    effective_scope: Maybe[str | None] = UNSET
    created: Maybe[Moment | None] = UNSET
    modified: Maybe[Moment | None] = UNSET
    api: Maybe[str] = UNSET
    type: Maybe[str] = UNSET
    custom_properties: Maybe[Any] = UNSET


@frozen(kw_only=True, repr=False)
class AccountsPage(ObjectList):
    """A page of accounts."""

    objects: Maybe[Sequence[Account]] = UNSET

    @property
    def items(self) -> Sequence[Account]:
        """The accounts."""
        return self.objects or ()


@frozen(kw_only=True, repr=False)
class GrantedToken(JSONObject):
    """What an authorisation code was exchanged for.

    Attributes:
        access_token: The token that acts for one account; a secret.
        token_type: Always `Bearer`.
        scope: What was granted.
        account_id: The account, where the service says so.
    """

    access_token: str = field(repr=False)
    token_type: Maybe[str | None] = UNSET
    scope: Maybe[str | None] = UNSET
    account_id: Maybe[Identifier | None] = UNSET


@frozen(kw_only=True, repr=False)
class VerifiedToken(JSONObject):
    """Whose token it is.

    Attributes:
        client_id: The application that the token was issued to; compare it with your own.
        account_id: The account that it acts for.
        scope: What was granted.
    """

    client_id: str
    account_id: Maybe[Identifier | None] = UNSET
    scope: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class EncodedId(JSONObject):
    """An upstream id in Kloudless's form.

    Attributes:
        id: The id that paths take.
    """

    id: Identifier
