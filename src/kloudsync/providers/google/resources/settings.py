"""The user's settings of Google Calendar."""

from __future__ import annotations

from typing import Final

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import path
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.google.resources.checks import expect_within
from kloudsync.providers.google.resources.fields import page_mask
from kloudsync.providers.google.resources.request import Parameters, call
from kloudsync.providers.google.resources.watching import watching
from kloudsync.providers.google.wire.settings import Setting, SettingsPage

LARGEST_PAGE = 250


class Settings(Resource[C_co]):
    """What the user has set, such as the time zone and the first day of the week."""

    @endpoint
    @staticmethod
    def list(
        *,
        max_results: int | None = None,
        page_token: str | None = None,
        sync_token: str | None = None,
        fields: str | None = None,
    ) -> Operation[SettingsPage]:
        """List one page of the user's settings.

        Args:
            max_results: The size of a page: 1 to 250, 100 where None. Pages may be shorter.
            page_token: The page, as the page before named it.
            sync_token: List only what has changed since the token was given.
            fields: A mask of the members wanted; the tokens are added to it.

        Raises:
            CursorRefused: The sync token has expired; list everything anew.
        """
        expect_within("max_results", max_results, LARGEST_PAGE)
        parameters: Parameters = {
            "maxResults": max_results,
            "pageToken": page_token,
            "syncToken": sync_token,
            "fields": page_mask(fields),
        }
        return call("settings.list", "GET", "users/me/settings", SettingsPage, parameters)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all settings that `list` would list, page by page as they are asked for."""

    watch: Final = endpoint(watching(list.__wrapped__))  # noqa: A003 - the same
    """Open a channel that announces changes of what `list` would list."""

    @endpoint
    @staticmethod
    def get(setting: str, *, fields: str | None = None) -> Operation[Setting]:
        """Read one setting.

        Args:
            setting: Its name, such as `timezone`.
            fields: A mask of the members wanted.
        """
        location = path("users", "me", "settings", setting)
        return call("settings.get", "GET", location, Setting, {"fields": fields})
