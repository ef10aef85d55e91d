"""What users import lies flat, and costs nothing until it is touched."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import kloudsync

SHELVES = [
    f"kloudsync.{path.stem}"
    for path in sorted(Path(kloudsync.__file__).parent.glob("*.py"))
    if "Loading(__name__" in path.read_text()
]
LOOK = """
import sys, {0}
known = set(sys.modules)
print(*sorted(one for one in known if one.startswith("kloudsync") or one in ("attrs", "httpx")))
"""


@pytest.mark.parametrize("name", [*SHELVES, "kloudsync.testing"])
def test_every_name_on_a_shelf_is_there(name: str) -> None:
    """Each is loaded when it is touched, and stays; others are refused by name."""
    shelf = import_module(name)
    for public in shelf.__all__:
        assert getattr(shelf, public) is vars(shelf)[public]
    with pytest.raises(AttributeError, match="nonesuch"):
        _ = shelf.nonesuch


@pytest.mark.parametrize("name", [*SHELVES, "kloudsync.testing"])
def test_a_shelf_loads_nothing(name: str) -> None:
    """Importing one loads neither what lies on it nor attrs or httpx."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOOK.format(name)], check=True, capture_output=True, text=True
    )
    assert set(done.stdout.split()) <= {"kloudsync", "kloudsync.lazy", name}
