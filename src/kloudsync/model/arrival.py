"""What arrives at a webhook, what it says, and how it is acknowledged: provider-free values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attrs import field, frozen

from kloudsync.model.notification import Notification


@frozen(kw_only=True)
class Arrival:
    """A request as it arrived at an application's webhook, before anything parsed it.

    The repr hides its contents, which carry secrets.

    Attributes:
        headers: Header fields in a framework's own form: a mapping, or pairs as ASGI has them;
            names in any case, values as text, bytes or lists of them.
        body: The bytes as they were received.
        query: The parameters of the address; of one that came twice the last.
    """

    headers: Mapping[str, Any] | Iterable[tuple[Any, Any]] = field(
        factory=dict[str, Any], repr=False
    )
    body: bytes = field(default=b"", repr=False)
    query: Mapping[str, str] = field(factory=dict[str, str], repr=False)


@frozen(kw_only=True)
class Acknowledgement:
    """What a service is answered.

    Attributes:
        status: The HTTP status; 204 where there is nothing to say.
        body: Some services only believe an address that answers with what they expect.
        content_type: The media type of the body, or None where there is none.
    """

    status: int = 204
    body: bytes = b""
    content_type: str | None = None


TAKEN = Acknowledgement()
"""Taken in, and nothing to say."""


@frozen(kw_only=True)
class AccountActivity:
    """Something changed in an account; the service does not say in which of its calendars.

    Attributes:
        provider: The service, such as `kloudless`.
        account: The account, as the service names it.
    """

    provider: str
    account: str


@frozen(kw_only=True)
class Heard:
    """What a verified arrival says.

    Attributes:
        notifications: Messages of channels; none where an address is only checked.
        activity: Accounts in which something changed, where a service has no channels.
        acknowledgement: How to answer once all of it is noted.
    """

    notifications: tuple[Notification, ...] = ()
    activity: tuple[AccountActivity, ...] = ()
    acknowledgement: Acknowledgement = TAKEN
