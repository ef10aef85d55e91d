"""Giving a grant back (RFC 7009), described as a flow."""

from __future__ import annotations

from collections.abc import Collection

from kloudsync.errors import BadRequest
from kloudsync.http.auth import Flow
from kloudsync.http.message import Response, form_request
from kloudsync.http.secret import Secret
from kloudsync.http.token_endpoint import TokenEndpoint, Tokens

OPERATION = "oauth.revoke"


def revoke_token(endpoint: TokenEndpoint, url: str, tokens: Tokens) -> Flow[None]:
    """Describe how a service is told that a grant is no longer wanted.

    The refresh token is named where there is one: the service ends its access tokens as well
    (section 2.1). A token that the service no longer knows is what was wanted.

    Args:
        endpoint: Who asks, as the service knows it.
        url: The service's address for this.
        tokens: What it granted.

    Raises:
        BadRequest: The service refuses for another reason than that it does not know the token.
    """
    form: dict[str, str] = {"token": Secret(tokens.refresh_token or tokens.access_token)}
    if endpoint.client_secret is not None:
        form |= {"client_id": endpoint.client_id, "client_secret": endpoint.client_secret}
    response: Response = yield form_request(url, form)
    # Google's answer to a token that is dead already, where the standard has 200 (section 2.2).
    expect_ended(endpoint.provider, response, unknown={400})


def expect_ended(provider: str, response: Response, *, unknown: Collection[int]) -> None:
    """Refuse an answer that leaves a grant as it was.

    Args:
        provider: Who answered.
        response: The answer.
        unknown: How the service answers where there is no such grant any more.

    Raises:
        BadRequest: The grant is as it was.
    """
    if response.status >= 300 and response.status not in unknown:
        raise BadRequest(
            f"{provider} {OPERATION}: refused with {response.status}; "
            "the person can end the access in the settings of their account",
            status=response.status,
            provider=provider,
            operation=OPERATION,
            response=response,
        )
