"""Tokens: from an authorisation code, and whose they are."""

from __future__ import annotations

from kloudsync.http.auth import expect_bare
from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import Headers, Request, form_request
from kloudsync.http.operation import Operation
from kloudsync.providers.kloudless.errors import VERIFY
from kloudsync.providers.kloudless.wire.account import GrantedToken, VerifiedToken
from kloudsync.providers.kloudless.wire.codec import decoder

_TOKEN = "oauth/token"  # noqa: S105 - a path


class OAuth(Resource[C_co]):
    """Kloudless's own OAuth; its paths belong to version 1 whatever the client's version.

    Kloudless renews the upstream tokens by itself; how long its own last is not documented.
    """

    @endpoint
    @staticmethod
    def exchange(
        code: str, *, client_id: str, client_secret: str, redirect_uri: str
    ) -> Operation[GrantedToken]:
        """Exchange the code that the user's browser came back with for a token.

        Args:
            code: The code; it is good once.
            client_id: The application's id.
            client_secret: The application's API key in version 1, its client secret in version 2.
            redirect_uri: The address that the browser came back to, as it was asked for.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "client_id": client_id,
            "client_secret": client_secret,
        }
        return Operation(
            name="oauth.exchange",
            request=form_request(_TOKEN, form),
            decode=decoder(GrantedToken),
            repeatable=False,
        )

    @endpoint
    @staticmethod
    def verify(token: str) -> Operation[VerifiedToken]:
        """Ask whose token it is.

        A token from a browser may have been issued to somebody else's application: compare the
        answer's `client_id` with your own, or let `auth.expect_application` do it.

        Raises:
            Unauthorized: The token is not valid.
        """
        expect_bare(token)
        headers = Headers.of({"Authorization": f"Bearer {token}"})
        return Operation(
            name=VERIFY,
            request=Request(method="GET", path=_TOKEN, headers=headers),
            decode=decoder(VerifiedToken),
        )
