from __future__ import annotations

from importlib.metadata import EntryPoint
from pathlib import Path
from typing import cast

import attrs
import pytest

import kloudsync.providers
from kloudsync import PushIntake
from kloudsync.errors import UsageError
from kloudsync.objects import registry
from kloudsync.objects.registry import expect_spelling, provider_named, providers
from kloudsync.runtime.provider import Named, Provider
from kloudsync.stores import MemoryStore

FOLDERS = sorted(
    path.parent.name for path in Path(kloudsync.providers.__path__[0]).glob("*/provider.py")
)
OTHER = Provider(name="other", title="Another one")
NO_PROVIDER = "a text"


@pytest.fixture
def points(monkeypatch: pytest.MonkeyPatch) -> list[EntryPoint]:
    """Entry points of other packages, in the place of those that are installed."""
    found: list[EntryPoint] = []

    def installed(*, group: str) -> list[EntryPoint]:
        return found

    monkeypatch.setattr(registry, "entry_points", installed)
    registry.providers.cache_clear()
    monkeypatch.setattr(registry, "providers", registry.providers.__wrapped__)
    return found


def loading(value: object) -> EntryPoint:
    """Return an entry point for a value."""

    class Loaded(EntryPoint):
        def load(self) -> object:
            return value

    return Loaded("some", "some.where:name", registry.GROUP)


def test_a_folder_is_a_provider() -> None:
    """Nobody lists vendors: a folder with a module `provider` is one, under its own name."""
    assert [name for name in sorted(providers()) if name in FOLDERS] == FOLDERS
    assert all(one.name == name for name, one in providers().items())


@pytest.mark.parametrize("name", FOLDERS)
def test_everything_that_a_provider_names_is_there(name: str) -> None:
    """What is loaded only when it is asked for exists, and whoever has calendars can read copies."""
    provider = provider_named(name)
    offered: list[object] = [getattr(provider, field.name) for field in attrs.fields(Provider)]
    named = cast("list[Named[object]]", [one for one in offered if isinstance(one, Named)])
    assert all(one.load() for one in named)
    assert (provider.calendar is None) == (provider.reader is None)


def test_a_provider_that_nobody_registered_is_refused_by_name() -> None:
    """The refusal names it, and says which there are."""
    there = ".*, ".join(FOLDERS)
    with pytest.raises(UsageError, match=rf"'orkut'; there are .*{there},"):
        provider_named("orkut")
    with pytest.raises(UsageError, match="'orkut'"):
        PushIntake(MemoryStore(), unwrap="orkut")


def test_another_package_brings_a_provider_along(points: list[EntryPoint]) -> None:
    """An entry point names its value."""
    points.append(loading(OTHER))
    assert registry.providers()["other"] is OTHER


def test_two_providers_of_one_name_are_refused(points: list[EntryPoint]) -> None:
    """Which of them is meant would depend on the order of installation."""
    points.append(loading(attrs.evolve(OTHER, name=FOLDERS[0])))
    with pytest.raises(UsageError, match="two providers named"):
        registry.providers()


def test_what_is_no_provider_is_refused(points: list[EntryPoint]) -> None:
    """The refusal says where it is."""
    points.append(loading(NO_PROVIDER))
    with pytest.raises(UsageError, match=r"some\.where:name is no provider, but str"):
        registry.providers()


def test_what_a_provider_does_not_offer_is_refused() -> None:
    """In words, with its title."""
    with pytest.raises(UsageError, match="Another one offers no calendars"):
        OTHER.offer(OTHER.reader, "calendars")


def test_a_place_has_a_module_and_a_name() -> None:
    """Anything else is refused when the value is made."""
    with pytest.raises(ValueError, match="place"):
        Named("kloudsync.errors")


@pytest.mark.parametrize(
    "name", [slip for one in FOLDERS for slip in (one[:-2] + one[-1:], one[:-1], one.capitalize())]
)
def test_a_name_that_looks_mistyped_says_which_is_meant(name: str) -> None:
    """A slip of one letter costs no search."""
    with pytest.raises(UsageError, match=f"no provider is called '{name}'; did you mean"):
        expect_spelling(name)


@pytest.mark.parametrize(
    "name", [*FOLDERS, *(f"{one}-eu" for one in FOLDERS), "folder", "exchange", "x"]
)
def test_other_names_are_let_through(name: str) -> None:
    """Those that are known, and those that a program may have of its own."""
    expect_spelling(name)
