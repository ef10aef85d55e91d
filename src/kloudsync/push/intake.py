"""Taking notifications in: verified, noted, and answered at once; syncing comes later."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from attrs import field, frozen

from kloudsync.errors import (
    KloudsyncError,
    NotificationStale,
    SignatureMismatch,
    StoreError,
    WebhookError,
)
from kloudsync.http.log import without_mailboxes
from kloudsync.model.notification import Notification
from kloudsync.push.ports import ChannelStore, Unwrap

logger: logging.Logger = logging.getLogger("kloudsync.push")

ACCEPTED = 204
_ANSWERS: tuple[tuple[type[KloudsyncError], int], ...] = (
    (SignatureMismatch, 403),
    (NotificationStale, 410),
    (WebhookError, 400),
    (StoreError, 503),
)
"""What to answer an error with. Services send again after 503 only, which is what 503 is for."""


@frozen(kw_only=True)
class Receipt:
    """A notification that was taken in.

    Attributes:
        notification: What it says.
        fresh: Whether its topic was marked as due. A message that was received before is no
            error, since services repeat what they do not know to have arrived, but it needs no
            further sync.
    """

    notification: Notification
    fresh: bool


@frozen(kw_only=True)
class Intake:
    """Takes notifications in, for any number of accounts.

    Attributes:
        store: Knows the channels and keeps what is due.
        unwrap: Verifies and reads a message.
        now: Tells the time, in seconds since 1970.
    """

    store: ChannelStore
    unwrap: Unwrap
    now: Callable[[], float] = field(repr=False)

    def receive(self, headers: Mapping[str, str], body: bytes = b"") -> Receipt:
        """Verify a notification and mark its topic as due, durably.

        Args:
            headers: The request's header fields; names in any case.
            body: The request's body.

        Raises:
            SignatureMismatch: It does not prove where it comes from.
            NotificationStale: Its channel is unknown, closed or expired.
            WebhookError: It is no notification.
            StoreError: The store failed; have it sent again.
        """
        now = self.now()
        notification = self.unwrap(headers, body, self.store.channel, now)
        return Receipt(notification=notification, fresh=self.store.receive(notification, now=now))

    def answer(self, headers: Mapping[str, str], body: bytes = b"") -> int:
        """Take a request in and return the status to answer it with, whatever it is.

        204: taken in. 400: no notification. 403: not proven. 410: of a channel that is unknown
        or has ended. 503: the store failed, and the service will send it again.
        """
        try:
            self.receive(headers, body)
        except (WebhookError, StoreError) as error:
            logger.warning("notification refused: %s", without_mailboxes(str(error)))
            return next(status for leaf, status in _ANSWERS if isinstance(error, leaf))
        return ACCEPTED
