"""Webhooks as Kloudless sends them: signed, over HTTP, and as a hint only."""

import json
from urllib.parse import urlencode

from kloudsync.providers.kloudless.webhooks import SIGNATURE_HEADER, sign
from kloudsync.testing.clock import TellsTime
from kloudsync.testing.deliveries import Deliveries, Delivery, Message


class Hooks:
    """The webhook addresses of one application.

    Args:
        application: The application's id, which has to be answered.
        key: The API key that signs.
        clock: What tells the present.

    Attributes:
        urls: Where notifications go.
        deliveries: How they travel.
        as_json: Whether bodies are JSON, as in version 2, or forms.
    """

    def __init__(self, application: str, key: str, clock: TellsTime) -> None:
        self.application = application
        self.urls: list[str] = []
        self.deliveries: Deliveries = Deliveries(clock, again=())
        self.as_json = False
        self._key = key
        self._clock = clock

    def register(self, url: str) -> Delivery:
        """Check an address with an empty notification, and save it if it answers as it should."""
        checked = self.deliveries.send(self._message(url, b""))
        if self.accepts(checked) and url not in self.urls:
            self.urls.append(url)
        return checked

    def accepts(self, checked: Delivery) -> bool:
        """Tell whether an address answered its check as it should."""
        return checked.status == 200 and checked.answer == self.application

    def notify(self, account: int, subscription: int | None = None) -> list[Delivery]:
        """Tell every address that an account has activity."""
        told: dict[str, int] = {"account": account}
        if subscription is not None and self.as_json:
            told["subscription"] = subscription
        body = json.dumps(told) if self.as_json else urlencode(told)
        for url in self.urls:
            self.deliveries.take(self._message(url, body.encode()))
        return self.deliveries.deliver()

    def _message(self, url: str, body: bytes) -> Message:
        media_type = "application/json" if self.as_json else "application/x-www-form-urlencoded"
        headers = {SIGNATURE_HEADER: sign(body, self._key), "Content-Type": media_type}
        return Message(
            channel=self.application,
            address=url,
            headers=headers,
            body=body,
            ready_at=self._clock.now(),
        )
