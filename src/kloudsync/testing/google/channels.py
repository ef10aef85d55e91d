"""Push channels of the fake: opened and stopped over the API, and fed by changes."""

import random
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import quote, urlsplit

import attrs

from kloudsync.testing.clock import EPOCH, TellsTime
from kloudsync.testing.deliveries import Deliveries, Message
from kloudsync.testing.exchange import Resource
from kloudsync.testing.google.refusals import Refusal, refuse_invalid

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
CALENDAR_LIST, SETTINGS = "users/me/calendarList", "users/me/settings"
_LOOPBACK = frozenset(("127.0.0.1", "localhost", "::1"))
_ID = re.compile(r"[A-Za-z0-9\-_+/=]{1,64}")
_LONGEST_TOKEN = 256
_MILLISECOND = timedelta(milliseconds=1)


@attrs.define(kw_only=True)
class OpenChannel:
    """A channel as the service holds it.

    Attributes:
        id: Its owner's name for it.
        account: The account that opened it, and that alone may stop it.
        place: The path of the list that it announces.
        resource: The service's name of that list.
        address: Where its messages go.
        token: What its messages repeat; empty for none.
        expires_at: When it ends.
        number: The number of its last message.
        stamp: The change that was announced last.
    """

    id: str
    account: str
    place: str
    resource: str
    address: str
    token: str
    expires_at: datetime
    number: int = 0
    stamp: int | None = None

    def headers(self, state: str) -> dict[str, str]:
        """Write the headers of the next message."""
        headers = {
            "Content-Type": "application/json; utf-8",
            "X-Goog-Channel-ID": self.id,
            "X-Goog-Channel-Expiration": format_datetime(self.expires_at, usegmt=True),
            "X-Goog-Message-Number": str(self.number),
            "X-Goog-Resource-ID": self.resource,
            "X-Goog-Resource-State": state,
            "X-Goog-Resource-URI": f"https://www.googleapis.com/calendar/v3/{self.place}?alt=json",
        }
        return headers | ({"X-Goog-Channel-Token": self.token} if self.token else {})

    def shown(self) -> Resource:
        """Write the channel as the answer to its `watch`."""
        token = {"token": self.token} if self.token else {}
        return {
            "kind": "api#channel",
            "id": self.id,
            "resourceId": self.resource,
            "resourceUri": f"https://www.googleapis.com/calendar/v3/{self.place}?alt=json",
            **token,
            "expiration": str((self.expires_at - EPOCH) // _MILLISECOND),
        }


class Channels:
    """Every open channel of the fake, and the way out for its messages.

    Changes of events, and calendars that are shared or taken away, are announced by
    themselves; announce other changes with `announce`.

    Args:
        clock: What tells the present.
        seed: What message numbers are drawn from.

    Attributes:
        deliveries: How messages travel.
        unwatchable: Ids of calendars that can't be watched, beside those of holidays.
        https_only: Whether addresses on the loopback interface need https, as all others do.
        handshake_first: Whether the first message arrives before its watch is answered.
    """

    def __init__(self, clock: TellsTime, seed: int = 0) -> None:
        self.deliveries: Deliveries = Deliveries(clock)
        self.unwatchable: set[str] = set()
        self.https_only = False
        self.handshake_first = False
        self._clock = clock
        self._random = random.Random(f"channels/{seed}")
        self._open: dict[str, OpenChannel] = {}
        self._used: set[str] = set()

    def __iter__(self) -> Iterator[OpenChannel]:
        """Yield the channels that are open now, oldest first."""
        now = self._clock.now()
        return iter([one for one in self._open.values() if one.expires_at > now])

    def announce(self, place: str, *, account: str | None = None, stamp: int | None = None) -> None:
        """Tell the channels of a list that it changed.

        Args:
            place: The path of the list, such as `users/me/settings`.
            account: Whose list it is, where the path does not say.
            stamp: When it changed; what changes at one instant is announced once.
        """
        for channel in self:
            theirs = channel.place == place and account in {None, channel.account}
            if theirs and (stamp is None or channel.stamp != stamp):
                channel.stamp = stamp
                # Numbers rise, and are not consecutive.
                channel.number += self._random.randrange(1, 12)
                self._say(channel, "exists")

    def open(self, wanted: Resource, account: str, place: str) -> OpenChannel:
        """Open a channel as an account wants it, which announces the list at a path."""
        self._check(wanted)
        channel = OpenChannel(
            id=wanted["id"],
            account=account,
            place=place,
            resource=_resource(place, account),
            address=wanted["address"],
            token=wanted.get("token", ""),
            expires_at=self._expiration(wanted),
            number=1,
        )
        self._open[channel.id] = channel
        self._used.add(channel.id)
        self._say(channel, "sync")
        if self.handshake_first:
            self.deliveries.deliver()
        return channel

    def stop(self, named: Resource, account: str) -> None:
        """Close the channel that an account names."""
        name = named.get("id")
        channel = next((one for one in self if one.id == name), None)
        known = channel is not None and channel.account == account
        if channel is None or not known or channel.resource != named.get("resourceId"):
            raise Refusal(404, "notFound", f"Channel '{name}' not found for project 'fake'")
        del self._open[channel.id]

    def _say(self, channel: OpenChannel, state: str) -> None:
        self.deliveries.take(
            Message(
                channel=channel.id,
                address=channel.address,
                headers=channel.headers(state),
                ready_at=self._clock.now(),
            )
        )

    def _check(self, wanted: Resource) -> None:
        for name in ("id", "type", "address"):
            if not isinstance(wanted.get(name), str) or not wanted[name]:
                raise Refusal(400, "required", f"Required parameter: {name}")
        if wanted["type"] not in {"web_hook", "webhook"}:
            raise Refusal(
                400, "push.channelTypeNotSupported", f"Channel type {wanted['type']} not supported"
            )
        if not _ID.fullmatch(wanted["id"]) or len(wanted.get("token", "")) > _LONGEST_TOKEN:
            raise refuse_invalid("Invalid value for: Channel")
        if not self._is_private(wanted["address"]):
            message = f"WebHook callback must be HTTPS: {wanted['address']}"
            raise Refusal(400, "push.webhookUrlNotHttps", message)
        if wanted["id"] in self._used:
            raise Refusal(400, "channelIdNotUnique", f"Channel id {wanted['id']} not unique")

    def _is_private(self, address: str) -> bool:
        parts = urlsplit(address)
        on_loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
        return parts.scheme == "https" or (on_loopback and not self.https_only)

    def _expiration(self, wanted: Resource) -> datetime:
        """Grant a life: a week unless asked for less or more, at most a month."""
        now = self._clock.now()
        asked: list[datetime] = []
        try:
            if "ttl" in wanted.get("params", {}):
                asked.append(now + timedelta(seconds=int(wanted["params"]["ttl"])))
            if "expiration" in wanted:
                asked.append(EPOCH + int(wanted["expiration"]) * _MILLISECOND)
        except (TypeError, ValueError, OverflowError) as error:
            raise refuse_invalid("Invalid value for: expiration") from error
        return min(now + MONTH, *asked) if asked else now + WEEK


def events_of(calendar: str) -> str:
    """Write the path of a calendar's events, as channels know it."""
    return f"calendars/{quote(calendar, safe='')}/events"


def rules_of(calendar: str) -> str:
    """Write the path of a calendar's access rules, as channels know it."""
    return f"calendars/{quote(calendar, safe='')}/acl"


def _resource(place: str, account: str) -> str:
    """Name a list; every channel of it gets the same name."""
    whose = account if place.startswith("users/me/") else ""
    return sha256(f"{whose} {place}".encode()).hexdigest()[:27]
