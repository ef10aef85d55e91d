"""The fakes of services that there are: one folder each, with a module `serving`."""

from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pkgutil import iter_modules

import kloudsync.testing
from kloudsync.runtime.provider import Named
from kloudsync.testing.exchange import FakeService


def fakes() -> Mapping[str, Named[Callable[..., FakeService]]]:
    """Return what makes each fake, by the name of its service: `fake(clock, seed=…, events=…)`."""
    folders = iter_modules(kloudsync.testing.__path__, "kloudsync.testing.")
    found = (one.name for one in folders if one.ispkg and find_spec(f"{one.name}.serving"))
    return {name.rpartition(".")[2]: Named(f"{name}.serving:fake") for name in found}
