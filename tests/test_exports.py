"""The public names: importable lazily, sorted, documented, and cheap until used."""

import ast
import inspect
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

import pytest

import kloudsync
from kloudsync.sync.ports import Unit

ROOT = Path(kloudsync.__file__).parent
FIRST = """
from kloudsync import Google, SyncEngine
from kloudsync.stores import SQLiteStore
assert Google("any") and SyncEngine and SQLiteStore
"""
"""What README's ten lines import, and the making of a client."""
UNTOUCHED = (
    "asyncio",
    "dateutil",
    "kloudsync.agenda",
    "kloudsync.fleet",
    "kloudsync.mirror",
    "kloudsync.providers.google.resources.",
    "kloudsync.providers.google.series.edit",
    "kloudsync.providers.google.wire",
    "kloudsync.push",
    "kloudsync.recurrence.recurrence",
    "kloudsync.recurrence.zone_titles",
    "kloudsync.sync.engine",
    "kloudsync.sync.rehearsal",
    "kloudsync.testing",
)
MOST_MODULES = 116
HEAVY = ["httpx", "cattrs", "dateutil", "attrs", "attr", "asyncio", "json", "ssl"]


def lazy() -> list[str]:
    """Return the packages whose names load on first use."""
    return [
        ".".join(("kloudsync", *path.parent.relative_to(ROOT).parts))
        for path in sorted(ROOT.rglob("__init__.py"))
        if "_HOMES" in path.read_text()
    ]


def checked_imports(module: ModuleType) -> dict[str, str]:
    """Return the names that type checkers see, with the modules they come from."""
    tree = ast.parse(inspect.getsource(module))
    blocks = (node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name: str(node.module)
        for block in blocks
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", lazy())
def test_type_checkers_and_programs_see_the_same_names(package: str) -> None:
    """The table of homes, the imports for type checkers and `__all__` can't drift apart."""
    module = import_module(package)
    homes: dict[str, str] = module._HOMES
    assert sorted(module.__all__) == sorted(homes)
    assert checked_imports(module) == homes
    assert set(homes) <= set(dir(module))


@pytest.mark.parametrize("package", lazy())
def test_names_are_listed_in_order(package: str) -> None:
    """A reader finds a name where the alphabet puts it; ruff sorts constants before classes."""
    module = import_module(package)
    assert list(module._HOMES) == sorted(module._HOMES)
    assert len(set(module.__all__)) == len(module.__all__)


@pytest.mark.parametrize(
    ("package", "name"),
    [(package, name) for package in lazy() for name in import_module(package).__all__],
)
def test_every_public_name_is_there_and_documented(package: str, name: str) -> None:
    """What can be imported says what it is for, in its own words."""
    try:
        value = getattr(import_module(package), name)
    except ImportError as error:
        pytest.skip(f"needs an extra: {error}")
    assert getattr(value, "__name__", name) == name
    assert value.__doc__
    if inspect.isclass(value):
        inherited = {base.__doc__ for base in value.__mro__[1:]}
        assert value.__doc__ not in inherited


@pytest.mark.parametrize("package", lazy())
def test_a_name_that_is_not_there_is_an_attribute_error(package: str) -> None:
    """A typing mistake reads as it does with any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Gogle'"):
        _ = import_module(package).Gogle


def test_importing_the_library_loads_nothing_heavy() -> None:
    """Neither the HTTP library nor the models are loaded before a name is used."""
    program = f"import sys, kloudsync; print(*(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_what_a_first_program_imports_leaves_the_rest_alone() -> None:
    """Resources and wire classes, rules and agendas load when they are touched, and no sooner."""
    program = f"import sys\n{FIRST}\nprint(*sys.modules)"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    loaded = done.stdout.split()
    assert [one for one in loaded if one.startswith(UNTOUCHED)] == []
    assert len([one for one in loaded if one.startswith("kloudsync")]) <= MOST_MODULES


def test_classes_alone_load_no_http_library() -> None:
    """What speaks HTTP and decodes answers loads with the first client, and not with its class."""
    program = FIRST.replace('Google("any")', "Google")
    asked = f"import sys\n{program}\nprint(*({{'httpx', 'cattrs', 'ssl'}} & set(sys.modules)))"
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", asked], check=True, capture_output=True, text=True
    )
    assert done.stdout.split() == []


def test_the_version_is_the_installed_one() -> None:
    """The version is kept in one place, the package's metadata."""
    assert kloudsync.__version__ == version("kloudsync")


def test_whoever_writes_a_store_imports_public_names() -> None:
    """What its protocol takes and returns is on a shelf, of whatever module it comes."""
    shelves = (import_module(f"kloudsync.{name}") for name in ("stores", "provider"))
    public = {name for shelf in shelves for name in shelf.__all__}
    methods = [one for _, one in inspect.getmembers(Unit, inspect.isfunction)]
    hints = [hint for one in methods for hint in get_type_hints(one).values()]
    named = {one.__name__ for one in named_in(hints) if one.__module__.startswith("kloudsync.")}
    assert len(named) > 10
    assert named <= public


def named_in(hints: Iterable[Any]) -> Iterator[type]:
    """Yield the classes that annotations name, inside of others too."""
    for hint in hints:
        if isinstance(hint, type):
            yield hint
        yield from named_in(get_args(hint))
