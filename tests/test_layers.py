"""Who may know whom: the layers of the library, and the modules that own the outside world."""

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

import kloudsync

ROOT = Path(kloudsync.__file__).parent

BOTTOM = frozenset({"errors", "zone_data", "lazy"})
"""What everybody may know, and what knows nobody else."""
FOUNDATION = frozenset({"model", "recurrence", "runtime", "http"})
UPPER = frozenset(
    {"providers", "sync", "mirror", "agenda", "push", "fleet", "ical", "stores", "text"}
)
BELOW = {
    # Events recur, and an occurrence says how its series was read.
    "model": frozenset({"recurrence"}),
    "runtime": frozenset({"model"}),
    "http": frozenset({"runtime"}),
}
"""What a part of the foundation may know of the others."""
OBJECTS = frozenset({"objects", "telemetry"})
"""What a program holds: it puts the layers together."""
SHELVES = frozenset(
    {
        "calls",
        "changes",
        "events",
        "google",
        "kloudless",
        "microsoft",
        "provider",
        "runs",
        "salesloft",
    }
)
"""Where programs import names from that lie deeper; the library itself imports none from there."""
ANYBODY = frozenset({"testing", "cli", "demo", "mcp", "web", "__main__"})
"""Programs and fakes around the library; they may know everything, and nothing knows them."""

OWNERS = {
    "httpx": ["http/library.py"],
    "sqlite3": ["stores/sqlite*"],
    "psycopg": ["stores/postgres*"],
    "psycopg_pool": ["stores/postgres*"],
    "dateutil": ["recurrence/*"],
    "time": ["runtime/clock.py"],
    "random": ["runtime/clock.py"],
    "secrets": [],
    "uuid": ["runtime/clock.py", "stores/sqlite*", "stores/postgres*"],
    "socket": [],
    "ssl": ["http/library.py"],
    "asyncio": [
        "runtime/clock.py",
        "http/awaiting_transport.py",
        "stores/threaded.py",
        "web/asgi.py",
        "runtime/tasks.py",
    ],
    "threading": [
        "runtime/crew.py",
        "runtime/threads.py",
        "runtime/joint_calls.py",
        "runtime/lending.py",
        "runtime/metrics.py",
        "runtime/signals.py",
        "runtime/budgets.py",
        "http/transport.py",
        "stores/memory*",
        "stores/sqlite*",
        "stores/postgres*",
        "stores/threaded.py",
    ],
    "concurrent": [
        "runtime/colour.py",
        "runtime/joint_calls.py",
        "runtime/tasks.py",
        "runtime/threads.py",
        "stores/threaded.py",
    ],
    "multiprocessing": [],
    "subprocess": [],
}
"""The only modules that may import what reaches clock, chance, threads, network and disk."""


def modules() -> list[Path]:
    """Return every module of the package."""
    return sorted(ROOT.rglob("*.py"))


def named(path: Path) -> str:
    """Return a module's path as the tables above write it."""
    return path.relative_to(ROOT).as_posix()


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Return the dotted names that a module imports, inside functions and type checking too."""
    return tuple(_imports(path))


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{named(path)}:{node.lineno} has to import by absolute name"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def dotted(path: Path) -> str:
    """Return the name under which a module is imported."""
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def graph() -> dict[str, list[str]]:
    """Return which modules of the package import which, type checking included."""
    paths = {dotted(path): path for path in modules()}
    found: dict[str, list[str]] = {}
    for name, path in paths.items():
        # `from a import b` is an import of the module a.b where there is one, else of a.
        ours = (one if one in paths else one.rpartition(".")[0] for one in imports(path))
        found[name] = sorted({one for one in ours if one in paths})
    return found


def circles(known: Mapping[str, Collection[str]]) -> list[set[str]]:
    """Return the sets of modules of which each leads to each; a module that knows itself is one."""
    reach = {name: _reach(name, known) for name in known}
    found: list[set[str]] = []
    for name in known:
        circle = {one for one in reach[name] if name in reach[one]}
        if circle and circle not in found:
            found.append(circle)
    return found


def _reach(name: str, known: Mapping[str, Collection[str]]) -> set[str]:
    """Return what a module leads to."""
    reached: set[str] = set()
    waiting = set(known[name])
    while waiting:
        reached |= waiting
        waiting = {other for one in waiting for other in known[one]} - reached
    return reached


def layer(name: str) -> str:
    """Return the part of the package that a dotted name or a path's parts belong to."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def allowed(part: str) -> frozenset[str]:
    """Return the parts of the package that a part may import, beside itself."""
    if part == "errors":
        return frozenset()
    if part in FOUNDATION | BOTTOM:
        return BOTTOM | BELOW.get(part, frozenset[str]())
    if part in UPPER:
        return BOTTOM | FOUNDATION
    if part in OBJECTS:
        return BOTTOM | FOUNDATION | UPPER | OBJECTS
    return BOTTOM | FOUNDATION | UPPER | OBJECTS | ANYBODY | {""}


def part_of(path: Path) -> str:
    """Return the part of the package that a module lies in; empty for the root itself."""
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return "" if first == "__init__" else first


@pytest.mark.parametrize("path", modules(), ids=named)
def test_a_module_imports_from_lower_layers_only(path: Path) -> None:
    """Siblings do not know each other, and nobody knows the tests' part or the command line."""
    part = part_of(path)
    assert part in BOTTOM | FOUNDATION | UPPER | OBJECTS | SHELVES | ANYBODY | {""}, (
        "a new folder needs a layer"
    )
    ours = {layer(name) for name in imports(path) if name.split(".")[0] == "kloudsync"}
    assert ours - {part} <= allowed(part)


@pytest.mark.parametrize("path", modules(), ids=named)
def test_the_outside_world_is_reached_by_its_owners_only(path: Path) -> None:
    """Clock, chance, threads, sockets and drivers appear in the modules that own them."""
    if part_of(path) in ANYBODY:
        return
    for name in imports(path):
        owners = OWNERS.get(name.split(".")[0])
        assert owners is None or any(fnmatchcase(named(path), owner) for owner in owners), name


def test_providers_do_not_know_each_other() -> None:
    """Each vendor's folder could be deleted without the others noticing; rooms beside them stay."""
    providers = ROOT / "providers"
    shared = {path.stem for path in providers.glob("*.py")}
    for path in providers.glob("*/**/*.py"):
        vendor = path.relative_to(providers).parts[0]
        vendors = {
            name.split(".")[2] for name in imports(path) if name.startswith("kloudsync.providers.")
        }
        assert vendors <= {vendor} | shared, named(path)


def test_no_modules_import_each_other() -> None:
    """Nowhere is a circle, be it of types only: what one module is for can be read in one order."""
    assert circles(graph()) == []


def test_a_circle_is_found() -> None:
    """Two circles are told apart, and what only leads to them or from them is in none."""
    known = {
        "before": ["a"],
        "a": ["b"],
        "b": ["a", "between"],
        "between": ["c"],
        "c": ["c", "after"],
        "after": [],
    }
    assert circles(known) == [{"a", "b"}, {"c"}]


def test_errors_know_nothing() -> None:
    """The tree of errors can be imported by every layer; not even its types come from one."""
    imported = {name.partition(".")[0] for name in imports(ROOT / "errors.py")}
    assert imported <= {"__future__", "collections", "typing"}


def test_core_dependencies_are_the_four() -> None:
    """Outside testing and the command line, nothing else is imported but optional extras."""
    extras = {"psycopg", "psycopg_pool", "google", "opentelemetry", "cryptography", "msgspec"}
    core = {"httpx", "attrs", "attr", "cattrs", "dateutil"} | extras
    foreign = {
        name.split(".")[0]
        for path in modules()
        if part_of(path) not in ANYBODY
        for name in imports(path)
    }
    assert foreign - set(sys.stdlib_module_names) - {"kloudsync"} <= core
