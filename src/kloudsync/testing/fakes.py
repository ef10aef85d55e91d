"""The fakes of services that there are: one folder each, with a module `serving`."""

from collections.abc import Callable, Mapping
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pkgutil import iter_modules

import kloudsync.testing
from kloudsync.runtime.provider import Named
from kloudsync.testing.exchange import FakeService


def fakes() -> Mapping[str, Named[Callable[..., FakeService]]]:
    """Return what makes each fake, by the name of its service: `fake(clock, seed=…, events=…)`."""
    folders = iter_modules(kloudsync.testing.__path__, "kloudsync.testing.")
    found = (one.name for one in folders if one.ispkg and _serves(one.name))
    return {name.rpartition(".")[2]: Named(f"{name}.serving:fake") for name in found}


def _serves(package: str) -> bool:
    """Tell whether a package can be served, without importing it: contracts want pytest."""
    spec = find_spec(package)
    within = spec.submodule_search_locations if spec else None
    return PathFinder.find_spec(f"{package}.serving", within) is not None
