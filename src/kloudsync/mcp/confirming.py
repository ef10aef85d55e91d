"""Who confirms what was proposed before it is done."""

from __future__ import annotations

from enum import StrEnum


class Confirm(StrEnum):
    """Who confirms what was proposed before it is done."""

    PERSON = "person"
    """The server asks the person through the client (elicitation); a client that cannot is refused."""
    HOST = "host"
    """The client itself asks the person before each call of `commit`; the server trusts it to."""
