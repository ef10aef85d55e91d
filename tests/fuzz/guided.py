"""Fuzzing guided by coverage: a program that looks for inputs which reach what no input has reached.

    python -m tests.fuzz.guided --for MINUTES

needs atheris, which `nox -s fuzz` installs. Inputs are JSON that resembles a service's, built by
hypothesis from what the fuzzer varies, and pages, rules, addresses and header values as plain
text. Whatever raises something that is no error of ours ends the program, which names the file that
the input is kept in; given such files, it tries them alone.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

atheris: Any = import_module("atheris")

with atheris.instrument_imports(include=["kloudsync", "dateutil"]):
    from hypothesis import HealthCheck, given, settings
    from tests.fuzz.places import GOOGLE, KLOUDLESS, spoilt
    from tests.fuzz.test_fuzz import (
        CHECKS,
        check_google_record,
        check_ids,
        check_kloudless_record,
        check_redirects,
        check_retry_after,
        check_scan,
        may_refuse,
    )
    from tests.fuzz.test_stores import written

    from kloudsync.http.log import without_mailboxes
    from kloudsync.http.message import Response
    from kloudsync.model.visible import visible
    from kloudsync.providers.google.source import read_page
    from kloudsync.providers.kloudless.listing import read_listing
    from kloudsync.providers.salesloft.domains import domain_of
    from kloudsync.recurrence.recurrence import Recurrence
    from kloudsync.sync.log import without_contents

Target = Callable[[bytes], object]

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]


def built(strategy: Any, check: Callable[[Any], object]) -> Target:
    """Return a target that builds values from bytes as hypothesis does from its own."""

    @settings(database=None, deadline=None, suppress_health_check=QUIET)
    @given(strategy)
    def test(value: Any) -> None:
        check(value)

    fuzzed: Any = test
    target: Target = fuzzed.hypothesis.fuzz_one_input
    return target


def check_rule(text: str) -> None:
    """Recurrence lines are read or refused, and what was read has its first occurrences or none."""

    def ask() -> None:
        rule = Recurrence.parse(text.split("\n"), START)
        rule.between(START, START.replace(month=2))
        rule.last()
        assert rule.bound is not None

    may_refuse(ask)


def check_text(text: str) -> None:
    """What strangers write can be shown, and named in logs."""
    visible(text)
    without_contents(text)
    without_mailboxes(text)
    domain_of(text)


def check_pages(body: bytes) -> None:
    """A page of either service is read or refused."""
    answer = Response(status=200, body=body)
    may_refuse(lambda: read_page(answer))
    may_refuse(lambda: read_listing(answer, 100))


def text_of(check: Callable[[str], object]) -> Target:
    """Return a target that takes bytes for text, halves of surrogate pairs included."""

    def test(data: bytes) -> None:
        if data[:1] == b"\xff":
            halves = data[1 : 1 + len(data[1:]) // 2 * 2]
            check(halves.decode("utf-16-le", "surrogatepass"))
        else:
            check(data.decode("utf-8", "replace"))

    return test


def targets() -> dict[str, Target]:
    """Return everything that is fuzzed, by name."""
    found = {name: built(*one) for name, one in CHECKS.items()}
    found["google places"] = built(spoilt(GOOGLE), check_google_record)
    found["kloudless places"] = built(spoilt(KLOUDLESS), check_kloudless_record)
    found["whole pages"] = check_pages
    plain = {
        "rules": check_rule,
        "titles": check_text,
        "page text": check_scan,
        "id text": check_ids,
        "redirect text": check_redirects,
        "header text": check_retry_after,
    }
    return found | {name: text_of(check) for name, check in plain.items()}


def seeds(folder: Path, names: list[str]) -> None:
    """Write what the search begins with: ordinary documents, as text, for each target of text."""
    page = written({"items": list(GOOGLE), "nextSyncToken": "next"})
    listing = written({"objects": list(KLOUDLESS), "page": 1, "total": 4})
    rules = "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=9\nEXDATE;TZID=Europe/Paris:20260130T090000\nRDATE:20260106T090000Z"
    texts = (page, listing, rules, "Name <a@m\u00fcnchen.de>", "abc_R20260105T090000", "120")
    for at, name in enumerate(names):
        for number, text in enumerate(texts):
            (folder / f"{name}-{number}").write_bytes(bytes([at]) + text.encode())


def main() -> None:
    """Fuzz for so many minutes, or try the inputs of files again."""
    parser = ArgumentParser(prog="python -m tests.fuzz.guided", description=__doc__)
    parser.add_argument("--for", dest="minutes", type=float, default=10.0, metavar="MINUTES")
    parser.add_argument("--only", help="the name of one target")
    parser.add_argument("inputs", nargs="*", help="files to try again")
    chosen = parser.parse_args()
    found = targets()
    names = [chosen.only] if chosen.only else list(found)

    def one(data: bytes) -> None:
        if data:
            found[names[data[0] % len(names)]](data[1:])

    corpus = Path(mkdtemp(prefix="kloudsync-fuzz-"))
    seeds(corpus, names)
    limits = [f"-max_total_time={int(chosen.minutes * 60)}", "-print_final_stats=1"]
    bounds = ["-timeout=25", "-rss_limit_mb=2048", "-max_len=65536", f"-artifact_prefix={corpus}/"]
    arguments = chosen.inputs or [*limits, str(corpus)]
    sys.stdout.write(f"{len(names)} targets: {', '.join(names)}\n")
    sys.stdout.flush()
    atheris.Setup([sys.argv[0], *bounds, *arguments], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
