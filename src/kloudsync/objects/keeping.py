"""The engine of a copy, made of what a program gives; what does not fit is refused by name."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from attrs import evolve

from kloudsync.errors import UsageError
from kloudsync.http.drives import Drive
from kloudsync.objects.fitting import (
    CALENDAR,
    caller_of,
    expect_function,
    expect_kind,
    expect_number,
)
from kloudsync.objects.owner import owner_name
from kloudsync.runtime.clock import entropy
from kloudsync.runtime.colour import InColour
from kloudsync.runtime.version import version
from kloudsync.sync.engine import Engine
from kloudsync.sync.hook import Hook
from kloudsync.sync.plan import MassDeletion
from kloudsync.sync.ports import Store
from kloudsync.sync.settings import Settings
from kloudsync.sync.source import Source


def engine_of(
    holder: InColour[Any],
    source: Source[Any],
    store: Store,
    *,
    hook: Hook,
    mass_deletion: MassDeletion | None,
    lease_ttl: float,
    written_apart: timedelta,
) -> Engine:
    """Make the engine that keeps a store in step with a source; see `KeptCopy`.

    Raises:
        UsageError: An argument is of another kind, or the lease may run out during one call.
    """
    caller = caller_of(source, CALENDAR, holder)
    expect_function(hook, "hook", holder)
    held = MassDeletion() if mass_deletion is None else mass_deletion
    expect_kind(held, MassDeletion, "mass_deletion", holder)
    expect_number(lease_ttl, "lease_ttl", holder)
    expect_kind(written_apart, timedelta, "written_apart", holder)
    _expect_outlasting(caller.longest_call, lease_ttl)
    return Engine(
        source=source,
        store=store,
        ports=Drive(caller),
        settings=_settings(held, lease_ttl, written_apart),
        hook=hook,
    )


def _settings(
    mass_deletion: MassDeletion,
    lease_ttl: float,
    written_apart: timedelta,
) -> Settings:
    if written_apart < timedelta():
        raise UsageError(f"two writes are never {written_apart} apart; give no less than none")
    return Settings(
        owner=partial(owner_name, entropy),
        version=version(),
        lease_ttl=lease_ttl,
        mass_deletion=mass_deletion,
        written_apart=written_apart.total_seconds(),
    )


def _expect_outlasting(longest: float, lease_ttl: float) -> None:
    """Refuse a lease that may run out while its holder waits for one call.

    It is renewed between calls, so that others would take over from whoever is only slow.
    """
    if not lease_ttl >= longest:
        raise UsageError(
            f"a lease of {lease_ttl:g} s may run out during one call, which may take "
            f"{longest:g} s; give a longer lease_ttl, or the client Timeouts(call=…)"
        )


def rehearsed(engine: Engine, store: Store) -> Engine:
    """Return an engine that runs as this one would, over a store that only rehearses."""
    from kloudsync.sync.rehearsal import Rehearsal  # noqa: PLC0415 - few rehearse

    rehearsal = Rehearsal(store, store.state(engine.source.key))
    settings = evolve(engine.settings, rehearsed=True)
    return evolve(engine, store=rehearsal, settings=settings)
