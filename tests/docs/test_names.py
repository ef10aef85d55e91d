"""Methods and members that prose names in passing are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.docs.pages import PAGES, ROOT, prose

from kloudsync import (
    Fleet,
    Google,
    Kloudless,
    Microsoft,
    Mirror,
    PushIntake,
    Salesloft,
    SyncEngine,
    Watcher,
)
from kloudsync.runs import PushReport, SyncReport
from kloudsync.stores import SQLiteStore

CODE = re.compile(r"`([^`\n]+)`")
THINGS = (
    *("google", "kloudless", "microsoft", "salesloft", "engine", "store", "mirror", "fleet"),
    *("watcher", "intake", "report"),
)
NAMED = re.compile(rf"(?<![\w.])({'|'.join(THINGS)})\.(?!com\b)([a-z_]\w*(?:\.[a-z_]\w*)*)")


def named(page: Path) -> set[tuple[str, str]]:
    """Return what the prose of a page calls on things that have the usual names."""
    spans = CODE.findall(prose(page))
    return {(thing, path) for span in spans for thing, path in NAMED.findall(span)}


@pytest.fixture(scope="module")
def things() -> Iterator[dict[str, object]]:
    """One of each thing."""
    with (
        Google("any-token") as google,
        Kloudless("any-token", base_url="https://kloudless.example.com") as kloudless,
        Microsoft("any-token") as microsoft,
        Salesloft("any-token") as salesloft,
        SQLiteStore(":memory:") as store,
    ):
        engine = SyncEngine(google.calendar(), store)
        address = "https://hooks.example.com/google"
        yield {
            "google": google,
            "kloudless": kloudless,
            "microsoft": microsoft,
            "salesloft": salesloft,
            "store": store,
            "engine": engine,
            "mirror": Mirror(engine, salesloft.calendar("external_1"), store),
            "fleet": Fleet(store, lambda _: google),
            "watcher": Watcher(google.push, store, [engine], address=address),
            "intake": PushIntake(store),
            "report": SimpleNamespace(**dict.fromkeys({*dir(SyncReport), *dir(PushReport)})),
        }


@pytest.mark.parametrize(
    "page", [page for page in PAGES if named(page)], ids=lambda page: str(page.relative_to(ROOT))
)
def test_what_prose_names_is_there(page: Path, things: dict[str, object]) -> None:
    """`engine.lineage(id)` in a sentence is as true as in a block that is run."""
    for thing, path in sorted(named(page)):
        reduce(getattr, path.split("."), things[thing])
