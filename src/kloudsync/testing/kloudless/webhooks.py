"""Webhooks as Kloudless sends them: signed, over HTTP, and as a hint only."""

import json
from urllib.parse import urlencode

import attrs
import httpx

from kloudsync.providers.kloudless.webhooks import SIGNATURE_HEADER, sign


@attrs.frozen
class Delivery:
    """One notification that was sent.

    Attributes:
        url: Where to.
        body: What it said; empty where an address was checked.
        status: What was answered; 0 if nothing was.
        answer: The body of the answer.
    """

    url: str
    body: bytes
    status: int
    answer: str


class Hooks:
    """The webhook addresses of one application.

    Args:
        application: The application's id, which has to be answered.
        key: The API key that signs.
        client: What sends; may have a transport of your own.

    Attributes:
        urls: Where notifications go.
        deliveries: Every notification so far.
        as_json: Whether bodies are JSON, as in version 2, or forms.
    """

    def __init__(self, application: str, key: str, client: httpx.Client | None = None) -> None:
        self.application = application
        self.urls: list[str] = []
        self.deliveries: list[Delivery] = []
        self.as_json = False
        self._key = key
        self._client = client

    def register(self, url: str) -> Delivery:
        """Check an address with an empty notification, and save it if it answers as it should."""
        checked = self._send(url, b"")
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
        return [self._send(url, body.encode()) for url in self.urls]

    def _send(self, url: str, body: bytes) -> Delivery:
        media_type = "application/json" if self.as_json else "application/x-www-form-urlencoded"
        headers = {SIGNATURE_HEADER: sign(body, self._key), "Content-Type": media_type}
        status, answer = self._post(url, body, headers)
        delivery = Delivery(url, body, status, answer)
        self.deliveries.append(delivery)
        return delivery

    def _post(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        try:
            if self._client is not None:
                answer = self._client.post(url, content=body, headers=headers)
            else:
                answer = httpx.post(url, content=body, headers=headers, timeout=10.0)
        except httpx.HTTPError:
            return 0, ""
        return answer.status_code, answer.text
