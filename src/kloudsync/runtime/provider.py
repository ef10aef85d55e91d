"""What a provider offers: one frozen value per vendor, from which everything else is found.

The value costs nothing to make: what it names is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from importlib import import_module
from typing import Any, Generic, TypeVar, cast

from attrs import field, frozen
from attrs.validators import matches_re

from kloudsync.errors import UsageError
from kloudsync.model.calendar import Calendar
from kloudsync.model.view import RecordReader

T = TypeVar("T")


@frozen
class Named(Generic[T]):
    """Something by its place, as entry points are written: `package.module:name`."""

    place: str = field(validator=matches_re(r"[\w.]+:\w+"))

    def load(self) -> T:
        """Import it.

        Raises:
            ImportError: There is no such module.
            AttributeError: The module has no such name.
        """
        module, _, name = self.place.partition(":")
        return cast("T", getattr(import_module(module), name))


@frozen(kw_only=True)
class SinkChoice:
    """Which calendar to write to, and how, in the words that all sinks share.

    Attributes:
        user: The provider's id of its user; whose token it is where None.
        calendar: The calendar's id, in place of a user.
        domains: The domains of the user's own organisation; only times are told where empty.
        bulk_from: From how many writes on they go together, where the provider has a way.
    """

    user: str | None = None
    calendar: str | None = None
    domains: tuple[str, ...] = ()
    bulk_from: int = 100


@frozen(kw_only=True)
class SignIn:
    """How a person grants access to their calendars, by the code grant with PKCE.

    Attributes:
        ask: Composes the question: `ask(client_id, redirect_uri=…, entropy=…, url=…)`.
        endpoint: Makes the token endpoint: `endpoint(client_id, secret, url=…)`.
        authorization_url: Where the person is asked.
        token_url: Where the answer is exchanged.
        scopes: What has to be granted for syncing.
        editing: What has to be granted for changing events too; empty where there is no such thing.
        returns: What an answer brings beside the code that the exchange has to give back.
        renewable: Whether grants are kept alive by refresh tokens.
        hinted: Whether the page takes `login_hint`, the address that the person probably has.
        revocation_url: Where a grant is given back; None where the service has no such thing.
        revoke: Describes how: `revoke(endpoint, revocation_url, tokens)`.
        on_device: Asks by a code for another device: `on_device(endpoint, show, now)`, a flow that
            ends with tokens; None where the service has no such thing.
    """

    ask: Callable[..., Any]
    endpoint: Callable[..., Any]
    authorization_url: str
    token_url: str
    scopes: frozenset[str]
    editing: frozenset[str] = frozenset()
    returns: tuple[str, ...] = ()
    renewable: bool = True
    hinted: bool = False
    revocation_url: str | None = None
    revoke: Callable[..., Any] | None = None
    on_device: Callable[..., Any] | None = None


@frozen(kw_only=True)
class Provider:
    """One vendor, or whatever else holds calendars.

    None stands for what it does not offer.

    Attributes:
        name: Its name in keys, errors, logs and on the command line, such as `google`.
        title: Its name for people.
        account: What its accounts are called where nobody names one.
        client: Makes a client: `client(token, account)`, with what all clients may be given by name.
            A token None is taken from the environment.
        async_client: The same for the awaiting client.
        calendar: Opens a calendar for syncing: `calendar(client, id, account)`.
        reader: Makes what reads the records of copies, without a client: `reader()`, or
            `reader(reading)` where a copy was made with another reading than the usual one.
        calendars: Lists an account's calendars: `calendars(client, account)`.
        push: Opens the channels of an account: `push(client)`.
        unwrap: Verifies and reads a notification, where that takes nothing but the store.
        sink: Opens a calendar to write to, for as long as the context lasts:
            `sink(choice, store, progress)`.
        edits: Opens a calendar to be edited in words that all providers share, each edit bound to
            what was seen before: `edits(client, id)`.
        sign_in: How a person grants access, to a program on a machine of their own too.
        web_sign_in: The same for web applications, where `sign_in` is not for them.
        fake: Makes the fake that stands for it in tests: `fake(clock, seed=…, events=…)`.
    """

    name: str = field(validator=matches_re(r"[a-z][a-z0-9_]*"))
    title: str
    account: str = "default"
    client: Named[Callable[..., AbstractContextManager[Any]]] | None = None
    async_client: Named[Callable[..., Any]] | None = None
    calendar: Named[Callable[[Any, str, str], Any]] | None = None
    reader: Named[Callable[..., RecordReader]] | None = None
    calendars: Named[Callable[[Any, str], Iterator[Calendar]]] | None = None
    push: Named[Callable[[Any], Any]] | None = None
    unwrap: Named[Callable[..., Any]] | None = None
    sink: Named[Callable[[SinkChoice, Any, Callable[..., None]], Any]] | None = None
    edits: Named[Callable[[Any, str], Any]] | None = None
    sign_in: Named[SignIn] | None = None
    web_sign_in: Named[SignIn] | None = None
    fake: Named[Callable[..., Any]] | None = None

    def offer(self, named: Named[T] | None, what: str) -> T:
        """Load something that the provider offers.

        Args:
            named: One of its attributes.
            what: What that is, in words for the error.

        Raises:
            UsageError: The provider does not offer it.
        """
        if named is None:
            raise UsageError(f"{self.title} offers no {what}")
        return named.load()
