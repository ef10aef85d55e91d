"""Who may do what with a calendar."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from attrs import frozen

from kloudsync.http.codec import JSONObject
from kloudsync.http.unset import UNSET, Maybe
from kloudsync.providers.google.wire.page import CollectionPage


class AccessRole(StrEnum):
    """What somebody may do with a calendar, from least to most."""

    NONE = "none"
    """Nothing; in a listing, a rule that was deleted."""
    FREE_BUSY_READER = "freeBusyReader"
    """See when it is busy."""
    READER = "reader"
    """Read events; details of private ones stay hidden."""
    WRITER_WITHOUT_PRIVATE_ACCESS = "writerWithoutPrivateAccess"
    """Read and write events; details of private ones stay hidden."""
    WRITER = "writer"
    """Read and write events, private ones included."""
    OWNER = "owner"
    """Everything, changing access included."""


class ScopeType(StrEnum):
    """Whom an access rule is for."""

    DEFAULT = "default"
    """Everybody, signed in or not."""
    USER = "user"
    GROUP = "group"
    DOMAIN = "domain"


@frozen(kw_only=True, repr=False)
class AclScope(JSONObject):
    """Whom an access rule is for.

    Attributes:
        type: The kind of grantee.
        value: The address of the user or group, or the domain's name; absent for everybody.
    """

    type: Maybe[ScopeType | str | None] = UNSET
    value: Maybe[str | None] = UNSET


@frozen(kw_only=True, repr=False)
class AclRule(JSONObject):
    """One rule of a calendar's access control list.

    Attributes:
        kind: Always `calendar#aclRule`.
        etag: The version of the rule.
        id: The rule's id, such as `user:someone@example.com`. Read-only.
        role: What the grantee may do. Required when a rule is inserted.
        scope: Whom the rule is for. Required when a rule is inserted or updated.
    """

    kind: Maybe[str] = UNSET
    etag: Maybe[str] = UNSET
    id: Maybe[str] = UNSET
    role: Maybe[AccessRole | str | None] = UNSET
    scope: Maybe[AclScope | None] = UNSET


@frozen(kw_only=True, repr=False)
class AclPage(CollectionPage):
    """A page of access rules; the vendor's `Acl`.

    Attributes:
        items: The rules.
    """

    items: Sequence[AclRule] = ()
