"""Connected accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import Extra, call, order
from kloudsync.providers.kloudless.wire.account import Account, AccountsPage, EncodedId


class Accounts(Resource[C_co]):
    """Accounts that users connected to the application."""

    @endpoint
    @staticmethod
    def list(
        *,
        active: bool | None = None,
        admin: bool | None = None,
        enabled: bool | None = None,
        page: str | int | None = None,
        page_size: int | None = None,
        extra: Extra | None = None,
    ) -> Operation[AccountsPage]:
        """List one page of the application's accounts; needs an API key.

        Args:
            active: Only accounts that Kloudless can, or can't, reach.
            admin: Only accounts that may, or may not, act for their team.
            enabled: Only accounts that the application may, or may not, use.
            page: The number of the page, from 1.
            page_size: How many accounts a page holds; up to 1000 was seen.
            extra: Further query parameters.
        """
        parameters = {
            "active": active,
            "admin": admin,
            "enabled": enabled,
            "page": page,
            "page_size": page_size,
        }
        return call("accounts.list", "GET", "accounts/", AccountsPage, parameters, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all accounts that `list` would list."""

    @endpoint
    @staticmethod
    def get(account: AccountRef = ME, *, retrieve_full: bool | None = None) -> Operation[Account]:
        """Read an account.

        Args:
            account: The account's id; `me` is the token's own.
            retrieve_full: False leaves out what the upstream service has to be asked for.
        """
        parameters = {"retrieve_full": retrieve_full}
        return call("accounts.get", "GET", account_path(account), Account, parameters)

    @endpoint
    @staticmethod
    def create(
        *, account: str, service: str, token: str, fields: Mapping[str, Any] | None = None
    ) -> Operation[Account]:
        """Import an account that the application already has upstream tokens of.

        Args:
            account: The login at the upstream service.
            service: The upstream service, such as `google_calendar`.
            token: The upstream token.
            fields: What the service needs besides, such as `refresh_token`.
        """
        body = {**(fields or {}), "account": account, "service": service, "token": token}
        return call("accounts.create", "POST", "accounts/", Account, body=body)

    @endpoint
    @staticmethod
    def update(
        account: AccountRef = ME,
        *,
        active: Maybe[bool] = UNSET,
        fields: Mapping[str, Any] | None = None,
    ) -> Operation[Account]:
        """Change an account.

        Args:
            account: The account's id.
            active: Whether it is in use.
            fields: Other fields to change, such as `token` and `token_expiry`.
        """
        body = {**(fields or {}), **({} if active is UNSET else {"active": active})}
        return call("accounts.update", "PATCH", account_path(account), Account, body=body)

    @endpoint
    @staticmethod
    def delete(account: AccountRef = ME) -> Operation[None]:
        """Disconnect an account and revoke its token."""
        return order("accounts.delete", "DELETE", account_path(account))

    @endpoint
    @staticmethod
    def encode_raw_id(account: AccountRef = ME, *, raw_id: str, type: str) -> Operation[EncodedId]:  # noqa: A002 - the vendor's name
        """Turn an upstream id into Kloudless's.

        Args:
            account: The account's id.
            raw_id: The upstream service's id.
            type: What it is the id of, such as `event`.
        """
        body = {"raw_id": raw_id, "type": type}
        location = account_path(account, "encode_raw_id")
        return call(
            "accounts.encode_raw_id", "POST", location, EncodedId, body=body, repeatable=True
        )
