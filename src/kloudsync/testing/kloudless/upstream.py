"""The upstream service, asked over its own API as Kloudless asks it."""

import json

from kloudsync.testing.exchange import Reply, Resource
from kloudsync.testing.google import FakeGoogle
from kloudsync.testing.google.calendar import FakeCalendar
from kloudsync.testing.google.refusals import Refusal
from kloudsync.testing.kloudless.ids import decode_id
from kloudsync.testing.kloudless.refusals import not_found, upstream_refusal


class Upstream:
    """One account's calendars at the fake of Google.

    Args:
        google: The fake.
        address: The account.
    """

    def __init__(self, google: FakeGoogle, address: str) -> None:
        self.google = google
        self.address = address
        self._token = f"kloudless-for-{address}"
        self._revoked = False
        self.renew()

    def renew(self) -> None:
        """See that the fake knows the token; once it knows one, it refuses all others."""
        if not self._revoked and not self._is_welcome():
            self.google.accounts.grant(self._token, self.address)

    def revoke(self) -> None:
        """Withdraw the consent that the user gave upstream."""
        self._revoked = True
        self.google.accounts.revoke(self._token)

    def calendar(self, name: str) -> FakeCalendar:
        """Find a calendar by Kloudless's id or by the alias, or refuse."""
        upstream = self.address if name == "primary" else decode_id("calendar", name)
        if upstream is None or upstream not in self.listed():
            raise not_found("Calendar")
        return self.google.calendar(upstream)

    def listed(self) -> dict[str, Resource]:
        """Return the entries of the account's list of calendars, by upstream id."""
        entries = self.ask("GET", "users/me/calendarList")["items"]
        return {entry["id"]: entry for entry in entries}

    def ask(self, method: str, path: str, body: Resource | None = None) -> Resource:
        """Ask for a JSON object, or refuse as the upstream service does."""
        content = b"" if body is None else json.dumps(body).encode()
        reply = self.send(method, f"{self.google.base_path}/{path}", content)
        if reply.status >= 300:
            raise upstream_refusal(reply)
        try:
            answered: Resource = json.loads(reply.body) if reply.body else {}
        except ValueError:
            # The real service would not make sense of a page of HTML, either.
            raise upstream_refusal(Reply(502, {}, reply.body)) from None
        return answered

    def send(self, method: str, url: str, body: bytes = b"") -> Reply:
        """Send a request with the credentials that Kloudless holds for the account."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return self.google.handle(method, url, headers, body)

    def _is_welcome(self) -> bool:
        """Tell whether the fake takes any token for this account."""
        try:
            return self.google.accounts.authorise(f"Bearer {self._token}") == self.address
        except Refusal:
            return False
