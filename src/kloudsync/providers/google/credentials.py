"""What programs that know Google's own libraries hand in: credentials of google-auth."""

from __future__ import annotations

from typing import Any, Protocol, TypeGuard


class GoogleCredentials(Protocol):
    """Credentials of the library google-auth, of whatever kind, as far as they are of use here."""

    @property
    def valid(self) -> bool:
        """Whether the token can be used now."""
        ...

    @property
    def token(self) -> Any:
        """The token, or None."""
        ...

    def before_request(self, request: Any, method: Any, url: Any, headers: Any) -> Any:
        """Authorise a request in google-auth's own way."""
        ...

    def refresh(self, request: Any) -> Any:
        """Fetch a token."""
        ...


def is_google_credentials(given: object) -> TypeGuard[GoogleCredentials]:
    """Tell credentials of google-auth, which need not be installed, from everything else."""
    named = all(hasattr(given, name) for name in ("valid", "before_request", "refresh"))
    return named and not isinstance(given, type) and not callable(getattr(given, "token", None))
