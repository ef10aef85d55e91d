"""The applications that an authorisation server knows, and how they prove who they are."""

import base64
import binascii
from collections.abc import Iterable, Mapping
from urllib.parse import unquote_plus

import attrs

from kloudsync.testing.oauth.refusals import Refusal, bad_request


@attrs.frozen(kw_only=True)
class RegisteredClient:
    """One application.

    Attributes:
        id: Its id.
        secret: What it proves itself with; None for a public client, which has PKCE instead.
        redirects: Where a person may be sent back to; anywhere if there are none.
    """

    id: str
    secret: str | None = attrs.field(default=None, repr=False)
    redirects: tuple[str, ...] = ()


class Clients:
    """The registered applications; while there are none, every one is known and believed.

    Args:
        registered: The applications.
    """

    def __init__(self, registered: Iterable[RegisteredClient] = ()) -> None:
        self._known = {client.id: client for client in registered}

    def find(self, client: str) -> RegisteredClient:
        """Find an application by its id, or refuse with `invalid_client`."""
        if not client:
            raise bad_request("Missing required parameter: client_id")
        if not self._known:
            return RegisteredClient(id=client)
        if client not in self._known:
            raise Refusal("invalid_client", "The OAuth client was not found.", status=401)
        return self._known[client]

    def needs_proof(self, client: RegisteredClient) -> bool:
        """Tell whether an application has no other proof than PKCE."""
        return bool(self._known) and client.secret is None

    def identify(self, fields: Mapping[str, str], header: str) -> RegisteredClient:
        """Find who asks, and check its secret (RFC 6749, section 2.3).

        Args:
            fields: The form.
            header: The Authorization header; empty for none.
        """
        if not header:
            client = self.find(fields.get("client_id", ""))
            self._check(client, fields.get("client_secret"), {})
            return client
        if "client_secret" in fields:
            raise bad_request("The client authenticates in two ways.")
        name, secret = _basic(header)
        if fields.get("client_id", name) != name:
            raise bad_request("The client has two ids.")
        client = self.find(name)
        self._check(client, secret, _CHALLENGE)
        return client

    def _check(
        self, client: RegisteredClient, secret: str | None, challenge: Mapping[str, str]
    ) -> None:
        if self._known and secret != client.secret:
            raise Refusal("invalid_client", "Unauthorized", status=401, headers=challenge)


_CHALLENGE = {"WWW-Authenticate": 'Basic realm="fake"'}


def _basic(header: str) -> tuple[str, str]:
    scheme, _, coded = header.partition(" ")
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError) as error:
        raise Refusal("invalid_client", status=401, headers=_CHALLENGE) from error
    if scheme.lower() != "basic":
        raise Refusal("invalid_client", status=401, headers=_CHALLENGE)
    return unquote_plus(name), unquote_plus(secret)
