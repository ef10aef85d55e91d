"""Who takes requests in, by path: intakes, and functions of the program's own."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from attrs import field, frozen

from kloudsync.errors import StoreError, UsageError, WebhookError
from kloudsync.http.log import without_mailboxes
from kloudsync.http.webhook import Fields
from kloudsync.model.arrival import TAKEN, Acknowledgement, Arrival
from kloudsync.push.intake import refusal

logger: logging.Logger = logging.getLogger("kloudsync.web")

N = TypeVar("N")
N_co = TypeVar("N_co", covariant=True)

Receiver: TypeAlias = Callable[[Arrival], Acknowledgement]
"""Takes a request in and says how to answer it, as `PushIntake.acknowledge` does. It may block."""

LARGEST: Final = 1 << 20
"""Bytes of a body beyond which a request is refused unread: notifications take a few thousand."""

PATIENCE: Final = 10.0
"""Seconds that a request may take to arrive, so that a slow one holds nobody up."""

NO_CONTENT: Final = 204
"""An answer that has no body, and by RFC 9110, section 8.6, no length either."""

NOT_FOUND: Final = Acknowledgement(status=404)
TOO_SLOW: Final = Acknowledgement(status=408)
TOO_LARGE: Final = Acknowledgement(status=413)
BROKEN: Final = Acknowledgement(status=500)
NOT_POSTED: Final = Acknowledgement(status=405)
NOT_GOT: Final = Acknowledgement(status=405)


class Webhook(Protocol[N_co]):
    """Verifies and reads notifications, as `kloudsync.salesloft.Webhook` does."""

    def receive(self, body: bytes, headers: Fields) -> N_co:
        """Verify a request and read it."""
        ...


def handing_on(webhook: Webhook[N], take: Callable[[N], object]) -> Receiver:
    """Return a receiver that verifies a notification and hands it to a function of the program.

    For services whose notifications announce no calendars, such as Salesloft.

    Args:
        webhook: Verifies and reads it.
        take: Is given what was read. It should be quick: the service waits for its end, and may
            send again what it was not told to have arrived. What it raises is logged, and
            answered with 500.
    """

    def receive(arrival: Arrival) -> Acknowledgement:
        try:
            take(webhook.receive(arrival.body, arrival.headers))
        except (WebhookError, StoreError) as error:
            logger.warning("notification refused: %s", without_mailboxes(str(error)))
            return refusal(error)
        return TAKEN

    return receive


def _expect_receivers(given: Mapping[str, Receiver]) -> Mapping[str, Receiver]:
    if not given:
        raise UsageError("give at least one path with what receives, such as {'/google': …}")
    for path, receiver in given.items():
        if not path.startswith("/") or not callable(receiver):
            raise UsageError(
                f"{path!r}: a path begins with /, and what receives is a function of an Arrival, "
                "such as PushIntake(store).acknowledge"
            )
    return dict(given)


class Page(ABC):
    """What is asked for with GET, rather than sent something with POST."""

    @abstractmethod
    def __call__(self, arrival: Arrival, /) -> Acknowledgement:
        """Return what is asked for. It may block."""


@frozen
class Receivers:
    """What receives at which path.

    Attributes:
        by_path: The paths, each beginning with a slash, below wherever the application is mounted.

    Raises:
        UsageError: There is none, or a path or what receives there cannot be one.
    """

    by_path: Mapping[str, Receiver] = field(converter=_expect_receivers)

    def at(self, method: str, path: str) -> Receiver | Acknowledgement:
        """Return what receives a request, or the answer to one that nobody does."""
        receiver = self.by_path.get(path or "/")
        if receiver is None:
            return NOT_FOUND
        if isinstance(receiver, Page):
            return receiver if method in {"GET", "HEAD"} else NOT_GOT
        return receiver if method == "POST" else NOT_POSTED


def acknowledged(receiver: Receiver, arrival: Arrival) -> Acknowledgement:
    """Return what a receiver answers.

    Of what it raises only the name is logged: a traceback may quote what strangers sent.
    """
    promised: Callable[[Arrival], Any] = receiver
    try:
        said = promised(arrival)
    except Exception as error:  # noqa: BLE001 - a server's last line; the service has to be answered
        logger.error("a receiver failed: %s", type(error).__name__)  # noqa: TRY400 - see above
        return BROKEN
    if isinstance(said, Acknowledgement):
        return said
    logger.error("a receiver returned no Acknowledgement but %s", type(said).__name__)
    return BROKEN


def headers_of(said: Acknowledgement) -> list[tuple[str, str]]:
    """Return the header fields of an answer."""
    fields: list[tuple[str, str]] = []
    if said.status != NO_CONTENT:
        fields.append(("content-type", said.content_type or "text/plain"))
        fields.append(("content-length", str(len(said.body))))
    if said.status == NOT_POSTED.status:
        fields.append(("allow", "GET, HEAD" if said is NOT_GOT else "POST"))
    return fields
