"""Texts and bytes that are not shown by accident.

Crash reporters write down the local variables of every frame that an error passes. What is
carried in these types is shown there as hidden, in whatever list or value it stands; it is
sent, compared and formatted like any other text.
"""

from __future__ import annotations

from typing import overload

INSTEAD = "(hidden)"


class Secret(str):
    """A text whose repr does not show it: a token, a key, a code."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is something, and not what."""
        return f"'{INSTEAD}'"


class SecretBytes(bytes):
    """Bytes whose repr does not show them: a body that carries secrets."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is something, and not what."""
        return f"b'{INSTEAD}'"


@overload
def secret(text: str) -> Secret: ...
@overload
def secret(text: None) -> None: ...
def secret(text: str | None) -> Secret | None:
    """Carry a text so that it is not shown; None stays None."""
    return None if text is None else Secret(text)
