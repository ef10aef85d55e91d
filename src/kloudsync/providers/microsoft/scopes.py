"""What a person or an administrator can grant for calendars, and which grants include others.

Answers of the sign-in name scopes in several spellings, alone or behind Graph's address and in
any case, and leave some out: compare them with `Scope.named`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Scope(StrEnum):
    """A delegated permission of Graph; ask for the least that the program can work with."""

    READ_BASIC = "Calendars.ReadBasic"
    """Events without their texts, attachments and extensions."""
    READ = "Calendars.Read"
    """Events of the user's calendars."""
    READ_WRITE = "Calendars.ReadWrite"
    """Events of the user's calendars, to change."""
    READ_SHARED = "Calendars.Read.Shared"
    """Also calendars that others share; not for personal accounts."""
    READ_WRITE_SHARED = "Calendars.ReadWrite.Shared"
    """The same, to change."""
    MAILBOX_SETTINGS = "MailboxSettings.Read"
    """The user's zone, working hours and categories."""
    MAILBOX_SETTINGS_WRITE = "MailboxSettings.ReadWrite"
    """The same, to change."""
    USER = "User.Read"
    """Who the user is."""
    OFFLINE = "offline_access"
    """A refresh token, so that access outlasts the person's presence."""


SYNC: Final = frozenset({Scope.READ, Scope.MAILBOX_SETTINGS, Scope.USER, Scope.OFFLINE})
"""The least that keeping a copy of a user's calendars needs."""

EDIT: Final = (SYNC - {Scope.READ}) | {Scope.READ_WRITE}
"""The least that changing events beside that needs."""

_ALL_SCOPES: Final = "/.default"

INCLUDES: Final[Mapping[str, frozenset[str]]] = {
    Scope.READ: frozenset({Scope.READ_BASIC}),
    Scope.READ_WRITE: frozenset({Scope.READ, Scope.READ_BASIC}),
    Scope.READ_SHARED: frozenset({Scope.READ, Scope.READ_BASIC}),
    Scope.READ_WRITE_SHARED: frozenset(
        {Scope.READ_WRITE, Scope.READ, Scope.READ_SHARED, Scope.READ_BASIC}
    ),
    Scope.MAILBOX_SETTINGS_WRITE: frozenset({Scope.MAILBOX_SETTINGS}),
}
"""For each wide scope, the narrower ones that need no grant of their own."""

UNTOLD: Final = frozenset({Scope.OFFLINE.value, "openid", "profile", "email"})
"""What answers leave out although it was granted."""

_BY_NAME: Final = {scope.lower(): scope.value for scope in Scope}


def plain_scope(scope: str) -> str:
    """Return a scope as it is written here, whatever way an answer writes it."""
    name = scope.rpartition("/")[2] if "://" in scope else scope
    return _BY_NAME.get(name.lower(), name)


def application_scope(graph: str) -> str:
    """Return the scope that stands for all permissions of an application.

    Args:
        graph: Where Graph is, without a version.
    """
    return f"{graph}{_ALL_SCOPES}"
