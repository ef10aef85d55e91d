"""Tasks: work that the service promises to do later, of which nothing more is documented."""

from __future__ import annotations

from kloudsync.errors import DecodeError
from kloudsync.http.message import Response


def expect_done(response: Response) -> None:
    """Refuse an answer that only promises to do the work later.

    Raises:
        DecodeError: The answer is a 202. Its task's body and address are undocumented, so
            there is nothing to wait for.
    """
    if response.status == 202:
        raise DecodeError(
            "the service accepted the request (202) and will perform it later; its tasks are "
            "not documented, so the outcome has to be read from the resource itself",
            response=response,
        )
