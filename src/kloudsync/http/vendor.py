"""What is known of a vendor's service before anybody calls it: name, address, and the environment."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from attrs import field, frozen

from kloudsync.errors import UsageError
from kloudsync.http.addresses import expect_address
from kloudsync.http.auth import Auth, TokenSource, as_auth
from kloudsync.http.message import Headers, Query
from kloudsync.http.service import ErrorDecoder, Service
from kloudsync.runtime.version import version


@frozen(kw_only=True)
class Vendor:
    """A service as its vendor runs it; programs may name another address.

    Attributes:
        name: The provider's name in errors, logs and the environment, such as `google`.
        base_url: Where the vendor's own service lives.
        decode_error: Maps error answers to exceptions, by reason.
        headers: Header fields sent with every request, besides the name of this library.
        remark: What the service has to find in that name, if anything.
    """

    name: str
    base_url: str
    decode_error: ErrorDecoder = field(repr=False)
    headers: Headers = Headers()
    remark: str = ""

    @property
    def token_variable(self) -> str:
        """The environment variable that may hold a token."""
        return self.variable("TOKEN")

    @property
    def base_url_variable(self) -> str:
        """The environment variable that may hold another address."""
        return self.variable("BASE_URL")

    def variable(self, what: str) -> str:
        """Return the name of an environment variable of this service."""
        return f"KLOUDSYNC_{self.name.upper()}_{what}"

    def address(self, base_url: str | None = None, *, insecure: bool = False) -> str:
        """Return where the service is.

        Args:
            base_url: The address; from the environment or the vendor's own where None.
            insecure: Whether it may be http beyond this machine.

        Raises:
            UsageError: Credentials must not be sent there.
        """
        given = base_url or os.environ.get(self.base_url_variable) or self.base_url
        return expect_address(given, "base_url", insecure=insecure, such_as=self.base_url)

    def service(self, address: str, query: Query = ()) -> Service:
        """Describe the service at an address, with query pairs for every request."""
        agent = {"User-Agent": f"kloudsync/{version()}{self.remark}"}
        return Service(
            name=self.name,
            base_url=address,
            decode_error=self.decode_error,
            headers=self.headers.merged(agent),
            query=query,
        )

    def auth(self, token: str | TokenSource | Auth | None) -> Auth:
        """Return how requests are authorised with a token; None means: from the environment.

        Raises:
            UsageError: There is no token.
        """
        given = os.environ.get(self.token_variable) if token is None else token
        if given is None:
            raise UsageError(
                f"there is no token: pass token=…, or set {self.token_variable} in the environment"
            )
        return as_auth(given)


def service_of(url: str, name: str, decode_error: ErrorDecoder) -> Service:
    """Describe the service that an address belongs to, where it has no vendor that is known before.

    Args:
        url: The whole address; the service lives at its scheme and host.
        name: The provider's name in errors and logs.
        decode_error: Maps error answers to exceptions.
    """
    at = urlsplit(url)
    base_url = f"{at.scheme}://{at.netloc}"
    return Vendor(name=name, base_url=base_url, decode_error=decode_error).service(base_url)
