"""Requests that Kloudless hands to the upstream service as they are."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import evolve

from kloudsync.http.endpoint import C_co, Resource, endpoint
from kloudsync.http.message import Headers, Request, Response
from kloudsync.http.operation import Operation
from kloudsync.providers.kloudless.paths import ME, AccountRef, account_path


class PassThrough(Resource[C_co]):
    """The upstream service's own API, with the credentials that Kloudless holds."""

    @endpoint
    @staticmethod
    def send(
        method: str,
        uri: str,
        *,
        account: AccountRef = ME,
        body: bytes | None = None,
        content_type: str = "application/json",
        headers: Mapping[str, str] | None = None,
    ) -> Operation[Response]:
        """Send a request upstream; the answer is the upstream service's, unread.

        Errors of the upstream service arrive as its own words, not as Kloudless's.

        Args:
            method: The HTTP verb for the upstream service.
            uri: The upstream path with its query, such as `/calendar/v3/colors`, or a whole URL.
            account: The account.
            body: What to send.
            content_type: The media type of the body.
            headers: Header fields for the upstream service.
        """
        marks = {"X-Kloudless-Raw-URI": uri, "X-Kloudless-Raw-Method": method.upper()}
        if headers:
            marks["X-Kloudless-Raw-Headers"] = json.dumps(dict(headers))
        if body is not None:
            marks["Content-Type"] = content_type
        request = Request(method="POST", path=account_path(account, "raw"), body=body)
        return Operation(
            name="raw.send",
            request=evolve(request, headers=Headers.of(marks)),
            decode=_unread,
            repeatable=method.upper() in {"GET", "HEAD"},
        )


def _unread(response: Response) -> Response:
    return response
