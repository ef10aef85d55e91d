"""What strangers write is shown at the terminal, and steers nothing."""

from __future__ import annotations

import ast
import logging
import sys
import unicodedata
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Group
from rich.table import Table
from rich.text import Text
from tests.cases import expect_right, programs
from tests.cli.conftest import TOKEN, Command

import kloudsync.cli
from kloudsync.cli.log import Visible
from kloudsync.cli.main import run
from kloudsync.cli.terminal import Terminal
from kloudsync.model.visible import visible
from kloudsync.testing.google import FakeGoogle

STEERING = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029",
]
HOSTILE = "A\x1b]0;owned\x07B\x1b[2JC\x9b31mD\u202eE\u2067F\nG\u2028H\x85I\r\x7f"


def steering(printed: str) -> set[str]:
    """Return what steers a terminal in what was printed, apart from the ends of lines."""
    return set(printed) & set(STEERING) - {"\n"}


def test_every_character_that_steers_is_shown_as_a_sign() -> None:
    """The list is Unicode's: all controls, all marks of direction, all line breaks."""
    bidirectional = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    everything = map(chr, range(sys.maxunicode + 1))
    listed = [
        one
        for one in everything
        if unicodedata.category(one) in {"Cc", "Zl", "Zp"}
        or unicodedata.bidirectional(one) in bidirectional
    ]
    assert set(listed) <= set(STEERING)
    shown = visible("".join(STEERING))
    assert len(shown) == len(STEERING)
    assert not set(shown) & set(STEERING)
    assert visible("\x1b[2J\n") == "␛[2J␊"


def test_what_people_write_stays_as_it_is() -> None:
    """Letters of all scripts, and emoji with their joiners."""
    text = "Zürich, 会議, פגישה, 👩‍👩‍👧, naïve"
    assert visible(text) == text


@given(text=st.text(st.characters(categories=["L", "Cc", "Cf", "Zl", "Zp", "Cs", "Zs"])))
def test_no_text_leaves_its_line(text: str) -> None:
    """As a line, in a group, in a table and as a title: what is printed has as many lines."""
    table = Table("column", width=40)
    table.add_column(Text(text), no_wrap=True)
    table.add_row(Text(text), Text(text))
    for one in (Text(text), Group(Text(text), Text(text)), table):
        harmless = StringIO()
        Terminal(file=harmless, width=400).print(one, soft_wrap=True)
        assert not steering(harmless.getvalue())
    line = StringIO()
    Terminal(file=line, width=400).print(Text(text), soft_wrap=True)
    assert line.getvalue().count("\n") == 1


def test_styles_stay_where_they_are() -> None:
    """The terminal's own colours are no text of strangers."""
    shown = StringIO()
    terminal = Terminal(file=shown, force_terminal=True, color_system="standard", width=40)
    terminal.print(Text.assemble(("a\x9bb", "red"), "c"))
    assert shown.getvalue() == "\x1b[31ma\N{REPLACEMENT CHARACTER}b\x1b[0mc\n"


@pytest.fixture
def hostile(fake: FakeGoogle) -> FakeGoogle:
    """A calendar with a stranger's event, and a series that was divided."""
    calendar, now = fake.calendar(), fake.clock.now()
    calendar.create(HOSTILE, now, now + timedelta(hours=1), location=HOSTILE)
    weekly = calendar.create(HOSTILE, now, recurrence=["RRULE:FREQ=WEEKLY"])
    calendar.edit_following(weekly, now + timedelta(days=7), summary=HOSTILE)
    return fake


@pytest.mark.usefixtures("hostile", "salesloft")
def test_no_command_prints_what_steers(command: Command, database: str, fake: FakeGoogle) -> None:
    """Sync, feed, agenda, plan and push of a calendar full of escapes print none."""
    day = f"{fake.clock.now():%Y-%m-%d}"
    for arguments in (
        ["sync"],
        ["changes", "--keep"],
        ["agenda", "--week-of", day],
        ["push", "--plan", "--internal-domain", "example.com"],
        ["push", "--internal-domain", "example.com"],
        ["reconcile", "--internal-domain", "example.com"],
    ):
        printed = command(*arguments, "--db", database)
        assert not steering(printed), arguments
        assert not any(line.startswith(("G", "H", "I")) for line in printed.splitlines())


@pytest.mark.usefixtures("hostile")
def test_no_command_of_several_calendars_prints_what_steers(
    command: Command, database: str, fake: FakeGoogle
) -> None:
    """Names of calendars and of readers are strangers' words, as titles are."""
    shared = fake.add_calendar(HOSTILE).id
    flood = fake.calendar().create(HOSTILE, fake.clock.now(), recurrence=["RRULE:FREQ=DAILY"])
    fake.calendar().edit(flood, recurrence=["RRULE:FREQ=SECONDLY"])
    day = f"{fake.clock.now():%Y-%m-%d}"
    for arguments in (
        ["calendars"],
        ["sync", "--calendar", shared, "--db", database],
        ["watch", "--times", "1", "--consumer", HOSTILE, "--db", database],
        ["status", "--db", database],
        ["agenda", "--all", "--week-of", day, "--db", database],
        ["free", "--all", "--from-day", day, "--db", database],
        ["prune", "--older-than", "0h", "--gone-since", "0h", "--db", database],
        ["forget", "--whole-account", "--confirm", "--db", database],
    ):
        printed = command(*arguments)
        assert not steering(printed), arguments
        assert not any(line.startswith(("G", "H", "I")) for line in printed.splitlines())


def test_nothing_of_an_imported_file_steers(
    tmp_path: Path, command: Command, database: str
) -> None:
    """Neither what it holds nor what it is called, which may look like markup of the terminal's."""
    pytest.importorskip("icalendar", reason="the extra ical is not installed")
    escapes = "A\x1b]0;owned\x07B\x1b[2JC\x9b31mD\u202eE"
    path = tmp_path / f"[link=x][bold]:smile:[{escapes}].ics"
    path.write_text(
        f"BEGIN:VCALENDAR\nX-WR-TIMEZONE:{escapes}\nBEGIN:VEVENT\nUID:{escapes}\nSUMMARY:{escapes}\n"
        f"DTSTART:20260105T170000Z\nEND:VEVENT\nBEGIN:VEVENT\nUID:{escapes}2\nEND:VEVENT\n"
        "END:VCALENDAR\n"
    )
    said = command("import", str(path), "--db", database)
    assert "[link=x][bold]" in said
    of = ("--from", "ical", "--account", "files", "--calendar", path.stem, "--db", database)
    for printed in (
        said,
        command("agenda", *of, "--week-of", "2026-01-05"),
        command("changes", *of),
        command("forget", *of),
    ):
        assert not steering(printed)


def failing(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """Run a command that fails, and return what it says."""
    monkeypatch.setattr(sys, "argv", ["kloudsync", *arguments])
    with pytest.raises(SystemExit) as ended:
        run()
    return str(ended.value)


def test_an_error_of_a_service_is_one_line(
    fake: FakeGoogle, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """Whatever its message holds; so is one that quotes what was typed."""
    said = failing(monkeypatch, "sync", "--calendar", HOSTILE, "--db", database)
    assert said.startswith("kloudsync: ")
    assert not steering(said)
    assert "\n" not in said
    assert TOKEN not in said
    assert fake.requests


def test_an_error_that_nobody_expected_ends_with_a_harmless_traceback(
    fake: FakeGoogle, monkeypatch: pytest.MonkeyPatch, database: str
) -> None:
    """The interpreter would print its message as it is."""

    def fail(*_: object, **__: object) -> None:
        raise ValueError(HOSTILE)

    monkeypatch.setattr("kloudsync.cli.syncs.show_report", fail)
    said = failing(monkeypatch, "sync", "--db", database)
    assert "ValueError: A␛]0;owned" in said
    assert not steering(said)
    assert fake.requests


def test_warnings_in_the_log_are_shown_alike() -> None:
    """A record is one line, and its traceback follows."""
    with pytest.raises(ValueError, match="owned") as caught:
        int(HOSTILE)
    try:
        raise caught.value
    except ValueError:
        trace = sys.exc_info()
        record = logging.LogRecord("kloudsync", 30, "", 0, "about %s", (HOSTILE,), trace)
        shown = Visible().format(record)
    assert shown.startswith("about A␛]0;owned␇B␛[2JC")
    assert "\nTraceback" in shown
    assert not steering(shown)
    quiet = logging.LogRecord("kloudsync", 30, "", 0, "about %s", (HOSTILE,), None)
    assert "\n" not in Visible().format(quiet)


@pytest.mark.parametrize("path", sorted(Path(kloudsync.cli.__file__).parent.glob("*.py")))
def test_nothing_is_printed_past_the_terminal(path: Path) -> None:
    """No module of the command line prints, echoes or makes a console of its own."""
    if path.name == "terminal.py":
        return
    tree = ast.parse(path.read_text())
    called = {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    imported = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert "Console" not in imported
    assert not called & {"print", "typer.echo", "typer.secho", "rich.print", "sys.stdout.write"}


@pytest.mark.parametrize("program", programs("security/terminal_escapes"))
def test_a_title_reaches_no_terminal_as_it_is(program: Path) -> None:
    """The command, run as a person runs it."""
    expect_right(program)
