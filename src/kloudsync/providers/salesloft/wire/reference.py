"""References to related records."""

from __future__ import annotations

from attrs import field, frozen

from kloudsync.http.codec import WIRE_NAME, JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.salesloft.wire.scalars import Identifier


@frozen(kw_only=True, repr=False)
class Reference(JSONObject):
    """A record elsewhere.

    Attributes:
        id: Its id: a number, a guid or a name; always text here.
        href: Its absolute address, which may be missing.
    """

    id: Maybe[Identifier | None] = UNSET
    href: Maybe[str | None] = field(default=UNSET, metadata={WIRE_NAME: "_href"})
