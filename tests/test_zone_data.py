"""The time zone database: which one answers, and what happens where there is none."""

import json
import os
import subprocess
import sys
import zoneinfo
from pathlib import Path
from typing import Any

import pytest

from kloudsync import zone_data
from kloudsync.model.times import zone_or_none
from kloudsync.zone_data import zone_named
from tests.cases import expect_right, programs

WITHOUT_DATA = """
import json, sys
sys.modules["tzdata"] = None
from datetime import UTC, datetime
import httpx
from kloudsync import Google, KloudsyncError, SyncEngine
from kloudsync.agenda import WorkingHours
from kloudsync.stores import MemoryStore
when = {"dateTime": "2026-03-02T09:00:00-08:00", "timeZone": "America/Los_Angeles"}
series = {"id": "s", "start": when, "end": when, "recurrence": ["RRULE:FREQ=WEEKLY"]}
page = {"items": [series], "timeZone": "America/Los_Angeles", "nextSyncToken": "t"}
send = httpx.MockTransport(lambda request: httpx.Response(200, json=page))
engine = SyncEngine(Google("t", http_client=httpx.Client(transport=send)).calendar("c"), MemoryStore())
said = []
for ask in (engine.sync, lambda: WorkingHours(zone="Europe/Paris")):
    try:
        ask()
    except KloudsyncError as error:
        said.append([type(error).__name__, str(error)])
print(json.dumps([said, len(list(engine.events()))]))
"""


DATABASE = """
import json, attrs
from kloudsync.zone_data import zone_database
print(json.dumps(attrs.asdict(zone_database())))
"""

NO_ZONE = """
import json, sys
sys.modules["tzdata"] = None
from kloudsync.errors import ZoneDataMissing
from kloudsync.model.times import zone_or_none
from kloudsync.recurrence import resolve_zone
from kloudsync.zone_data import zone_database, zone_named
said = []
for ask in (zone_named, zone_or_none, resolve_zone, lambda name: zone_database()):
    try:
        ask("America/Nowhere")
    except ZoneDataMissing as error:
        said.append(str(error))
print(json.dumps(said))
"""


def told_by(program: str, *, zones: str) -> Any:
    """Return what a program prints in a process of its own: zones are read once in each."""
    told = subprocess.run(  # noqa: S603 - this interpreter, and a program of ours
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONTZPATH": zones},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(told.stdout)


def system(folder: Path, **files: str) -> None:
    """Let a folder look like the system's database, with one zone and some files."""
    zone = folder / "Europe" / "London"
    zone.parent.mkdir()
    source = next(Path(path) for path in zoneinfo.TZPATH if (Path(path) / "Europe/London").exists())
    zone.write_bytes((source / "Europe/London").read_bytes())
    for name, text in files.items():
        (folder / name).write_text(text)


needs_system_data = pytest.mark.skipif(
    not any((Path(path) / "Europe/London").exists() for path in zoneinfo.TZPATH),
    reason="this system has no time zone database of its own",
)


@needs_system_data
@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({"tzdata.zi": "# version 2026a\n# more"}, "2026a"),
        ({"+VERSION": "2025b\n"}, "2025b"),
        ({"tzdata.zi": "# something else"}, None),
        ({}, None),
    ],
)
def test_the_database_of_the_system_answers_first(
    tmp_path: Path, files: dict[str, str], version: str | None
) -> None:
    """Its release is what the distributor wrote beside the zones, if anything."""
    system(tmp_path, **files)
    told = told_by(DATABASE, zones=str(tmp_path))
    assert told == {"source": "system", "version": version, "folder": str(tmp_path)}


def test_the_package_answers_where_the_system_has_no_database() -> None:
    """The version of the package is that of the database, written as a number."""
    tzdata = pytest.importorskip("tzdata")
    told = told_by(DATABASE, zones="")
    assert told == {"source": "package", "version": tzdata.IANA_VERSION, "folder": None}


def test_a_machine_without_database_is_no_machine_without_zones() -> None:
    """Nothing is unknown: it cannot be looked up, which is an error for every reader of zones."""
    told = told_by(NO_ZONE, zones="")
    assert len(told) == 4
    assert all("pip install tzdata" in one for one in told)


def test_a_sync_without_database_commits_nothing() -> None:
    """In a process of its own: no series an hour off, no event in quarantine, but an error."""
    errors, held = told_by(WITHOUT_DATA, zones="")
    assert [name for name, _ in errors] == ["ZoneDataMissing", "ZoneDataMissing"]
    assert held == 0


@pytest.mark.parametrize(
    "name", ["localtime", "posixrules", "Factory", "right/Europe/Paris", "", "x" * 300]
)
def test_names_that_mean_something_else_on_each_machine_are_unknown(name: str) -> None:
    """Nor does any reader of times take them for a zone."""
    assert zone_named(name) is None
    assert zone_or_none(name) is None


def test_the_listed_names_are_zones() -> None:
    """Each can be loaded, and none is the machine's."""
    names = zone_data.names_by_lower_case()
    assert len(names) > 300
    assert "localtime" not in names
    assert zone_named(names["europe/paris"]) is not None


@pytest.mark.parametrize("program", programs("engine/f04_no_zone_data"))
def test_the_absence_of_zones_is_told(program: Path) -> None:
    """The package requires the database where systems have none, and says so where it lacks."""
    expect_right(program)
