"""Clients load what their methods exchange when a method is touched, and not before."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import kloudsync

HOMES: dict[str, str] = vars(kloudsync)["_HOMES"]
CLIENTS = [
    (name, home.removesuffix(".client"))
    for name, home in HOMES.items()
    if home.endswith(".client") and not name.startswith("Async")
]
LOOK = """
import json, sys
import kloudsync
from kloudsync.http.endpoint import Resource

def loaded():
    modules = [held for name, held in sys.modules.items() if name.startswith(f"{home}.")]
    wire = [one.__name__ for one in modules if one.__name__.startswith(f"{home}.wire.")]
    classes = {
        cls.__name__
        for one in modules
        if one.__name__.startswith(f"{home}.resources.")
        for cls in vars(one).values()
        if isinstance(cls, type) and issubclass(cls, Resource) and cls.__module__ == one.__name__
    }
    return wire, sorted(classes)

name, home = sys.argv[1:]
client = getattr(kloudsync, name)("token")
before = loaded()
resources = sys.modules[f"{home}.resources"]
getattr(resources, resources.__all__[0])
print(json.dumps([before, loaded(), resources.__all__]))
"""


@pytest.mark.parametrize(("name", "home"), CLIENTS, ids=[name for name, _ in CLIENTS])
def test_a_client_loads_no_schema_until_a_method_is_touched(name: str, home: str) -> None:
    """Programs pay for the resources that they use, and for the schemas of these alone."""
    command = [sys.executable, "-c", LOOK, name, home]
    done = subprocess.run(command, capture_output=True, check=True)  # noqa: S603 - our own
    (wire, resources), (touched_wire, touched), every = json.loads(done.stdout)
    assert (wire, resources) == ([], [])
    assert touched_wire
    assert every[0] in touched
    assert len(touched) < len(every)
