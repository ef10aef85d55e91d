"""The mailbox: whose it is, what is set for it, its categories, and forms of ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kloudsync.errors import UsageError
from kloudsync.http.bodies import Body, as_body
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.microsoft.paths import ME, mailbox_path
from kloudsync.providers.microsoft.resources.request import asked, call, order
from kloudsync.providers.microsoft.wire.actions import (
    ConvertedIdsPage,
    ExchangeIdFormat,
    IdTranslation,
    User,
)
from kloudsync.providers.microsoft.wire.codec import codec
from kloudsync.providers.microsoft.wire.mailbox import (
    CategoriesPage,
    MailboxSettings,
    OutlookCategory,
    TimeZonesPage,
)

MOST_IDS: Final = 1000


class Mailboxes(Resource[C_co]):
    """A mailbox: `me`, or a user's by id or principal name."""

    @endpoint
    @staticmethod
    def user(*, mailbox: str = ME) -> Operation[User]:
        """Read whose mailbox it is (permission `User.Read`)."""
        parameters = {"$select": "id,userPrincipalName,mail,displayName"}
        return call("users.get", "GET", mailbox_path(mailbox), User, parameters)

    @endpoint
    @staticmethod
    def settings(*, mailbox: str = ME) -> Operation[MailboxSettings]:
        """Read what is set for a mailbox, its zone among it (permission `MailboxSettings.Read`)."""
        location = mailbox_path(mailbox, "mailboxSettings")
        return call("mailboxSettings.get", "GET", location, MailboxSettings)

    @endpoint
    @staticmethod
    def patch_settings(
        settings: MailboxSettings | Body, *, mailbox: str = ME
    ) -> Operation[MailboxSettings]:
        """Change what is set in `settings` (permission `MailboxSettings.ReadWrite`)."""
        settings = as_body(codec, MailboxSettings, settings)
        location = mailbox_path(mailbox, "mailboxSettings")
        return call("mailboxSettings.patch", "PATCH", location, MailboxSettings, body=settings)

    @endpoint
    @staticmethod
    def categories(*, mailbox: str = ME) -> Operation[CategoriesPage]:
        """List the categories that events can be given (permission `MailboxSettings.Read`)."""
        location = mailbox_path(mailbox, "outlook", "masterCategories")
        return call("outlook.masterCategories", "GET", location, CategoriesPage)

    iterate_categories: Final = pages(categories.__wrapped__)
    """Walk all categories."""

    @endpoint
    @staticmethod
    def insert_category(
        category: OutlookCategory | Body, *, mailbox: str = ME
    ) -> Operation[OutlookCategory]:
        """Create a category; `display_name` is required. Not repeated by itself."""
        category = as_body(codec, OutlookCategory, category)
        if not category.display_name:
            raise UsageError("a new category needs a display_name")
        location = mailbox_path(mailbox, "outlook", "masterCategories")
        name = "outlook.insertCategory"
        return call(name, "POST", location, OutlookCategory, body=category)

    @endpoint
    @staticmethod
    def patch_category(
        category_id: str, category: OutlookCategory | Body, *, mailbox: str = ME
    ) -> Operation[OutlookCategory]:
        """Change a category's colour; its name stays."""
        category = as_body(codec, OutlookCategory, category)
        location = mailbox_path(mailbox, "outlook", "masterCategories", category_id)
        return call("outlook.patchCategory", "PATCH", location, OutlookCategory, body=category)

    @endpoint
    @staticmethod
    def delete_category(category_id: str, *, mailbox: str = ME) -> Operation[None]:
        """Delete a category."""
        location = mailbox_path(mailbox, "outlook", "masterCategories", category_id)
        return order("outlook.deleteCategory", "DELETE", location)

    @endpoint
    @staticmethod
    def time_zones(*, iana: bool = False, mailbox: str = ME) -> Operation[TimeZonesPage]:
        """List the zones that the mailbox's server knows.

        Args:
            iana: Whether by IANA names; by Windows names where not.
            mailbox: Whose it is.
        """
        standard = "Iana" if iana else "Windows"
        function = (
            f"supportedTimeZones(TimeZoneStandard=microsoft.graph.timeZoneStandard'{standard}')"
        )
        location = f"{mailbox_path(mailbox, 'outlook')}/{function}"
        return call("outlook.supportedTimeZones", "GET", location, TimeZonesPage)

    @endpoint
    @staticmethod
    def translate_ids(
        ids: Sequence[str],
        *,
        source: ExchangeIdFormat = ExchangeIdFormat.REST_ID,
        target: ExchangeIdFormat = ExchangeIdFormat.REST_IMMUTABLE_ENTRY_ID,
        mailbox: str = ME,
    ) -> Operation[ConvertedIdsPage]:
        """Turn ids into those of another form.

        Args:
            ids: The ids, at most 1,000.
            source: The form that they have.
            target: The form that is wanted.
            mailbox: Whose they are.

        Raises:
            UsageError: There are none, or too many.
        """
        if isinstance(ids, str) or not 1 <= len(ids) <= MOST_IDS:
            raise UsageError(f"pass a list of 1 to {MOST_IDS} ids")
        wish = IdTranslation(input_ids=ids, source_id_type=source, target_id_type=target)
        location = mailbox_path(mailbox, "translateExchangeIds")
        described = call(
            "users.translateExchangeIds", "POST", location, ConvertedIdsPage, body=wish
        )
        return asked(described)
