"""An account's calendars."""

from __future__ import annotations

from typing import Final

from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import Extra, call, order
from kloudsync.providers.kloudless.wire.calendar import Calendar, CalendarsPage
from kloudsync.providers.kloudless.wire.codec import codec


class Calendars(Resource[C_co]):
    """Calendars; `primary` stands for the account's main one in every call.

    Answers carry the id that `primary` stands for: keep that one as a key.
    """

    @endpoint
    @staticmethod
    def list(
        *,
        account: AccountRef = ME,
        page: str | None = None,
        page_size: int | None = None,
        extra: Extra | None = None,
    ) -> Operation[CalendarsPage]:
        """List one page of an account's calendars.

        Args:
            account: The account.
            page: The page, as the page before named it.
            page_size: How many calendars a page holds.
            extra: Further query parameters.
        """
        parameters = {"page": page, "page_size": page_size}
        location = calendar_path(account)
        return call("calendars.list", "GET", location, CalendarsPage, parameters, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all calendars that `list` would list."""

    @endpoint
    @staticmethod
    def get(calendar: str = "primary", *, account: AccountRef = ME) -> Operation[Calendar]:
        """Read a calendar."""
        return call("calendars.get", "GET", calendar_path(account, calendar), Calendar)

    @endpoint
    @staticmethod
    def create(calendar: Calendar | Body, *, account: AccountRef = ME) -> Operation[Calendar]:
        """Create a calendar; `name` is needed, `description`, `location` and `timezone` may be set."""
        calendar = as_body(codec, Calendar, calendar)
        return call("calendars.create", "POST", calendar_path(account), Calendar, body=calendar)

    @endpoint
    @staticmethod
    def update(
        calendar: str, changes: Calendar | Body, *, account: AccountRef = ME
    ) -> Operation[Calendar]:
        """Change the fields of a calendar that are set in `changes`."""
        changes = as_body(codec, Calendar, changes)
        location = calendar_path(account, calendar)
        return call("calendars.update", "PATCH", location, Calendar, body=changes)

    @endpoint
    @staticmethod
    def delete(calendar: str, *, account: AccountRef = ME) -> Operation[None]:
        """Delete a calendar."""
        return order("calendars.delete", "DELETE", calendar_path(account, calendar))


def calendar_path(account: AccountRef, *segments: str) -> str:
    """Return the path of something below an account's calendars."""
    return account_path(account, "cal", "calendars", *segments)
