"""A fleet's worker at the terminal: the program's own fleet, by its name."""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from attrs import field, frozen

from kloudsync.cli.metrics_port import exposed
from kloudsync.cli.runs import plural
from kloudsync.cli.terminal import beside
from kloudsync.errors import StoreCorrupt, StoreError, StoreTooNew, UsageError
from kloudsync.fleet.worker import STORE_PAUSE
from kloudsync.objects.fleet import AsyncFleet, Fleet
from kloudsync.runtime.clock import SystemClock

UNFINISHED = 1
"""The exit status where jobs did not end in time."""


@frozen
class FleetName:
    """Where a program has its fleet: `package.module:name`.

    Attributes:
        module: The module that makes it.
        name: What it is called there.
    """

    module: str = field()
    name: str = field()

    @classmethod
    def parse(cls, text: str) -> FleetName:
        """Read a name.

        Raises:
            UsageError: It is none.
        """
        module, _, name = text.partition(":")
        if not (all(part.isidentifier() for part in module.split(".")) and name.isidentifier()):
            raise UsageError(f"{text!r} names no fleet; write MODULE:NAME, such as jobs.sync:fleet")
        return cls(module, name)

    def load(self) -> Fleet | AsyncFleet:
        """Import the fleet. Errors of the program's own modules are raised as they are.

        Raises:
            UsageError: There is no such module or name, or it is no fleet.
        """
        found = self._member()
        if isinstance(found, Fleet | AsyncFleet):
            return found
        raise UsageError(
            f"{self} is {_described(found)}; a worker runs a Fleet or an AsyncFleet that was made"
        )

    def _member(self) -> Any:
        try:
            module = import_module(self.module)
        except ModuleNotFoundError as error:
            # What a module of the program lacks is the program's own error.
            if error.name is None or not f"{self.module}.".startswith(f"{error.name}."):
                raise
            raise UsageError(f"there is no module {error.name!r} for {self}") from None
        try:
            return getattr(module, self.name)
        except AttributeError:
            fleets = [name for name, one in vars(module).items() if _is_fleet(one)]
            known = f"its fleets are {', '.join(fleets)}" if fleets else "it has no fleet"
            raise UsageError(f"{self.module} has no {self.name!r}; {known}") from None

    def __str__(self) -> str:
        return f"{self.module}:{self.name}"


def worker(
    fleet: Annotated[
        str, typer.Argument(help="The fleet that your program makes.", metavar="MODULE:NAME")
    ],
    *,
    wait: Annotated[
        float,
        typer.Option(
            help="How long to wait for a store that cannot be reached yet when the program is "
            "imported.",
            metavar="SECONDS",
            min=0.0,
        ),
    ] = 60.0,
    metrics: Annotated[
        str | None,
        typer.Option(
            help="Serve /metrics for Prometheus at this port of the machine itself, or at a host "
            "and port.",
            metavar="[HOST:]PORT",
        ),
    ] = None,
) -> None:
    """Run a fleet of your program until SIGTERM or Ctrl-C; any number of workers may.

    The module is looked for in the current folder first. Exits with 0 when all jobs have ended,
    and with 1 where some did not end in time: others take them over. A second Ctrl-C ends it at
    once, with 130.
    """
    found = named_fleet(fleet, wait)
    with exposed(found.metrics, metrics):
        left = asyncio.run(_awaited(found)) if isinstance(found, AsyncFleet) else _blocking(found)
    if left:
        beside.print(f"{plural(left, 'job')} did not end in time; other workers take over")
        raise typer.Exit(UNFINISHED)


def named_fleet(name: str, wait: float = 0.0) -> Fleet | AsyncFleet:
    """Import a fleet by its name, from the current folder first.

    Args:
        name: Such as `jobs.sync:fleet`.
        wait: How many seconds to wait for its store.

    Raises:
        UsageError: It is no name, or leads to no fleet.
        StoreError: The store cannot be reached.
    """
    _look_here()
    return _reachable(FleetName.parse(name), wait)


def _reachable(name: FleetName, seconds: float) -> Fleet | AsyncFleet:
    """Import a fleet once its store is up: machines often start both at once."""
    clock = SystemClock()
    ends = clock.monotonic() + seconds
    while True:
        try:
            return name.load()
        except (StoreCorrupt, StoreTooNew):
            raise
        except StoreError as error:
            if clock.monotonic() + STORE_PAUSE > ends:
                raise
            beside.print(f"waiting for the store: {error}", soft_wrap=True)
            clock.sleep(STORE_PAUSE)


def _blocking(fleet: Fleet) -> int:
    with fleet:
        return fleet.run()


async def _awaited(fleet: AsyncFleet) -> int:
    async with fleet:
        return await fleet.run()


def _look_here() -> None:
    """Let modules of the current folder be found, as `python -m` does."""
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)


def _is_fleet(one: object) -> bool:
    return isinstance(one, Fleet | AsyncFleet)


def _described(found: object) -> str:
    if isinstance(found, type):
        return f"the class {found.__name__}"
    return f"of type {type(found).__name__}"
