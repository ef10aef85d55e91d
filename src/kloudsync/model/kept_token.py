"""A person's login, as stores keep it."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class KeptToken:
    """Bytes that mean nothing to a store; whoever keeps them encrypts them.

    Attributes:
        body: The bytes.
        version: Rises with each change.
    """

    body: bytes = field(repr=False)
    version: int
