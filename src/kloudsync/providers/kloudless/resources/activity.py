"""What happened to the resources that a subscription watches."""

from __future__ import annotations

from typing import Final

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.operation import Operation
from kloudsync.http.pages import pages
from kloudsync.providers.kloudless.monitored import DEFAULT
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path
from kloudsync.providers.kloudless.resources.request import Extra, call
from kloudsync.providers.kloudless.wire.activity import ActivityPage, LatestCursor


class ActivityStream(Resource[C_co]):
    """The activity that a subscription recorded: at most 10,000 records of the last 24 hours."""

    @endpoint
    @staticmethod
    def list(
        subscription: str | int = DEFAULT,
        *,
        account: AccountRef = ME,
        cursor: str | int | None = None,
        page_size: int | None = None,
        extra: Extra | None = None,
    ) -> Operation[ActivityPage]:
        """List one page of activity.

        Args:
            subscription: The subscription's id.
            account: The account.
            cursor: Where to read on, as the last answer gave it. What None means is not
                documented: the recorded activity from its beginning, as far as was seen.
            page_size: How many objects a page holds.
            extra: Further query parameters.
        """
        parameters = {"cursor": cursor, "page_size": page_size}
        location = account_path(account, "subscriptions", str(subscription), "activity")
        return call("activity.list", "GET", location, ActivityPage, parameters, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk all activity from a cursor to the end of the stream; take the pages by `by_page()`
    to keep the cursor of each."""


class EventStream(Resource[C_co]):
    """The legacy Events API, which needs no subscription and knows primary calendars only.

    Its cursors are not those of `ActivityStream`.
    """

    @endpoint
    @staticmethod
    def list(
        *,
        account: AccountRef = ME,
        cursor: str | int | None = None,
        page_size: int | None = None,
        extra: Extra | None = None,
    ) -> Operation[ActivityPage]:
        """List one page of an account's stream.

        Args:
            account: The account.
            cursor: Where to read on, as the last answer gave it.
            page_size: How many objects a page holds; 100000 is refused.
            extra: Further query parameters.
        """
        parameters = {"cursor": cursor, "page_size": page_size}
        location = account_path(account, "events")
        return call("stream.list", "GET", location, ActivityPage, parameters, extra=extra)

    iterate: Final = pages(list.__wrapped__)  # noqa: A003 - the method above is meant
    """Walk the stream from a cursor to its end."""

    @endpoint
    @staticmethod
    def latest(*, account: AccountRef = ME) -> Operation[LatestCursor]:
        """Read the cursor from which only what happens from now on is listed."""
        location = account_path(account, "events", "latest")
        return call("stream.latest", "GET", location, LatestCursor)
