"""The providers that there are: one folder each, and those that other packages bring along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import find_spec
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, Final

import kloudsync.providers
from kloudsync.errors import UsageError
from kloudsync.runtime.provider import Provider

GROUP: Final = "kloudsync.providers"
"""The entry points by which other packages bring providers along."""

BESIDE: Final = ("kloudsync.ical.provider",)
"""What is no vendor's, and lies with what reads it."""

_ALIKE: Final = 0.8
"""How much two names have in common, of 1, where one is the other mistyped."""


@cache
def providers() -> Mapping[str, Provider]:
    """Return every known provider by name: a folder of `kloudsync.providers`, or an entry point.

    Each folder has a module `provider` with a value `PROVIDER`; an entry point names such a value.

    Raises:
        UsageError: Two providers have one name, or an entry point names something else.
    """
    found: dict[str, Provider] = {}
    for provider in (*_ours(), *_of_others()):
        if found.setdefault(provider.name, provider) is not provider:
            raise UsageError(f"there are two providers named {provider.name!r}")
    return MappingProxyType(found)


def provider_named(name: str) -> Provider:
    """Find a provider.

    Raises:
        UsageError: Nobody registered it.
    """
    known = providers()
    if name not in known:
        raise UsageError(
            f"no provider is called {name!r}; there are {', '.join(sorted(known))}, and a package "
            f"brings another one along by an entry point of the group {GROUP!r}"
        )
    return known[name]


def expect_spelling(name: str) -> None:
    """Refuse the name of a provider that nobody registered, and that is nearly one's of those known.

    Any other is let through, also one that holds a known name (`google-eu`): a program may reach
    calendars of its own under a name of its own.

    Raises:
        UsageError: It looks mistyped.
    """
    known = providers()
    if name in known or any(one in name.lower() and len(one) < len(name) for one in known):
        return
    from difflib import get_close_matches  # noqa: PLC0415 - few mistype a name

    for meant in get_close_matches(name.lower(), known, n=1, cutoff=_ALIKE):
        raise UsageError(
            f"no provider is called {name!r}; did you mean {meant!r}? A provider of your own that is "
            f"called so has to be registered, by an entry point of the group {GROUP!r}"
        )


def _ours() -> Iterator[Provider]:
    for folder in iter_modules(kloudsync.providers.__path__, "kloudsync.providers."):
        name = f"{folder.name}.provider"
        if folder.ispkg and find_spec(name) is not None:
            yield _expected(import_module(name).PROVIDER, name)
    for place in BESIDE:
        yield _expected(import_module(place).PROVIDER, place)


def _of_others() -> Iterator[Provider]:
    for point in entry_points(group=GROUP):
        yield _expected(point.load(), point.value)


def _expected(found: Any, place: str) -> Provider:
    if not isinstance(found, Provider):
        raise UsageError(f"{place} is no provider, but {type(found).__name__}")
    return found
