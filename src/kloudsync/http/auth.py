"""Ways to authorise a request.

A scheme offers the token of the moment. Where the token has to be fetched
first, the scheme describes how as a *flow*: a generator of requests that is
answered with responses, so that one text serves blocking and awaiting clients.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Awaitable, Callable, Generator, Iterable
from datetime import datetime
from typing import Any, Final, Protocol, TypeAlias, TypeVar, cast

from attrs import field, frozen
from attrs.validators import gt

from kloudsync.errors import UsageError
from kloudsync.http.message import Request
from kloudsync.http.secret import Secret

T = TypeVar("T")


@frozen
class Once:
    """A request that spends what it carries, such as a code or a refresh token of one use.

    It is sent again only where it surely was not processed.
    """

    request: Request


@frozen
class Work:
    """A function that may block, such as one of a store; answered with what it returns."""

    do: Callable[[], object]


@frozen
class Pause:
    """A wait, in seconds."""

    seconds: float = field(validator=gt(0))


Step: TypeAlias = Request | Once | Work | Pause | Awaitable[object]
Flow: TypeAlias = Generator[Step, Any, T]
"""Steps, each answered by `send`: a request by its response, work and awaitables by their results.

A step that fails raises its error where it was yielded, so that a flow can tidy up.
"""

TokenSource: TypeAlias = Callable[[], str | Awaitable[str]]


class Auth(Protocol):
    """A scheme that authorises requests."""

    @property
    @abstractmethod
    def scheme(self) -> str:
        """The word before the token in the `Authorization` header, such as `Bearer`."""
        ...

    @abstractmethod
    def token(self, now: datetime) -> str | Awaitable[str] | None:
        """Return the token to send, or None where `refresh` has to run first."""
        ...

    @abstractmethod
    def refresh(self, now: datetime) -> Flow[None]:
        """Describe how a new token is fetched; runs in one task or thread at a time."""
        ...

    @abstractmethod
    def rejected(self, token: str) -> bool:
        """Hear that a token was answered with 401; tell whether another try can help."""
        ...

    @abstractmethod
    def secrets(self) -> Iterable[str]:
        """Return all that it holds and that no error may repeat: tokens old and new, keys."""
        ...


_BARE: Final = re.compile("[!-~]+")

_SCHEME: Final = ("token", "refresh", "rejected", "secrets")
"""The methods that tell a scheme from other things."""


def is_bare(token: str) -> bool:
    """Tell whether a token can be sent: it is not empty, and all of it is visible ASCII."""
    return _BARE.fullmatch(token) is not None


def expect_bare(token: str) -> None:
    """Refuse a token that could never be sent, without repeating it.

    Raises:
        UsageError: The token is empty or holds spaces, control or non-ASCII characters.
    """
    if not is_bare(token):
        raise UsageError(
            "the token is empty or holds spaces or non-ASCII characters; "
            "pass the bare token, without the word Bearer"
        )


def _no_refresh() -> Flow[None]:
    return
    yield


@frozen
class FixedToken:
    """A token that never changes, such as an API key or one from an environment variable."""

    _token: str = field(repr=False, converter=Secret)
    scheme: str = "Bearer"

    def __attrs_post_init__(self) -> None:
        """Refuse what could never be sent."""
        expect_bare(self._token)

    def token(self, now: datetime) -> str:  # noqa: ARG002 - a fixed token has no age
        """Return the token."""
        return self._token

    def refresh(self, now: datetime) -> Flow[None]:  # noqa: ARG002 - nothing to refresh
        """Fetch nothing."""
        return _no_refresh()

    def rejected(self, token: str) -> bool:  # noqa: ARG002 - there is only the one
        """Give up: there is no other token."""
        return False

    def secrets(self) -> Iterable[str]:
        """Return the token."""
        return (self._token,)


@frozen
class CalledToken:
    """A token that the caller's own function returns, asked anew for every try.

    The function may be a coroutine function with the Async clients.
    """

    _source: TokenSource = field(repr=False)
    scheme: str = "Bearer"

    def token(self, now: datetime) -> str | Awaitable[str]:  # noqa: ARG002 - the function decides
        """Ask the function."""
        return self._source()

    def refresh(self, now: datetime) -> Flow[None]:  # noqa: ARG002 - the function refreshes
        """Fetch nothing; the function does."""
        return _no_refresh()

    def rejected(self, token: str) -> bool:  # noqa: ARG002 - asked again in any case
        """Ask the function once more; it may have a newer token."""
        return True

    def secrets(self) -> Iterable[str]:
        """Return nothing: what the function returned last is known to whoever sent it."""
        return ()


def as_auth(token: str | TokenSource | Auth, scheme: str = "Bearer") -> Auth:
    """Accept a token, a function that returns one, or a whole scheme.

    Raises:
        UsageError: It is something else, or a token that could never be sent.
    """
    if isinstance(token, str):
        return FixedToken(token, scheme)
    if not isinstance(token, type):
        if all(callable(getattr(token, member, None)) for member in _SCHEME):
            return cast("Auth", token)
        if callable(token):
            return CalledToken(token, scheme)
    kind = token if isinstance(token, type) else type(token)
    raise UsageError(
        "a token has to be text, a function that returns text, or a way in such as "
        f"RefreshedToken(…), not {kind.__name__}"
    )
