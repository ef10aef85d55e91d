"""Files and feeds of iCalendar are brought into a store at the terminal."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from tests.cli.conftest import Command

from kloudsync.errors import DecodeError, UsageError

WEEK = ("--week-of", "2026-01-05")


@pytest.mark.usefixtures("fake")
def test_what_is_exported_is_imported(command: Command, database: str, tmp_path: Path) -> None:
    """Once; the second time nothing differs, and the copy is read like any other."""
    file = tmp_path / "team.ics"
    command("sync", "--db", database)
    command("export", "--out", str(file), "--db", database)
    told = command("import", str(file), "--db", database)
    assert "1 added" in told
    assert "ical:files:team" in told
    again = json.loads(command("import", str(file), "--json", "--db", database))
    assert (again["added"], again["updated"]) == (0, 0)
    seen = ("--from", "ical", "--account", "files", "--calendar", "team", "--db", database)
    assert "Review" in command("agenda", *seen, *WEEK)
    assert "+ Review" in command("changes", *seen)
    both = command("agenda", "--all", "--json", "--db", database, *WEEK).splitlines()
    assert [json.loads(row)["event"]["title"] for row in both] == ["Review", "Review"]


def test_a_plan_of_an_import_writes_nothing(
    command: Command, database: str, tmp_path: Path
) -> None:
    """It says what would come."""
    (tmp_path / "a.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20260105T090000Z\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    assert "1 added" in command("import", str(tmp_path), "--plan", "--db", database)
    assert "1 added" in command("import", str(tmp_path), "--calendar", "mine", "--db", database)


class Feed(BaseHTTPRequestHandler):
    """A feed with one event."""

    def do_GET(self) -> None:
        """Answer."""
        text = (
            b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a\r\nDTSTART:20260105T090000Z\r\n"
            b"SUMMARY:Fair\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the parent's name
        """Keep quiet."""


def test_a_feed_is_imported_by_its_address(command: Command, database: str) -> None:
    """It is called by its host and a digest, unless a name is given."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Feed) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_address[1]}/private-planted/basic.ics"
        told = command("import", url, "--db", database)
        server.shutdown()
    assert "1 added" in told
    assert "planted" not in told
    assert "127.0.0.1" in told


def test_what_is_no_calendar_is_told(command: Command, database: str, tmp_path: Path) -> None:
    """A file that is not there, or holds something else."""
    with pytest.raises(UsageError, match="there is no file or folder at"):
        command("import", str(tmp_path / "no.ics"), "--db", database)
    (tmp_path / "page.ics").write_text("<html>")
    with pytest.raises(DecodeError, match="BEGIN:VCALENDAR"):
        command("import", str(tmp_path / "page.ics"), "--db", database)
