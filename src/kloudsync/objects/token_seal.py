"""Logins that are kept as nobody can read them without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import field, frozen

from kloudsync.errors import MissingExtra, UsageError

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet


@frozen
class Seal:
    """Closes text with the newest of some keys, and opens what any of them closed.

    The cipher is Fernet's: AES-128-CBC with an HMAC-SHA256, of the package `cryptography`. To
    change keys, put the new one before the old one; what is kept is closed with it when it is
    next written.

    Attributes:
        keys: The keys, the newest first; without any, text stays in clear.
        source: Where the keys come from, for errors.
    """

    keys: tuple[str, ...] = field(default=(), repr=False)
    source: str = "`keys`"

    def expect_usable(self) -> None:
        """Check that the keys are keys.

        Raises:
            UsageError: One is none.
            MissingExtra: There are keys, and `cryptography` is not installed.
        """
        if self.keys:
            self._cipher()

    def close(self, text: str) -> str:
        """Return text as only a key opens it.

        Raises:
            UsageError: A key is none.
            MissingExtra: `cryptography` is not installed.
        """
        return self._cipher().encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was closed.

        Raises:
            UsageError: There is no key that opens it, or a key is none.
            MissingExtra: `cryptography` is not installed.
        """
        if not self.keys:
            raise UsageError(f"the login is encrypted; set {self.source} to its key")
        cipher = self._cipher()
        from cryptography.fernet import InvalidToken  # noqa: PLC0415 - an extra

        try:
            return cipher.decrypt(sealed).decode()
        except (InvalidToken, ValueError):
            raise UsageError(f"no key of {self.source} opens the login that is kept") from None

    def _cipher(self) -> MultiFernet:
        try:
            from cryptography.fernet import Fernet, MultiFernet  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise MissingExtra(
                f"{self.source} needs: pip install 'kloudsync[encryption]'"
            ) from error
        try:
            return MultiFernet([Fernet(key) for key in self.keys])
        except ValueError:
            # The cause may quote a key.
            raise UsageError(
                f"{self.source} holds something that is no key: it takes 32 bytes in URL-safe "
                "base64, as cryptography's Fernet.generate_key() returns them"
            ) from None
